import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { Demo, pause } from '../e2e/support/demo.js';
import { inPhase, openTab, read, stateOf, until, visit } from './support/visit.js';

describe('a page from the back/forward cache', { concurrency: 3 }, () => {
  const demo = new Demo({ warnAfter: 20, expireAfter: 30 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[C8] comes back with the session, hidden until the server has confirmed it', async (t) => {
    const { page, pings } = await visit(t, demo);
    await goAway(page);
    const asked = pings.length;
    await comeBack(page);
    await until(page, () => globalThis.record.frames.at(-1)?.shown);
    assert.equal((await stateOf(page)).phase, 'active');
    assert.ok(pings.length > asked);
    const { frames, framesBefore } = await read(page);
    const back = frames.slice(framesBefore);
    assert.equal(back[0]?.shown, false, 'its first frame shows nothing');
    // The page's own record tells when it was shown, not when the answer came: there is one revelation, and no flash.
    const shownFrom = back.findIndex(({ shown }) => shown);
    assert.ok(back.slice(shownFrom).every(({ shown }) => shown));
  });

  test('[C8] shows nothing while the server does not answer', async (t) => {
    const silent = await new Demo({ warnAfter: 20, expireAfter: 30 }).start();
    t.after(() => silent.kill());
    const { page } = await visit(t, silent);
    await goAway(page);
    await silent.misbehave('hang');
    await comeBack(page);
    await pause(2000);
    assert.deepEqual(await shownSince(page), []);
  });

  for (const [who, signOut] of [
    ['it was signed out from', async (page: Page) => page.getByRole('button', { name: 'Sign out' }).click()],
    [
      'was signed out of in another tab meanwhile',
      async (page: Page) => {
        await goAway(page);
        const other = await openTab({ context: page.context(), page }, '/');
        await other.getByRole('button', { name: 'Sign out' }).click();
        await other.waitForURL(/\/sign-in/);
        await page.bringToFront();
      },
    ],
  ] as const) {
    test(`[C8] that ${who} never shows anything again`, async (t) => {
      const { page } = await visit(t, demo);
      await signOut(page);
      await page.waitForURL((url) => url.pathname !== '/');
      await comeBack(page);
      await inPhase.ended(page);
      await until(page, () => globalThis.record.frames.length > globalThis.record.framesBefore + 5);
      assert.deepEqual(await shownSince(page), []);
    });
  }
});

/** To another page of the same tab; the static one knows nothing of the session. */
async function goAway(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Static page' }).click();
  await page.waitForURL(/static/);
}

/** As the very page it was: a page loaded anew has no earlier showing. */
async function comeBack(page: Page): Promise<void> {
  await page.goBack({ waitUntil: 'commit' });
  await until(page, () => globalThis.record.shows.join() === 'false,true');
}

async function shownSince(page: Page): Promise<unknown[]> {
  const { frames, framesBefore } = await read(page);
  assert.ok(
    frames.slice(0, framesBefore).some(({ shown }) => shown),
    'it was seen before',
  );
  assert.ok(frames.length > framesBefore, 'it is drawn again');
  return frames.slice(framesBefore).filter(({ shown }) => shown);
}
