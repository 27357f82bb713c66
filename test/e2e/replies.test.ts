/** What a person sees when the answers to pings go wrong on their way; docs/faults.md has it as a table. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import { closeContext, goOn, launch, pause, warning } from './support/demo.js';
import { honest, Wire, type Answer } from './support/wire.js';

const WARN_MS = 3000;
const EXPIRE_MS = 9000;
/** A page that is slow to open asks before it warns all the same: its first answer is too old by then. */
const UNHURRIED = { warnAfterMs: 6000, expireAfterMs: 40_000 };

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

interface Scene {
  context: BrowserContext;
  page: Page;
  wire: Wire;
}

interface Told {
  warnAfterMs?: number;
  expireAfterMs?: number;
  /** To all pings but the first. */
  answer?: Answer;
}

async function visit(t: TestContext, told: Told = {}): Promise<Scene> {
  const { warnAfterMs = WARN_MS, expireAfterMs = EXPIRE_MS, answer = honest } = told;
  const wire = await new Wire({ warnAfterMs, expireAfterMs }).start();
  wire.answer = answer;
  const context = await browser.newContext();
  t.after(async () => {
    await closeContext(context);
    wire.stop();
  });
  return { context, wire, page: await wire.open(context) };
}

const heading = (page: Page) => page.getByRole('heading', { name: 'Ward 7' });
const stateOf = (page: Page) => page.evaluate(() => document.querySelector('session-security')!.state!);

/** Until the server has once been told of the person: they are warned, see that nothing is confirmed, and stay. */
async function isBridged({ page, wire }: Scene, wrong: Answer): Promise<void> {
  let reports = 0;
  wire.answer = (response, ping, live) => {
    if (ping.idleMs !== undefined) reports += 1;
    (reports > 1 ? honest : wrong)(response, ping, live);
  };
  await warning(page).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => globalThis.said.includes('The server can’t be reached. You may be signed out.'));
  await goOn(page);
  assert.equal(await heading(page).isVisible(), true);
  assert.equal((await stateOf(page)).phase, 'active');
}

/** For as long as it takes. */
async function endsConcealed({ page, wire }: Scene, answer: Answer): Promise<void> {
  wire.answer = answer;
  await warning(page).waitFor();
  await heading(page).waitFor({ state: 'hidden', timeout: EXPIRE_MS });
  await page.waitForFunction(() => document.querySelector('session-security')!.state!.phase === 'ended');
}

const html = '<!doctype html><title>Guest network</title><p>Accept our terms.';

const OUTAGES: Record<string, Answer> = {
  'whose connection is reset in mid-reply': (response, _, live) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': live.length });
    response.write(live.slice(0, -10), () => response.destroy());
  },
  'behind a captive portal, which answers everything with a page': (response) =>
    response.setHeader('Content-Type', 'text/html').end(html),
  'behind a captive portal that leads elsewhere': (response) =>
    response.writeHead(302, { Location: 'http://localhost:9/portal' }).end(),
  'behind a proxy that leads to another address, which would answer': (response, { at }, live) =>
    response.writeHead(307, { Location: `data:application/json,${encodeURIComponent(live)}#${String(at)}` }).end(),
  'that is overloaded': (response) => response.writeHead(429, { 'Retry-After': '1' }).end(),
  'whose gateway has lost it': (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end(html),
};

