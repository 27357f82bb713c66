import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright';
import { Demo, pause } from '../e2e/support/demo.js';
import { inPhase, openTab, stateOf, until, visit } from './support/visit.js';

const EXPIRE_S = 24;

/** What the page wrote on its tab and told the system, from before its first script. */
interface Told {
  titles: string[];
  notifications: { title: string; body: string; isOpen: boolean }[];
}

const told = (page: Page): Promise<Told> => page.evaluate(() => (globalThis as unknown as { told: Told }).told);

function watch(): void {
  const told: Told = { titles: [], notifications: [] };
  Object.assign(globalThis, { told });
  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(() => told.titles.push(document.title)).observe(document.querySelector('title')!, {
      childList: true,
    });
  });
  // The browser's own, which also writes down what it is told.
  globalThis.Notification = class extends Notification {
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options);
      const noted = { title, body: options.body ?? '', isOpen: true };
      told.notifications.push(noted);
      const close = this.close.bind(this);
      this.close = () => {
        noted.isOpen = false;
        close();
      };
    }
  };
}

describe('a page that nobody looks at', { concurrency: 3 }, () => {
  const demo = new Demo({ warnAfter: 6, expireAfter: EXPIRE_S });
  before(() => demo.start());
  after(() => demo.kill());

  const setNotify = (page: Page): Promise<void> =>
    page.evaluate(() => {
      document.querySelector('session-security')!.notify = true;
    });

  test('[W8] says once in its title when the session ends, and has its own again as it is shown', async (t) => {
    const scene = await visit(t, demo, { prepare: watch });
    const { page } = scene;
    const own = await page.title();
    const front = await openTab(scene, '/sign-in');
    assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');
    await inPhase.warning(page);
    await until(page, () => document.title.startsWith('Session ends at '));
    const endsAt = await page.evaluate(
      () => Date.now() + document.querySelector('session-security')!.state!.remainingMs,
    );
    await pause(5_000);
    const { titles, notifications } = await told(page);
    assert.equal(titles.length, 1, titles.join());
    // A minute may begin between the two.
    const times = await page.evaluate(
      (moments) => moments.map((at) => new Date(at).toLocaleTimeString('en', { timeStyle: 'short' })),
      [endsAt - 1_000, endsAt, endsAt + 1_000],
    );
    assert.ok(
      times.some((time) => titles[0] === `Session ends at ${time}`),
      `${String(titles[0])}; ${times.join()}`,
    );
    assert.deepEqual(notifications, []);
    await page.bringToFront();
    await until(page, () => !document.title.startsWith('Session ends at '));
    assert.equal(await page.title(), own);
    await front.close();
  });

  test('[W8] has its own title again when somebody is active in another tab', async (t) => {
    const scene = await visit(t, demo, { prepare: watch });
    const { page } = scene;
    const own = await page.title();
    const busy = await openTab(scene, '/records/EQ-101');
    await inPhase.warning(page);
    await until(page, () => document.title.startsWith('Session ends at '));
    await busy.keyboard.press('Shift');
    await inPhase.active(page);
    assert.equal(await page.title(), own);
    assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');
  });

  test('[W8] leaves a title alone that the page has changed meanwhile', async (t) => {
    const scene = await visit(t, demo, { prepare: watch });
    const { page } = scene;
    await openTab(scene, '/sign-in');
    await inPhase.warning(page);
    await until(page, () => document.title.startsWith('Session ends at '));
    await page.evaluate(() => (document.title = '(1) A message'));
    await page.bringToFront();
    await until(page, () => !document.hidden);
    await pause(1_500);
    assert.equal(await page.title(), '(1) A message');
  });

  test('[W8] says nothing in its title while it is seen', async (t) => {
    const { page } = await visit(t, demo, { prepare: watch });
    await inPhase.warning(page);
    await pause(3_000);
    assert.equal((await stateOf(page)).phase, 'warning');
    assert.deepEqual((await told(page)).titles, []);
  });

  test('[W8] with notify tells the system as well, once, and takes it back', async (t) => {
    const scene = await visit(t, demo, { prepare: watch });
    const { page, context } = scene;
    await context.grantPermissions(['notifications'], { origin: demo.url });
    await setNotify(page);
    const own = await page.title();
    await openTab(scene, '/sign-in');
    await inPhase.warning(page);
    await until(page, () => (globalThis as unknown as { told: Told }).told.notifications.length > 0);
    await pause(4_000);
    const { notifications, titles } = await told(page);
    assert.equal(notifications.length, 1);
    assert.deepEqual(notifications[0], { title: own, body: titles[0]!, isOpen: true });
    await page.bringToFront();
    await until(page, () => !(globalThis as unknown as { told: Told }).told.notifications[0]!.isOpen);
  });

  test('[W8] with notify, but without leave to, has the title alone', async (t) => {
    const scene = await visit(t, demo, { prepare: watch });
    const { page } = scene;
    await setNotify(page);
    await openTab(scene, '/sign-in');
    await inPhase.warning(page);
    await until(page, () => document.title.startsWith('Session ends at '));
    assert.deepEqual((await told(page)).notifications, []);
  });
});
