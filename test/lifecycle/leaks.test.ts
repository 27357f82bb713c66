import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright';
import { openVirtual, openWindow, weigh, type Weight } from './support/virtual.js';

const LONGEST_TIMEOUT_MS = 11_000;
/** Fewer than one warning has. */
const FEW_NODES = 10;

describe('what is left behind', { concurrency: 3 }, () => {
  test('[P2] added and removed a hundred times, active, warning or over, it leaves nothing', async (t) => {
    const page = await openVirtual(t);
    // The first turns are those in which a browser compiles and caches.
    await addAndRemove(page, 30);
    const before = await weigh(page);
    await addAndRemove(page, 102);
    const after = await weigh(page);
    isNoMore(after, before, 50_000);
    const { timers, locks, channels, elements } = after;
    assert.deepEqual({ timers, locks, channels, elements }, { timers: 0, locks: 0, channels: 0, elements: 0 });
  });

  test('[T5] after a thousand warnings there is one timer, and nothing more than before', async (t) => {
    const page = await openVirtual(t, 'alone');
    await warnAndExtend(page, 50);
    const before = await weigh(page);
    assert.equal(before.timers, 1);
    await warnAndExtend(page, 1000);
    isNoMore(await weigh(page), before, 100_000);
  });

  test('[T5] after a day in five tabs, each warned now and then, there is nothing more than in the morning', async (t) => {
    const page = await openVirtual(t);
    const tabs: Page[] = [];
    while (tabs.length < 5) tabs.push(await openWindow(page, 'guarded'));
    await work(page, tabs, 4);
    const before = await weigh(page, ...tabs);
    assert.deepEqual([before.elements, before.channels], [5, 5]);
    await work(page, tabs, 20);
    isNoMore(await weigh(page, ...tabs), before, 500_000);
  });
});

async function addAndRemove(page: Page, times: number): Promise<void> {
  const seen = await page.evaluate(
    async ({ times, waits, afterwards }) => {
      const seen: string[] = [];
      for (let turn = 0; turn < times; turn += 1) {
        await fetch('/sign-in');
        const element = document.createElement('session-security');
        element.pingUrl = '/ping';
        [element.warnAfter, element.expireAfter] = [10, 30];
        element.lock = element.confirmFormDiscard = true;
        element.mediaFor = 5;
        document.body.append(element);
        await virtual.pass(waits[turn % waits.length]!);
        seen.push(element.state!.phase);
        element.remove();
        await virtual.pass(afterwards);
      }
      return seen;
    },
    { times, waits: [1000, 15_000, 35_000], afterwards: LONGEST_TIMEOUT_MS },
  );
  assert.deepEqual(new Set(seen), new Set(['active', 'warning', 'locked']));
}

async function warnAndExtend(page: Page, times: number): Promise<void> {
  const counts = await page.evaluate(async (times) => {
    const { shadowRoot } = document.querySelector('session-security')!;
    const counts = { shown: 0, hidden: 0 };
    // Methods, since the compiler would want help in the page for the names of functions.
    const dialog = {
      isOpen() {
        return shadowRoot!.querySelector('#warning[open]') !== null;
      },
      async until(state: boolean) {
        for (let tries = 0; tries < 20 && this.isOpen() !== state; tries += 1) await virtual.pass(1000);
        return Number(this.isOpen() === state);
      },
    };
    for (let turn = 0; turn < times; turn += 1) {
      counts.shown += await dialog.until(true);
      shadowRoot!.querySelector<HTMLElement>('[part~=stay]')!.click();
      counts.hidden += await dialog.until(false);
    }
    return counts;
  }, times);
  assert.deepEqual(counts, { shown: times, hidden: times });
}

/** Somebody at five tabs: for a quarter of an hour at one, then at the next, and with a pause in each hour. */
async function work(page: Page, tabs: Page[], hours: number): Promise<void> {
  const phases = new Set<string>();
  for (let quarter = 0; quarter < hours * 4; quarter += 1) {
    const tab = tabs[quarter % tabs.length]!;
    await tab.bringToFront();
    for (const pressed of [true, true, quarter % 4 !== 3]) {
      if (pressed) await tab.keyboard.press('Shift');
      await page.evaluate((ms) => virtual.pass(ms), 300_000);
      phases.add(await tab.evaluate(() => document.querySelector('session-security')!.state!.phase));
    }
  }
  assert.deepEqual(phases, new Set(['active', 'warning']));
}

/** Of memory, and of nodes that nobody holds any more, a browser has more or less at any time. */
function isNoMore(after: Weight, before: Weight, bytes: number): void {
  const limits = { ...before, heap: before.heap + bytes, nodes: before.nodes + FEW_NODES };
  const over = Object.entries(limits).filter(([what, limit]) => after[what as keyof Weight] > limit);
  assert.deepEqual(over, [], JSON.stringify({ before, after }));
}
