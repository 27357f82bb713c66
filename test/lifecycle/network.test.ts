import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Demo, pause } from '../e2e/support/demo.js';
import { connected, inPhase, openTab, read, stateOf, until, visit } from './support/visit.js';

describe('without a network', { concurrency: 4 }, () => {
  const demo = new Demo({ warnAfter: 4, expireAfter: 12 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[N3] offline it warns, and back online it tells at once who has been active', async (t) => {
    // Long enough for the tries to lie far apart when the network comes back.
    const patient = await new Demo({ warnAfter: 10, expireAfter: 60 }).start();
    t.after(() => patient.kill());
    const { context, page, pings } = await visit(t, patient);
    await context.setOffline(true);
    await inPhase.warning(page);
    await page.keyboard.press('Escape');
    await until(page, () => document.querySelector('session-security')!.state!.status === 'unreachable');
    assert.equal((await stateOf(page)).phase, 'warning');
    await pause(7000);
    const tried = pings.length;
    const onlineAt = Date.now();
    await context.setOffline(false);
    await inPhase.active(page);
    assert.equal(pings.length, tried + 1);
    assert.ok(pings.at(-1)!.at - onlineAt < 1000);
    assert.ok(pings.at(-1)!.body.idleMs! > 6000);
  });

  test('[N3] offline at the deadline it conceals and ends, and the server agrees when it is back', async (t) => {
    const scene = await visit(t, demo);
    const { context, page } = scene;
    await context.setOffline(true);
    await inPhase.warning(page);
    await inPhase.ended(page);
    assert.equal((await read(page)).frames.at(-1)?.shown, false);
    await context.setOffline(false);
    const tab = await openTab(scene, '/');
    assert.equal(new URL(tab.url()).pathname, '/sign-in');
  });
});

const EXPIRE_MS = 14_000;

/** As on an intranet without certificates: no locks, no `crypto.subtle`, no Fetch Metadata. */
function unsafe(demo: Demo) {
  const args = ['--host-resolver-rules=MAP intranet.example 127.0.0.1'];
  return { args, url: demo.url.replace('127.0.0.1', 'intranet.example') };
}

/** Without any way from tab to tab, and with storage blocked. */
function isolate(): void {
  Reflect.deleteProperty(globalThis, 'BroadcastChannel');
  Reflect.deleteProperty(Navigator.prototype, 'locks');
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(globalThis, name, {
      get: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
    });
}

describe('without what a browser may lack', { concurrency: 4 }, () => {
  const demo = new Demo({ warnAfter: 6, expireAfter: EXPIRE_MS / 1000 });
  before(() => demo.start());
  after(() => demo.kill());

  test('[C6] on plain http, under a name that is not localhost, tabs warn, extend and end together', async (t) => {
    const scene = await visit(t, demo, unsafe(demo));
    const { page, pings } = scene;
    assert.deepEqual(
      await page.evaluate(() => [location.hostname, isSecureContext, typeof navigator.locks, typeof crypto.subtle]),
      ['intranet.example', false, 'undefined', 'undefined'],
    );
    const other = await openTab(scene, '/records/EQ-101');
    await connected(other);
    const asked = pings.length;
    await inPhase.warning(other);
    await inPhase.warning(page);
    assert.ok(pings.length > asked, 'the server is asked before');
    await other.keyboard.press('Escape');
    await inPhase.active(other);
    await inPhase.active(page);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await inPhase.ended(page);
    assert.equal((await stateOf(page)).reason, 'signed-out');
  });

  test('[C6] on plain http a session expires, and the server agrees', async (t) => {
    const scene = await visit(t, demo, unsafe(demo));
    await inPhase.warning(scene.page);
    await inPhase.ended(scene.page);
    const tab = await openTab(scene, '/');
    assert.equal(new URL(tab.url()).pathname, '/sign-in');
  });

  test('[C6] without channel, locks and storage, the server tells of activity in another tab', async (t) => {
    const scene = await visit(t, demo, { prepare: isolate });
    const { page } = scene;
    const busy = await openTab(scene, '/records/EQ-101');
    const endAt = Date.now() + EXPIRE_MS + 2000;
    while (Date.now() < endAt) {
      await busy.keyboard.press('a');
      await pause(500);
    }
    assert.ok((await read(busy)).moments.every(({ phase }) => phase === 'active'));
    // It may have been warned or concealed for a moment, by what it knew.
    await until(page, () => !document.querySelector('session-security')!.state!.concealed);
    await busy.getByRole('button', { name: 'Sign out' }).click();
    await inPhase.ended(page);
  });
});
