/** How often tabs ask, counted in real windows whose clocks are led through the time (test/lifecycle/support). */
import type { TestContext } from 'node:test';
import type { Page } from 'playwright';
import { leadMs, reportAfterMs } from '../src/policy.js';
import { openVirtual, openWindow } from '../test/lifecycle/support/virtual.js';
import type { Chapter } from './chapter.js';

const LIMITS = { warnAfterMs: 60_000, expireAfterMs: 120_000 };
const MINUTES = 10;
const STEP_MS = 10_000;

interface Count {
  /** As the pages were opened. */
  loading: number;
  after: number;
}

/** `works`: somebody presses a key every ten seconds, in one tab after the other. */
async function count(tabs: number, works: boolean): Promise<Count> {
  const ends: (() => unknown)[] = [];
  const page = await openVirtual({ after: (end: () => unknown) => ends.push(end) } as unknown as TestContext);
  let pings = 0;
  page.context().on('request', (request) => {
    if (request.url().endsWith('/ping')) pings += 1;
  });
  const windows: Page[] = [];
  while (windows.length < tabs) windows.push(await guarded(page));
  await page.evaluate(() => virtual.pass(2_000));
  const loading = pings;
  for (let ms = 0; ms < MINUTES * 60_000; ms += STEP_MS) {
    const tab = windows[(ms / STEP_MS) % tabs];
    if (works) {
      await tab?.bringToFront();
      await tab?.keyboard.press('Shift');
    }
    await page.evaluate((ms) => virtual.pass(ms), STEP_MS);
  }
  for (const end of ends) await end();
  return { loading, after: pings - loading };
}

async function guarded(page: Page): Promise<Page> {
  const window = await openWindow(page, 'guarded');
  await window.evaluate(({ warnAfterMs, expireAfterMs }) => {
    const limits = { warnAfter: warnAfterMs / 1000, expireAfter: expireAfterMs / 1000 };
    Object.assign(document.querySelector('session-security') ?? {}, limits);
  }, LIMITS);
  return window;
}

export async function pings(): Promise<Chapter> {
  const alone = await count(1, true);
  const five = await count(5, true);
  const idle = await count(1, false);
  const everyMs = reportAfterMs(LIMITS);
  // What is told is up to a step old by then, and so due again as much earlier.
  const most = Math.ceil((MINUTES * 60_000) / (everyMs - STEP_MS));
  const row = (what: string, { loading, after }: Count, bound: string | number) => [what, loading, after, bound];
  return {
    title: 'Pings',
    text: [
      `Limits of ${LIMITS.warnAfterMs / 1000} and ${LIMITS.expireAfterMs / 1000} seconds, ${MINUTES} minutes, a key every ten seconds in one tab after the other. Each page asks once as it is loaded. After that activity is reported when it is min(W − min(lead, W/4), E/2) old, here ${everyMs / 1000} s with a lead of ${leadMs(LIMITS) / 1000} s, by whichever tab's turn it is; what is told is up to ten seconds old then, so at most ${most} times.`,
    ],
    tables: [
      {
        head: ['', 'as the pages load', 'after that', 'bound'],
        rows: [
          row('One tab, used', alone, most),
          row('Five tabs, used in turn', five, most),
          row('One tab that nobody uses', idle, 'before the warning, and at the end: 2'),
        ],
      },
    ],
  };
}
