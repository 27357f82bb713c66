import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo, pause } from '../e2e/support/demo.js';
import { freeze, inPhase, openTab, read, stateOf, until, visit } from './support/visit.js';

const EXPIRE_MS = 12_000;

describe('a tab in the background', { concurrency: 3 }, () => {
  const demo = new Demo({ warnAfter: 7, expireAfter: EXPIRE_MS / 1000 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[T5] warns and ends by the clock, however seldom its timers run', async (t) => {
    const scene = await visit(t, demo);
    const { page } = scene;
    await page.evaluate(() => {
      const ticks: number[] = ((globalThis as { ticks?: number[] }).ticks = []);
      setInterval(() => ticks.push(performance.now()), 100);
    });
    const idleSince = await page.evaluate(
      () => performance.now() - document.querySelector('session-security')!.state!.idleMs,
    );
    await openTab(scene, '/sign-in');
    assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');
    await pause(3000);
    const lately = await page.evaluate(() => {
      const { ticks } = globalThis as unknown as { ticks: number[] };
      return ticks.filter((at) => at > performance.now() - 2000).length;
    });
    assert.ok(lately <= 3, `its timers are throttled, but ran ${String(lately)} times in two seconds`);
    await inPhase.ended(page);
    const { at } = (await read(page)).moments.find(({ concealed }) => concealed)!;
    assert.ok(at - idleSince < EXPIRE_MS + 2000, `after ${String(at - idleSince)} ms`);
    assert.equal((await stateOf(page)).reason, 'idle');
  });

  test('[W8] warned, its title says when the session ends, and is what it was as soon as it is seen', async (t) => {
    const scene = await visit(t, demo);
    const { page } = scene;
    const title = await page.title();
    await openTab(scene, '/sign-in');
    await inPhase.warning(page);
    await until(page, () => document.title.startsWith('Session ends at'));
    await page.bringToFront();
    await until(page, () => !document.hidden && !document.title.startsWith('Session ends at'));
    assert.equal(await page.title(), title);
  });

  test('[T6] frozen over the deadline, it shows nothing from its first frame on', async (t) => {
    const scene = await visit(t, demo);
    const { page } = scene;
    await openTab(scene, '/sign-in');
    await freeze(scene, page);
    await pause(EXPIRE_MS + 500);
    await page.bringToFront();
    await until(page, () => globalThis.record.frames.length > globalThis.record.framesBefore + 3);
    const { frames, framesBefore } = await read(page);
    assert.ok(
      frames.slice(0, framesBefore).some(({ shown }) => shown),
      'it was seen before',
    );
    assert.deepEqual(
      frames.slice(framesBefore).filter(({ shown }) => shown),
      [],
    );
    await inPhase.ended(page);
  });

  test('[T6] the first key after it was frozen over the deadline revives nothing and reaches nobody', async (t) => {
    const scene = await visit(t, demo);
    const { page, pings } = scene;
    await page.keyboard.press('a');
    assert.deepEqual((await read(page)).keys, ['a']);
    await openTab(scene, '/sign-in');
    await freeze(scene, page);
    await pause(EXPIRE_MS + 500);
    const before = pings.length;
    await page.bringToFront();
    await page.keyboard.press('b');
    await inPhase.ended(page);
    assert.deepEqual((await read(page)).keys, ['a']);
    // What it tells of its old activity is over the deadline as well.
    assert.deepEqual(
      pings.slice(before).filter(({ body: { idleMs = Infinity } }) => idleMs < EXPIRE_MS),
      [],
    );
    assert.ok(pings.length > before);
  });
});
