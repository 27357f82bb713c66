/** How soon the other windows follow one: measured in five of a real browser, all of them seen. */
import { chromium, type Browser, type Page } from 'playwright';
import type {} from '../src/index.js';
import { chromiumArgs, closeContext, findChromium } from '../scripts/browser.mjs';
import type { Chapter } from './chapter.js';
import { openSite, type Site } from './site.js';

const WINDOWS = 5;
const EXTENSIONS = 12;
const SIGN_OUTS = 10;

declare global {
  /** When each page last saw what, in the time of the machine: observe.js. */
  var sawAt: { answered: number; hidden: number; concealed: number };
}

async function openWindows(browser: Browser, site: Site): Promise<[Page, ...Page[]]> {
  const context = await browser.newContext();
  await context.addInitScript({ path: `${import.meta.dirname}/observe.js` });
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${site.url}/guarded`);
    await page.waitForFunction(() => document.querySelector('session-security')?.state?.asking === null);
    return page;
  };
  const windows: [Page, ...Page[]] = [await open()];
  while (windows.length < WINDOWS) windows.push(await open());
  return windows;
}

const warning = (page: Page) => page.locator('session-security #warning[open]');
const when = (page: Page, what: keyof typeof sawAt): Promise<number> => page.evaluate((what) => sawAt[what], what);

/** From the answer in the window where somebody presses a key, until the warning is gone in each of the others. */
async function extend(windows: [Page, ...Page[]]): Promise<number[]> {
  const [first, ...others] = windows;
  for (const page of windows) await warning(page).waitFor();
  // No page asks twice within a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await first.keyboard.press('Shift');
  for (const page of windows) await warning(page).waitFor({ state: 'hidden' });
  const confirmed = await when(first, 'answered');
  return Promise.all(others.map(async (page) => (await when(page, 'hidden')) - confirmed));
}

/** From the moment in which one of them is told to sign out, until each of the others shows nothing. */
async function signOut(windows: [Page, ...Page[]]): Promise<number[]> {
  const [first, ...others] = windows;
  const told = await first.evaluate(() => {
    const now = performance.timeOrigin + performance.now();
    document.querySelector('session-security')?.signOut();
    return now;
  });
  for (const page of others) await page.waitForFunction(() => sawAt.concealed > 0);
  return Promise.all(others.map(async (page) => (await when(page, 'concealed')) - told));
}

const percentile = (values: number[], share: number): string =>
  (values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN).toFixed(1);

export async function tabs(): Promise<Chapter> {
  const site = await openSite();
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
  const hidden: number[] = [];
  const concealed: number[] = [];
  site.limits = { warnAfterMs: 3_000, expireAfterMs: 60_000 };
  const windows = await openWindows(browser, site);
  for (let round = 0; round < EXTENSIONS; round += 1) hidden.push(...(await extend(windows)));
  await closeContext(windows[0].context());
  site.limits = { warnAfterMs: 540_000, expireAfterMs: 600_000 };
  for (let round = 0; round < SIGN_OUTS; round += 1) {
    const windows = await openWindows(browser, site);
    concealed.push(...(await signOut(windows)));
    await closeContext(windows[0].context());
  }
  await browser.close();
  site.close();
  const row = (what: string, values: number[], goal: string) => [
    what,
    values.length,
    percentile(values, 0.5),
    percentile(values, 0.95),
    percentile(values, 1),
    goal,
  ];
  return {
    title: 'Tabs',
    text: [`${WINDOWS} visible windows of one Chromium; in milliseconds, by the clock that they share.`],
    tables: [
      {
        head: ['', 'counted', 'median', '95 %', 'longest', 'goal'],
        rows: [
          row('The server confirms in one window: the warning is gone in another', hidden, '50, of 95 %'),
          row('Signed out in one window: another is concealed', concealed, '100'),
        ],
      },
    ],
  };
}
