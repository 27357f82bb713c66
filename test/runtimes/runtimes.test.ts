/** The same requests, on each runtime. */
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RUNTIMES, type Server } from './runtimes.mjs';

const FETCH = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' };
const NAVIGATION = {
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-User': '?1',
};
const JSON_BODY = { 'Content-Type': 'application/json' };
const ASK = { v: 1 };
const ACTIVE = { v: 1, idleMs: 0 };

for (const [name, { isInstalled, start }] of Object.entries(RUNTIMES)) {
  const skip = process.env['CI'] || isInstalled() ? false : `${name} is not installed: run npm ci in test/runtimes`;

  describe(name, { skip, concurrency: true }, () => {
    let server: Server;
    before(async () => {
      server = await start();
    });
    after(() => server.close());

    /** A browser of a person whose limits are those of the given kind. */
    const browser = (kind = 'person', user = `${kind}.${randomUUID()}`) => new Browser(server, user);

    it(`[S13] ${name}: tells a visitor that there is no session`, async () => {
      const visitor = browser();
      assert.deepEqual(await visitor.ping(ASK), { v: 1, state: 'none' });
      assert.equal(await (await visitor.fetch('/')).text(), 'nobody');
    });

    it(`[S13] ${name}: lets pass who has signed in, and tells the page its limits`, async () => {
      const person = browser();
      assert.equal((await person.signIn()).status, 303);
      assert.equal(await (await person.fetch('/')).text(), person.user);
      const { idleMs, owner, ...reply } = await person.ping(ASK);
      assert.deepEqual(reply, {
        v: 1,
        state: 'live',
        warnAfterMs: 60_000,
        expireAfterMs: 100_000,
        lifetimeLeftMs: null,
      });
      assert.ok(Number.isSafeInteger(idleMs));
      assert.equal(typeof owner, 'string');
    });

    it(`[S13] ${name}: counts what a ping reports as activity, and no mere question`, async () => {
      const person = browser();
      await person.signIn();
      // A smaller step is not worth a write.
      await until(async () => Number((await person.ping(ASK))['idleMs']) >= 1_000);
      assert.equal((await person.ping(ACTIVE))['idleMs'], 0);
    });

    it(`[S13] ${name}: counts a navigation as activity`, async () => {
      const person = browser();
      await person.signIn();
      const idle = async () => Number((await person.ping(ASK))['idleMs']);
      let before = 0;
      await until(async () => (before = await idle()) >= 1_000);
      await person.fetch('/', { headers: NAVIGATION });
      assert.ok((await idle()) < before);
    });

    it(`[S13] ${name}: refuses a malformed ping`, async () => {
      const person = browser();
      await person.signIn();
      const send = (init: RequestInit) => person.fetch('/session/ping', { method: 'POST', ...init });
      const bodies = ['{', '', '[]', '{"v":2}', '{"v":1,"idleMs":-1}', `{"v":1,"idleMs":${'0'.repeat(2_000)}}`];
      for (const body of bodies) assert.equal((await send({ headers: JSON_BODY, body })).status, 400, body);
      assert.equal((await send({ headers: { 'Content-Type': 'text/plain' }, body: '{"v":1}' })).status, 400);
    });

    it(`[S13] ${name}: refuses a ping from another origin`, async () => {
      const person = browser();
      await person.signIn();
      const from = async (headers: Record<string, string>) => {
        const init = { method: 'POST', body: JSON.stringify(ACTIVE) };
        const cookie = { Cookie: `token=${person.token}` };
        const sent = { ...JSON_BODY, ...cookie, ...headers };
        return (await server.fetch(new Request(`${server.origin}/session/ping`, { ...init, headers: sent }))).status;
      };
      assert.equal(await from({ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.example' }), 403);
      // Without Fetch Metadata it goes by the host, which each runtime finds out in its own way.
      assert.equal(await from({ Origin: 'https://elsewhere.example' }), 403);
      assert.equal(await from({}), 403);
      assert.equal(await from({ Origin: server.origin }), 200);
    });

    it(`[S13] ${name}: refuses the old cookie after sign-out`, async () => {
      const person = browser();
      await person.signIn();
      const { token } = person;
      const reply = await person.fetch('/session/sign-out', { method: 'POST' });
      assert.equal(reply.status, 204);
      assert.equal(person.token, '');
      person.token = token;
      const refused = await person.fetch('/');
      assert.equal(refused.status, 401);
      assert.equal(((await refused.json()) as { reason: string }).reason, 'signed-out');
      person.token = token;
      const led = await person.fetch('/', { headers: NAVIGATION });
      assert.deepEqual([led.status, led.headers.get('Location')], [303, '/sign-in?next=%2F']);
    });

    it(`[S13] ${name}: ends a session that is idle for too long`, async () => {
      const person = browser('idler');
      await person.signIn();
      const { token } = person;
      assert.deepEqual(await person.pingUntilEnded(ASK), { v: 1, state: 'ended', reason: 'idle' });
      person.token = token;
      assert.equal((await person.fetch('/', { headers: NAVIGATION })).status, 303);
      person.token = token;
      assert.equal((await person.fetch('/')).status, 401);
    });

    it(`[S13] ${name}: ends a session at its lifetime, however active`, async () => {
      const person = browser('worker');
      await person.signIn();
      assert.deepEqual(await person.pingUntilEnded(ACTIVE), { v: 1, state: 'ended', reason: 'lifetime' });
    });

    it(`[S13] ${name}: aborts a handler's signal when the session is over`, async () => {
      const person = browser('waiter');
      // On a slow machine a session may be over before the handler begins.
      await until(async () => {
        await person.signIn();
        return (await (await person.fetch('/wait')).text()) === 'AbortError';
      });
    });

    it(`[S13] ${name}: tags the page of one person alike in all sessions`, async () => {
      const person = browser();
      await person.signIn();
      const hmac = createHmac('sha256', 'known to every process').update(`session-security owner ${person.user}`);
      assert.equal((await person.ping(ASK))['owner'], hmac.digest().subarray(0, 12).toString('base64url'));
    });

    it(`[S13] ${name}: signs a person out everywhere, and nobody else`, async () => {
      const [here, other] = [browser(), browser()];
      const there = browser('person', here.user);
      for (const one of [here, there, other]) await one.signIn();
      const everywhere = await here.fetch('/sign-out-everywhere', { method: 'POST' });
      assert.equal(await everywhere.text(), '2');
      assert.deepEqual(await there.ping(ACTIVE), { v: 1, state: 'ended', reason: 'revoked' });
      assert.equal((await other.ping(ASK))['state'], 'live');
    });
  });
}

/** Keeps the one cookie there is. */
class Browser {
  token = '';
  readonly #server: Server;
  readonly user: string;

  constructor(server: Server, user: string) {
    this.#server = server;
    this.user = user;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ ...FETCH, ...(init.headers as Record<string, string>) });
    headers.set('Origin', this.#server.origin);
    if (this.token !== '') headers.set('Cookie', `token=${this.token}`);
    const response = await this.#server.fetch(new Request(this.#server.origin + path, { ...init, headers }));
    for (const cookie of response.headers.getSetCookie()) this.token = /^token=([^;]*)/.exec(cookie)?.[1] ?? this.token;
    return response;
  }

  signIn(): Promise<Response> {
    return this.fetch('/sign-in', {
      method: 'POST',
      headers: NAVIGATION,
      body: new URLSearchParams({ user: this.user }),
    });
  }

  async ping(ping: object): Promise<Record<string, unknown>> {
    const response = await this.fetch('/session/ping', {
      method: 'POST',
      headers: JSON_BODY,
      body: JSON.stringify(ping),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Record<string, unknown>;
  }

  async pingUntilEnded(ping: object): Promise<Record<string, unknown>> {
    let reply: Record<string, unknown> = {};
    await until(async () => (reply = await this.ping(ping))['state'] !== 'live');
    return reply;
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 300; !(await holds()); tries--) {
    assert.ok(tries > 0, 'it never came about');
    await delay(50);
  }
}
