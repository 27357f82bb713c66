import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { Demo, pause } from '../e2e/support/demo.js';
import { connected, devTools, freeze, inPhase, openTab, read, stateOf, visit, type Visit } from './support/visit.js';

const WARN_MS = 8000;
/** The age at which activity is reported, of these limits. */
const REPORT_MS = 6000;

describe('many tabs', { concurrency: 4 }, () => {
  const demo = new Demo({ warnAfter: WARN_MS / 1000, expireAfter: 16 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[C3] five send the reports of one', async (t) => {
    const scene = await visit(t, demo);
    const tabs = await fiveTabs(scene);
    const before = scene.pings.length;
    const began = Date.now();
    for (let turn = 0; turn < 15; turn += 1) {
      const tab = tabs[turn % 5]!;
      await tab.bringToFront();
      await tab.keyboard.press('a');
      await pause(1000);
    }
    const windows = Math.ceil((Date.now() - began) / REPORT_MS);
    const sent = scene.pings.length - before;
    assert.ok(sent >= 2 && sent <= windows + 1, `${String(sent)} in ${String(windows)} windows of time`);
  });

  for (const [order, closed] of [
    ['the first first', [0, 1, 2, 3]],
    ['the last first', [4, 3, 2, 1]],
    ['from the middle', [2, 0, 4, 1]],
  ] as const) {
    test(`[C1] each of five hands its activity on when it is closed, ${order}`, async (t) => {
      const scene = await visit(t, demo);
      const tabs = await fiveTabs(scene);
      const [left] = tabs.filter((_, at) => !(closed as readonly number[]).includes(at));
      for (const at of closed) {
        await pause(WARN_MS / 2.5);
        const tab = tabs[at]!;
        await tab.bringToFront();
        const pressedAt = Date.now();
        await tab.keyboard.press('a');
        await tab.close();
        await pause(500);
        const { idleMs } = await stateOf(left!);
        assert.ok(idleMs <= Date.now() - pressedAt, `idle for ${String(idleMs)} ms`);
      }
      assert.ok((await read(left!)).moments.every(({ phase }) => phase === 'active'));
      await left!.bringToFront();
      await inPhase.warning(left!);
      await inPhase.ended(left!);
    });
  }
});

describe('a tab that is lost while it asks for all', { concurrency: 3 }, () => {
  test('[C4] crashed, it leaves its turn to the others at once', async (t) => {
    const { pings, asker, other, tools } = await twoTabsOfWhichOneAsks(t);
    const asked = pings.length;
    const crash = asker.waitForEvent('crash');
    // A page that is gone answers no more.
    void tools.send('Page.crash').catch(() => undefined);
    await crash;
    await other.bringToFront();
    for (let tries = 0; tries < 30 && pings.length === asked; tries += 1) await pause(100);
    assert.equal(pings.length, asked + 1);
    assert.equal(pings.at(-1)?.page, other);
  });

  test('[C4] frozen, it keeps nobody from being warned nor from extending', async (t) => {
    const scene = await twoTabsOfWhichOneAsks(t);
    await freeze(scene, scene.asker);
    await scene.other.bringToFront();
    await inPhase.warning(scene.other);
    await scene.demo.misbehave('none');
    await scene.other.keyboard.press('Escape');
    await inPhase.active(scene.other);
  });

  test('[C4] frozen, it keeps nobody from expiring', async (t) => {
    const scene = await twoTabsOfWhichOneAsks(t);
    await freeze(scene, scene.asker);
    await scene.other.bringToFront();
    await scene.demo.misbehave('none');
    await inPhase.ended(scene.other);
    const { idleMs } = await stateOf(scene.other);
    assert.ok(idleMs < scene.expireMs + 3000, `idle for ${String(idleMs)} ms`);
  });
});

async function fiveTabs(scene: Visit): Promise<Page[]> {
  const tabs = [scene.page];
  while (tabs.length < 5) {
    const tab = await openTab(scene, '/records/EQ-101');
    await connected(tab);
    tabs.push(tab);
  }
  return tabs;
}

/** Of a server that is silent, so that the one goes on asking and the other waiting. */
async function twoTabsOfWhichOneAsks(t: Parameters<typeof visit>[0]) {
  const demo = await new Demo({ warnAfter: 6, expireAfter: 16 }).start();
  t.after(() => demo.kill());
  const scene = await visit(t, demo);
  const tab = await openTab(scene, '/records/EQ-101');
  await connected(tab);
  await demo.misbehave('hang');
  const asked = scene.pings.length;
  for (let tries = 0; tries < 300 && scene.pings.length === asked; tries += 1) await pause(50);
  await pause(1500);
  assert.equal(scene.pings.length, asked + 1, 'one asks for both');
  const asker = scene.pings.at(-1)!.page;
  const other = asker === tab ? scene.page : tab;
  return { ...scene, demo, expireMs: 16_000, asker, other, tools: await devTools(scene, asker) };
}
