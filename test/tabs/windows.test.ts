import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type {} from '../../src/index.js';
import { Demo, pause } from '../e2e/support/demo.js';
import { findEngines, type Browser, type Visit, type Window } from './support/engines.js';

/** What a page has lived through, by its own clock. */
interface Moment {
  at: number;
  phase: string;
  concealed: boolean;
}

declare global {
  // A page keeps it for the test to read.
  var seen: Moment[];
}

/** What may lie between two windows that learn of the same thing. */
const AT_ONCE_MS = 1000;

for (const engine of await findEngines()) {
  describe(engine.name, () => {
    const demo = new Demo({ warnAfter: 6, expireAfter: 16 });
    let browser: Browser;
    let visit: Visit;
    before(async () => {
      [browser] = await Promise.all([engine.start(), demo.start()]);
    });
    after(async () => {
      await Promise.all([browser.stop(), demo.kill()]);
    });
    beforeEach(async () => {
      visit = await browser.visit();
    });
    afterEach(() => visit.end());

    test('[C1] extending in one window takes the warning out of the other', async () => {
      const [one, other] = await twoWindows();
      await warned(one);
      await warned(other);
      await one.press('Escape');
      await until(one, () => document.querySelector('session-security')!.state!.phase === 'active');
      await until(other, () => document.querySelector('session-security')!.state!.phase === 'active');
      const [here, there] = [await last(one, 'active'), await last(other, 'active')];
      assert.ok(Math.abs(there.at - here.at) < AT_ONCE_MS, `${there.at - here.at} ms later`);
    });

    test('[C3] one window asks for both before they warn', async () => {
      const [one, other] = await twoWindows();
      const connectedAt = await other.run(() => Date.now());
      await warned(one);
      await warned(other);
      const times = [...(await pings(one)), ...(await pings(other))].filter((at) => at > connectedAt).sort();
      assert.ok(times.length > 0);
      assert.ok(
        times.every((at, which) => which === 0 || at - times[which - 1]! > 900),
        `at ${times.join()}`,
      );
    });

    test('[C2] signing out in one window conceals the other', async () => {
      const [one, other] = await twoWindows();
      const at = await one.run(() => {
        document.querySelector<HTMLFormElement>('form.who')!.requestSubmit();
        return Date.now();
      });
      await endedAs(other, 'signed-out');
      assert.ok((await concealedAt(other)) - at < AT_ONCE_MS);
      await until(one, () => location.pathname === '/sign-in');
    });

    test('[C2] an end that one window learns of conceals the other', async () => {
      const [one, other] = await twoWindows();
      await one.run(() => void fetch('/demo/revoke', { method: 'POST' }));
      await pause(1000);
      await one.run(() => document.querySelector('session-security')!.check());
      await endedAs(one);
      await endedAs(other);
      assert.ok((await concealedAt(other)) - (await concealedAt(one)) < AT_ONCE_MS);
    });

    test('[T3] both windows expire, and the server agrees', async () => {
      const [one, other] = await twoWindows();
      await endedAs(one);
      await endedAs(other);
      await other.go(demo.url);
      await until(other, () => location.pathname === '/sign-in');
    });

    /** Of one person, who is signed in; both connected, and kept from leaving so that they can be asked. */
    async function twoWindows(): Promise<[Window, Window]> {
      const one = await visit.open(`${demo.url}/sign-in`);
      await one.run(() => {
        document.querySelector<HTMLInputElement>('[name=username]')!.value = 'ana';
        document.querySelector<HTMLInputElement>('[name=password]')!.value = 'heron';
        document.querySelector<HTMLFormElement>('main form')!.requestSubmit();
      });
      await until(one, () => location.pathname === '/');
      const other = await visit.open(`${demo.url}/records/EQ-101`);
      for (const window of [one, other]) {
        await connected(window);
        await window.run(watch);
      }
      return [one, other];
    }
  });
}

function watch(): void {
  globalThis.seen = [];
  const guard = document.querySelector('session-security')!;
  guard.addEventListener('session-state', ({ state: { phase, concealed } }) => {
    globalThis.seen.push({ at: Date.now(), phase, concealed });
  });
  guard.addEventListener('session-end', (event) => {
    event.preventDefault();
  });
}

/** The page may be on its way elsewhere while it is asked. */
async function until(window: Window, condition: () => unknown): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await window.run(condition).catch(() => false)) return;
    await pause(100);
  }
  const seen = await window.run(() => JSON.stringify([location.href, globalThis.seen]));
  throw new Error(`This did not come about: ${String(condition)}; ${seen}`);
}

const connected = (window: Window): Promise<void> =>
  until(window, () => {
    const state = document.querySelector('session-security')?.state;
    return document.visibilityState === 'visible' && state?.phase === 'active' && state.asking === null;
  });

const warned = (window: Window): Promise<void> =>
  until(window, () =>
    document.querySelector('session-security')!.shadowRoot!.querySelector('dialog#warning')?.matches(':modal'),
  );

async function endedAs(window: Window, reason?: string): Promise<void> {
  await until(window, () => document.querySelector('session-security')!.state!.phase === 'ended');
  const found = await window.run(() => document.querySelector('session-security')!.state!.reason);
  if (reason) assert.equal(found, reason);
}

async function last(window: Window, phase: string): Promise<Moment> {
  const seen = await window.run(() => globalThis.seen);
  return seen.findLast((moment) => moment.phase === phase)!;
}

async function concealedAt(window: Window): Promise<number> {
  const seen = await window.run(() => globalThis.seen);
  return seen.find(({ concealed }) => concealed)!.at;
}

/** When the window has sent its pings. */
const pings = (window: Window): Promise<number[]> =>
  window.run(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('/session/ping'))
      .map(({ startTime }) => performance.timeOrigin + startTime),
  );
