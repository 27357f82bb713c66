import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { Demo, pause } from '../e2e/support/demo.js';
import { devTools, inPhase, openTab, read, stateOf, until, visit } from './support/visit.js';

const WARN_MS = 7000;
const EXPIRE_MS = 14_000;
const HOUR_MS = 3_600_000;

declare global {
  /** How far the page's wall clock is ahead of the machine's. */
  var aheadMs: number;
}

/**
 * Only the wall clock is replaced: nobody but root can set a machine's, and a library that shifts it for the browser
 * alone shifts the monotonic clock as well, while sleep and a set clock are just where the two part.
 */
function shiftClock(): void {
  globalThis.aheadMs = 0;
  const { now } = Date;
  Date.now = () => now() + globalThis.aheadMs;
}

describe('clocks', { concurrency: 3 }, () => {
  const demo = new Demo({ warnAfter: WARN_MS / 1000, expireAfter: EXPIRE_MS / 1000 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[T4] set back, the wall clock lengthens no session', async (t) => {
    const { page } = await visit(t, demo, { prepare: shiftClock });
    const idleSince = await page.evaluate(
      () => performance.now() - document.querySelector('session-security')!.state!.idleMs,
    );
    await shiftBy(page, -HOUR_MS);
    await inPhase.warning(page);
    await inPhase.ended(page);
    const { at } = (await read(page)).moments.find(({ concealed }) => concealed)!;
    assert.ok(at - idleSince < EXPIRE_MS + 1000, `after ${String(at - idleSince)} ms`);
  });

  test('[T4] set forward while the session lives, it costs nothing but a question', async (t) => {
    const { page, pings } = await visit(t, demo, { prepare: shiftClock });
    const asked = pings.length;
    await shiftBy(page, HOUR_MS);
    await page.keyboard.press('a');
    await until(page, () => globalThis.record.moments.some(({ concealed }) => concealed));
    await inPhase.active(page);
    await until(page, () => !document.querySelector('session-security')!.state!.concealed);
    assert.ok(pings.length > asked);
    assert.deepEqual((await read(page)).keys, [], 'the key was kept from the page that was not certain');
    await page.keyboard.press('b');
    assert.deepEqual((await read(page)).keys, ['b']);
  });

  test('[T4] after a sleep that only the wall clock saw, a page shown again is hidden until the server has spoken', async (t) => {
    const scene = await visit(t, demo, { prepare: shiftClock });
    const { page } = scene;
    await openTab(scene, '/sign-in');
    await shiftBy(page, HOUR_MS);
    await page.bringToFront();
    await until(page, () => globalThis.record.frames.at(-1)?.shown);
    const { frames, framesBefore } = await read(page);
    assert.equal(frames[framesBefore]?.shown, false);
    // On a slow machine it may be idle for long enough by now to be warned.
    assert.notEqual((await stateOf(page)).phase, 'ended');
  });

  test('[T4] tabs whose clocks are apart agree through the server', async (t) => {
    const scene = await visit(t, demo, { prepare: shiftClock });
    const { page } = scene;
    const ahead = await openTab(scene, '/records/EQ-101');
    await shiftBy(ahead, HOUR_MS / 2);
    await ahead.keyboard.press('a');
    await inPhase.active(ahead);
    await inPhase.warning(page);
    await until(ahead, () => !document.querySelector('session-security')!.state!.concealed);
    await ahead.keyboard.press('a');
    await inPhase.active(page);
  });

  test('[T6] input that lay in the queue of a blocked page from before the deadline counts', async (t) => {
    const scene = await visit(t, demo);
    const { page } = scene;
    await inPhase.warning(page);
    const keyboard = await devTools(scene, page);
    const deadline = await deadlineOf(page);
    const blocked = block(page, deadline - 1500, deadline + 200);
    await pause(deadline - 1000 - Date.now());
    const pressed = press(keyboard, 'a');
    await Promise.all([blocked, pressed]);
    await inPhase.active(page);
    await pause(500);
    assert.equal((await stateOf(page)).phase, 'active');
  });

  test('[T6] input that came to a blocked page after the deadline does not count, and reaches nobody', async (t) => {
    const scene = await visit(t, demo);
    const { page, pings } = scene;
    await inPhase.warning(page);
    const keyboard = await devTools(scene, page);
    const deadline = await deadlineOf(page);
    const asked = pings.length;
    const blocked = block(page, deadline - 500, deadline + 1000);
    await pause(deadline + 500 - Date.now());
    const pressed = press(keyboard, 'a');
    await Promise.all([blocked, pressed]);
    await inPhase.ended(page);
    assert.deepEqual((await read(page)).keys, []);
    assert.ok(pings.length > asked);
    assert.deepEqual(
      pings.slice(asked).filter(({ body: { idleMs = Infinity } }) => idleMs < EXPIRE_MS),
      [],
    );
  });
});

async function shiftBy(page: Page, ms: number): Promise<void> {
  await page.evaluate((ms) => {
    globalThis.aheadMs = ms;
  }, ms);
}

/** By the wall clock. */
const deadlineOf = async (page: Page): Promise<number> => Date.now() + (await stateOf(page)).remainingMs;

/** Keeps the page's only thread from anything else between two times. */
async function block(page: Page, from: number, until: number): Promise<void> {
  await pause(from - Date.now());
  await page.evaluate((until) => {
    // There is no other way to block a page than to work.
    while (Date.now() < until);
  }, until);
}

async function press(keyboard: Awaited<ReturnType<typeof devTools>>, key: string): Promise<void> {
  for (const type of ['keyDown', 'keyUp'] as const)
    await keyboard.send('Input.dispatchKeyEvent', { type, key, ...(type === 'keyDown' && { text: key }) });
}