describe('a server', { concurrency: 4 }, () => {
  for (const [what, answer] of Object.entries(OUTAGES)) {
    test(`[N1] ${what}, is out of reach: the warning says so, and goes when the server is back`, async (t) =>
      isBridged(await visit(t, { expireAfterMs: 30_000 }), answer));
    test(`[T3] ${what}, keeps nothing open`, async (t) => endsConcealed(await visit(t), answer));
  }

  test('[N1] that has a proxy lead to the sign-in page has ended the session', async (t) => {
    const { page, wire } = await visit(t);
    wire.answer = (response) => response.writeHead(302, { Location: '/sign-in' }).end();
    await page.waitForFunction(() => document.querySelector('session-security')!.state!.phase === 'ended');
    assert.equal((await stateOf(page)).reason, 'revoked');
    assert.equal(await heading(page).isVisible(), false);
    assert.ok(Date.now() - wire.pings.at(-1)!.at < EXPIRE_MS - WARN_MS, 'at its word, not at the deadline');
  });

  test('[N2] that asks for patience is not asked before', async (t) => {
    const { page, wire } = await visit(t, {
      ...UNHURRIED,
      answer: (response) => response.writeHead(429, { 'Retry-After': '4' }).end(),
    });
    await warning(page).waitFor();
    const { length } = wire.pings;
    const refusedAt = wire.pings.at(-1)!.at;
    await page.waitForFunction(() => document.querySelector('session-security')!.state!.unreachable);
    wire.answer = honest;
    await goOn(page);
    assert.ok(wire.pings.length > length);
    assert.ok(wire.pings[length]!.at - refusedAt >= 4000, `after ${String(wire.pings[length]!.at - refusedAt)} ms`);
  });

  test('[N2] whose answer comes after its time-out is not believed', async (t) => {
    let answered = 0;
    const { page } = await visit(t, {
      ...UNHURRIED,
      answer: async (response, _, live) => {
        await pause(11_000);
        answered += 1;
        // As if somebody had just been there.
        honest(response, { at: 0 }, JSON.stringify({ ...(JSON.parse(live) as object), idleMs: 0 }));
      },
    });
    await warning(page).waitFor();
    while (answered === 0) await pause(100);
    await pause(500);
    assert.equal(await warning(page).count(), 1);
    assert.equal((await stateOf(page)).unreachable, true);
  });

  test('[N1] whose answers come out of order is believed in what it was asked last', async (t) => {
    const late: string[] = [];
    const { page, wire } = await visit(t, {
      ...UNHURRIED,
      answer: async (response, ping, live) => {
        if (ping.idleMs === undefined) {
          await pause(8000);
          late.push(live);
        }
        honest(response, ping, live);
      },
    });
    await warning(page).waitFor();
    await page.keyboard.press('Escape');
    await warning(page).waitFor({ state: 'detached' });
    assert.equal(late.at(0), undefined, 'the first question has no answer yet');
    wire.answer = honest;
    await page.keyboard.press('a');
    while (late.length === 0) {
      await page.keyboard.press('a');
      await pause(500);
    }
    await pause(500);
    assert.equal((await stateOf(page)).phase, 'active');
    assert.ok((await stateOf(page)).idleMs < 2000);
  });

  test('[N1] whose JSON has any odd shape is out of reach, and reads as live to no page', async (t) => {
    const live = { v: 1, state: 'live', idleMs: 0, warnAfterMs: 3000, expireAfterMs: 9000, lifetimeLeftMs: null };
    const bodies = [
      ...['', ' ', 'null', 'true', '0', '"live"', '[]', '{}', '{', '\u0000', '[[[[', 'NaN', '{"v":1', '\ufeff{}'],
      ...[
        [live],
        { live },
        { ...live, v: '1' },
        { ...live, v: 2 },
        { ...live, state: 'LIVE' },
        { ...live, state: null },
      ],
      ...[-1, 0.5, '0', null, 1e300, 2 ** 53, {}, []].map((idleMs) => ({ ...live, idleMs })),
      ...[0, -1, '3000', 9000, 9001, null].map((warnAfterMs) => ({ ...live, warnAfterMs })),
      ...[0, 3000, '9000', null, [9000]].map((expireAfterMs) => ({ ...live, expireAfterMs })),
      ...[-1, '1', 0.5, {}].map((lifetimeLeftMs) => ({ ...live, lifetimeLeftMs })),
      ...['', 'ä', 'a'.repeat(65), 7, {}].map((owner) => ({ ...live, owner })),
      ...['', 'bored', 7, null, ['idle']].map((reason) => ({ v: 1, state: 'ended', reason })),
      '['.repeat(100_000),
      `{"v":1,"state":"live","__proto__":${JSON.stringify(live)}}`,
    ].map((body) => (typeof body === 'string' ? body : JSON.stringify(body)));
    const { page, wire } = await visit(t, { warnAfterMs: 60_000, expireAfterMs: 90_000 });
    let next = 0;
    wire.answer = (response) => response.setHeader('Content-Type', 'application/json').end(bodies[next]);
    const seen: [string, string, boolean][] = [];
    for (; next < bodies.length; next += 1) {
      // A new guard hears nothing else.
      await page.evaluate(() => {
        const { body } = document;
        body.querySelector('session-security')!.remove();
        const guard = document.createElement('session-security');
        guard.pingUrl = '/ping';
        body.append(guard);
      });
      await page.waitForFunction(() => document.querySelector('session-security')!.state?.unreachable);
      const { phase, unreachable } = await stateOf(page);
      seen.push([bodies[next]!.slice(0, 100), phase, unreachable]);
    }
    assert.deepEqual(
      seen.filter(([, phase, unreachable]) => phase !== 'active' || !unreachable),
      [],
    );
  });
});
