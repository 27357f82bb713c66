import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo, pause } from '../e2e/support/demo.js';
import { devTools, inPhase, read, stateOf, until, visit, type Visit } from './support/visit.js';

describe('the element on its page', { concurrency: 3 }, () => {
  const demo = new Demo({ warnAfter: 6, expireAfter: 12 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[P2] moved while it warns, it goes on warning, and nobody is asked anew', async (t) => {
    const { page, pings } = await visit(t, demo);
    await inPhase.warning(page);
    const asked = pings.length;
    await page.evaluate(() => {
      document.querySelector('header')!.append(document.querySelector('session-security')!);
    });
    assert.equal(await page.locator('session-security #warning:modal').count(), 1);
    await pause(1000);
    assert.equal(pings.length, asked);
    await page.keyboard.press('Escape');
    await inPhase.active(page);
  });

  test('[P2] removed, it leaves nothing behind; added again, it goes on where the time is', async (t) => {
    const scene = await visit(t, demo);
    const { page, pings } = scene;
    assert.ok((await listeners(scene)) > 10);
    await page.evaluate(() => {
      const guard = document.querySelector('session-security')!;
      guard.remove();
      Object.assign(globalThis, { guard });
    });
    assert.equal(await listeners(scene), 0);
    const asked = pings.length;
    await pause(5000);
    assert.equal(pings.length, asked);
    assert.deepEqual(await page.evaluate(() => navigator.locks.query()), { held: [], pending: [] });
    await page.evaluate(() => {
      document.body.append((globalThis as unknown as { guard: Element }).guard);
    });
    assert.ok((await stateOf(page)).idleMs > 5000);
    await inPhase.warning(page);
    await inPhase.ended(page);
  });

  test('[P2] there twice, one asks for both, and both warn, extend and end', async (t) => {
    const { page, pings } = await visit(t, demo);
    await page.evaluate(() => {
      const second = document.querySelector('session-security')!.cloneNode() as HTMLElement;
      second.id = 'second';
      document.body.append(second);
    });
    await until(
      page,
      () => document.querySelector<HTMLElementTagNameMap['session-security']>('#second')!.state?.asking === null,
    );
    const asked = pings.length;
    await until(page, () =>
      [...document.querySelectorAll('session-security')].every(({ state }) => state!.phase === 'warning'),
    );
    const times = pings.slice(asked).map(({ at }) => at);
    assert.ok(times.length > 0);
    assert.ok(
      times.every((at, which) => which === 0 || at - times[which - 1]! > 900),
      `they ask one after the other: ${times.join()}`,
    );
    await page.keyboard.press('Escape');
    await until(page, () =>
      [...document.querySelectorAll('session-security')].every(({ state }) => state!.phase === 'active'),
    );
    await until(page, () =>
      [...document.querySelectorAll('session-security')].every(({ state }) => state!.phase === 'ended'),
    );
    assert.equal((await read(page)).frames.at(-1)?.shown, false);
  });
});

/** How many of the element's own listen on the window and the document. */
async function listeners(scene: Visit): Promise<number> {
  const tools = await devTools(scene, scene.page);
  const urls = new Map<string, string>();
  tools.on('Debugger.scriptParsed', ({ scriptId, url }) => urls.set(scriptId, url));
  await tools.send('Debugger.enable');
  let count = 0;
  for (const expression of ['window', 'document']) {
    const { result } = await tools.send('Runtime.evaluate', { expression });
    const found = await tools.send('DOMDebugger.getEventListeners', { objectId: result.objectId! });
    count += found.listeners.filter(({ scriptId }) => urls.get(scriptId)?.endsWith('/session-security.js')).length;
  }
  await tools.detach();
  return count;
}
