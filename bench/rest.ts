/** What runs while nothing happens: timers counted in real windows whose clocks are led through the time, and a day's weight. */
import type { TestContext } from 'node:test';
import type { Page } from 'playwright';
import { openVirtual, openWindow, weigh } from '../test/lifecycle/support/virtual.js';
import { ratio, type Chapter } from './chapter.js';

declare global {
  var fired: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Counts the timers that fire from now on, but those of the clocks' own stand-in for `AbortSignal.timeout`. */
const countTimers = (tab: Page): Promise<void> =>
  tab.evaluate(() => {
    const { setTimeout } = globalThis;
    globalThis.fired = 0;
    globalThis.setTimeout = ((run: () => void, ms?: number) =>
      setTimeout(() => {
        globalThis.fired += 1;
        run();
      }, ms)) as typeof setTimeout;
    AbortSignal.timeout = () => new AbortController().signal;
  });

const fired = (tab: Page): Promise<number> =>
  tab.evaluate(() => {
    const { fired } = globalThis;
    globalThis.fired = 0;
    return fired;
  });

/** Somebody presses a key now and then. */
async function work(page: Page, tab: Page, ms: number, everyMs: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += everyMs) {
    await tab.bringToFront();
    await tab.keyboard.press('Shift');
    await page.evaluate((ms) => virtual.pass(ms), everyMs);
  }
}

/** Milliseconds of script so far; the browser counts while a session of its tools is open. */
async function scriptClock(tab: Page): Promise<() => Promise<number>> {
  const tools = await tab.context().newCDPSession(tab);
  await tools.send('Performance.enable');
  return async () => {
    const { metrics } = await tools.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN);
  };
}

/** What the hours from the fourth to the eighth take, and the last four; and what the window weighs before each and after. */
async function day(page: Page, tab: Page): Promise<{ heap: [number, number]; cpu: [number, number] }> {
  const script = await scriptClock(tab);
  const hours = async (n: number): Promise<number> => {
    const before = await script();
    // Away for long enough to be warned, each hour.
    for (let hour = 0; hour < n; hour += 1) {
      await work(page, tab, HOUR_MS - 20 * MINUTE_MS, MINUTE_MS * 5);
      await page.evaluate((ms) => virtual.pass(ms), 15 * MINUTE_MS);
      await work(page, tab, 5 * MINUTE_MS, MINUTE_MS * 5);
    }
    return (await script()) - before;
  };
  await hours(4);
  const morning = await weigh(page, tab);
  const first = await hours(4);
  await hours(12);
  const last = await hours(4);
  const evening = await weigh(page, tab);
  return { heap: [morning.heap, evening.heap], cpu: [first, last] };
}

export async function rest(): Promise<Chapter> {
  const ends: (() => unknown)[] = [];
  const page = await openVirtual({ after: (end: () => unknown) => ends.push(end) } as unknown as TestContext);
  const tab = await openWindow(page, 'guarded');
  await page.evaluate(() => virtual.pass(2_000));
  await countTimers(tab);
  await work(page, tab, 10 * MINUTE_MS, 10_000);
  const active = await fired(tab);
  // The warning is due after nine minutes, the end after twenty.
  await page.evaluate((ms) => virtual.pass(ms), 9.5 * MINUTE_MS);
  await fired(tab);
  await page.evaluate((ms) => virtual.pass(ms), MINUTE_MS);
  const warned = await fired(tab);
  await page.bringToFront();
  await tab.waitForFunction(() => document.hidden);
  await page.evaluate((ms) => virtual.pass(ms), 1_000);
  await fired(tab);
  await page.evaluate((ms) => virtual.pass(ms), MINUTE_MS);
  const hidden = await fired(tab);
  await work(page, tab, MINUTE_MS, 10_000);
  const { heap, cpu } = await day(page, tab);
  for (const end of ends) await end();
  return {
    title: 'Rest',
    text: [
      'A real window of Chromium, whose clocks are led through the time; limits of 9 and 20 minutes. Timers that fire in the page, and what a day of 24 hours leaves, with a key every five minutes and fifteen minutes away in each hour. The script time is that of the window, clocks included.',
      'While the page is seen, the clocks are looked at each second: where a timer stands still while the machine sleeps, it comes as late as the sleep was long, and no event need tell of the waking. That is the one timer of the ten minutes; to fire at deadlines only would leave a page open for as long again.',
    ],
    tables: [
      {
        head: ['', 'timers fired', 'goal'],
        rows: [
          ['Ten minutes with a key every ten seconds', active, 'at deadlines only'],
          ['A minute of warning', warned, '60'],
          ['A minute of warning, the window hidden', hidden, '0'],
        ],
      },
      {
        head: ['A day in one window', 'hours 4 to 8', 'hours 20 to 24', 'share'],
        rows: [
          [
            'Heap at the beginning and at the end, kB',
            ...heap.map((bytes) => Math.round(bytes / 1_000)),
            ratio(heap[1], heap[0]),
          ],
          ['Script, ms', ...cpu.map(Math.round), ratio(cpu[1], cpu[0])],
        ],
      },
    ],
  };
}
