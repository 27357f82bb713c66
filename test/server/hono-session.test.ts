/** The adapter, with the real @hono/session: its sessions in a cookie, and in a storage. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { type SessionEnv, type SessionOptions, useSession, useSessionStorage } from '@hono/session';
import { Hono } from 'hono';
import { SessionSecurityError, sessionSecurity, type SessionSecurityOptions } from '../../src/server/hono.js';
import { honoSession } from '../../src/server/sessions/hono-session.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { FETCH, NAVIGATION, ORIGIN } from './intranet.js';

interface User extends Record<string, unknown> {
  userId?: string;
  note?: string;
}

interface Setup extends Partial<SessionSecurityOptions> {
  duration?: NonNullable<SessionOptions<User>['duration']>;
  /** Whether the adapter is told what `useSession()` was given. */
  told?: boolean;
}

const SECRET = 'a secret of thirty-two letters!!';

function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** A storage that forgets what was not written for so long. */
class Storage {
  readonly entries = new Map<string, { data: User; until: number }>();
  readonly ttlMs: number;

  constructor(ttlMs: number) {
    this.ttlMs = ttlMs;
  }

  async get(id: string): Promise<User | null> {
    await Promise.resolve();
    const entry = this.entries.get(id);
    return entry && entry.until > Date.now() ? structuredClone(entry.data) : null;
  }

  set(id: string, data: User): void | Promise<void> {
    this.entries.set(id, { data: structuredClone(data), until: Date.now() + this.ttlMs });
  }

  delete(id: string): void | Promise<void> {
    this.entries.delete(id);
  }
}

/** Keeps cookies as long as they say. */
class Browser {
  readonly app: Hono<SessionEnv<User>>;
  #cookie: { pair: string; until: number } | null = null;

  constructor(app: Hono<SessionEnv<User>>) {
    this.app = app;
  }

  get cookie(): string {
    return this.#cookie && this.#cookie.until > Date.now() ? this.#cookie.pair : '';
  }

  set cookie(pair: string) {
    this.#cookie = { pair, until: Infinity };
  }

  async send(path: string, init: RequestInit = {}, headers: Record<string, string> = NAVIGATION): Promise<Response> {
    const { cookie } = this;
    const response = await this.app.request(ORIGIN + path, {
      ...init,
      headers: { ...headers, ...(cookie && { Cookie: `theme=dark; ${cookie}; lang=en` }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const maxAge = /Max-Age=(\d+)/.exec(line)?.[1];
      this.#cookie = { pair: line.split(';')[0]!, until: maxAge ? Date.now() + Number(maxAge) * 1_000 : Infinity };
    }
    return response;
  }

  async signIn(userId = 'ana', path = '/sign-in'): Promise<Response> {
    return this.send(path, { method: 'POST', body: new URLSearchParams({ userId }) });
  }

  async ping(idleMs?: number): Promise<Record<string, unknown>> {
    const init = { method: 'POST', body: JSON.stringify({ v: 1, ...(idleMs !== undefined && { idleMs }) }) };
    const response = await this.send('/session/ping', init, { ...FETCH, 'Content-Type': 'application/json' });
    return (await response.json()) as Record<string, unknown>;
  }

  async signOut(): Promise<Response> {
    return this.send('/session/sign-out', { method: 'POST' }, FETCH);
  }
}

for (const mode of ['cookie', 'storage'] as const) {
  const setup = ({ duration, told = true, ...options }: Setup = {}) => {
    const storage = mode === 'storage' ? new Storage(700_000) : null;
    const sessionOptions = { secret: SECRET, ...(duration && { duration }) };
    const security = sessionSecurity({
      session: honoSession<User>({ subject: (data) => data.userId, ...(told && { useSession: sessionOptions }) }),
      signInUrl: '/sign-in',
      store: memoryStore({ now: () => Date.now() }),
      ...options,
    });
    const slow = signal();
    const slowHasBegun = signal();
    const app = new Hono<SessionEnv<User>>();
    if (storage) app.use(useSessionStorage<User, SessionEnv<User>>(storage));
    app.use(useSession<User>(sessionOptions));
    app.route('/session', security.routes).use(security.gate);
    app.post('/sign-in', async (c) => {
      const { userId } = await c.req.parseBody();
      await c.var.session.update({ userId: userId as string });
      if (c.req.query('start') !== undefined) await security.start(c);
      return c.text('welcome');
    });
    app.get('/note', async (c) => c.json(await c.var.session.get()));
    app.get('/refreshed', async (c) => c.json(await c.var.session.get((data) => Promise.resolve(data))));
    app.post('/note', async (c) => {
      await c.var.session.update((data) => ({ ...data, note: c.req.query('is') ?? '' }));
      return c.text('noted');
    });
    app.all('/slow', async (c) => {
      const user = await c.var.session.get();
      slowHasBegun.give();
      await slow.given;
      if (c.req.method === 'POST') await c.var.session.update({ ...user, note: 'slow' });
      return c.text('at last');
    });
    app.get('/own-sign-out', (c) => {
      c.var.session.delete();
      return c.text('bye');
    });
    app.get('/open', (c) => c.text('for everybody'));
    return { app, browser: new Browser(app), security, storage, slow, slowHasBegun };
  };

  const wait = (seconds: number) => {
    mock.timers.tick(seconds * 1_000);
  };
  const note = async (browser: Browser) => (await (await browser.send('/note')).json()) as User | null;

  describe(`@hono/session in a ${mode}`, () => {
    beforeEach(() => mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 }));
    afterEach(() => mock.timers.reset());

    it('[S12] makes neither a session nor a cookie for an anonymous visitor', async () => {
      const { app, browser, storage } = setup();
      for (const cookie of ['', 'theme=dark', 'sid=nonsense']) {
        if (cookie) browser.cookie = cookie;
        for (const path of ['/open', '/sign-in-help', '/sign-in']) {
          assert.equal((await browser.send(path)).headers.get('Set-Cookie'), null, `${cookie} ${path}`);
        }
        assert.deepEqual(await browser.ping(0), { v: 1, state: 'none' });
        assert.equal((await browser.signOut()).headers.get('Set-Cookie'), null);
      }
      assert.equal((await app.request(`${ORIGIN}/open`)).status, 200);
      assert.equal(storage?.entries.size ?? 0, 0);
    });

    it('[S12] removes a cookie that it cannot read', async () => {
      const complaints = mock.method(console, 'error', () => undefined);
      const { browser } = setup();
      browser.cookie = 'sid=eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..AAAA.AAAA.AAAA';
      assert.match((await browser.send('/open')).headers.get('Set-Cookie') ?? '', /^sid=; Max-Age=0/);
      complaints.mock.restore();
    });

    it('[S12] looks through the largest cookie in no time', async () => {
      const { app } = setup();
      const headers = { ...FETCH, Cookie: `sid=${'eyJ'.repeat(20_000)}` };
      const begun = performance.now();
      await app.request(`${ORIGIN}/open`, { headers });
      assert.ok(performance.now() - begun < 1_000);
    });

    it('[S12] keeps who is signed in when a handler writes only some of the data', async () => {
      const { app, browser } = setup();
      app.post('/theme', async (c) => {
        // A cookie keeps the rest by itself, a storage does not.
        await c.var.session.update({ ...(mode === 'storage' && (await c.var.session.get())), theme: 'dark' });
        return c.text('');
      });
      await browser.signIn();
      await browser.send('/note');
      await browser.send('/theme', { method: 'POST' });
      assert.deepEqual(await note(browser), { userId: 'ana', theme: 'dark' });
    });

    it('[S12] keeps the session data of who is not signed in', async () => {
      const { browser } = setup({ strict: true });
      await browser.send('/note?is=basket', { method: 'POST' });
      wait(10_000);
      const response = await browser.send('/note');
      assert.deepEqual(await response.json(), mode === 'storage' ? null : { note: 'basket' });
      assert.deepEqual(await browser.ping(), { v: 1, state: 'none' });
    });

    it('[S12] refuses a cookie that is sent again after the sign-out', async () => {
      const { browser, storage } = setup();
      await browser.signIn();
      const { cookie } = browser;
      assert.equal((await browser.send('/note')).status, 200);
      assert.match((await browser.signOut()).headers.get('Set-Cookie') ?? '', /^sid=; Max-Age=0/);
      assert.equal(storage?.entries.size ?? 0, 0);
      void storage?.set('whatever', { userId: 'ana' });
      for (let i = 0; i < 2; i++) {
        browser.cookie = cookie;
        // With a storage, nothing is found under the id any more: nobody is signed in, and the handler sees it so.
        const again = await browser.send('/note');
        assert.equal(mode === 'storage' ? await again.json() : again.status, mode === 'storage' ? null : 303);
      }
    });

    for (const method of ['GET', 'POST']) {
      it(`[S12] a slow ${method} that began before the sign-out does not revive the session`, async () => {
        const { browser, slow, slowHasBegun, storage } = setup({ duration: { absolute: 43_200, inactivity: 1_000 } });
        await browser.signIn();
        await browser.send('/note');
        wait(120);
        const late = browser.send('/slow', { method });
        await slowHasBegun.given;
        const { cookie } = browser;
        assert.match((await browser.signOut()).headers.get('Set-Cookie') ?? '', /^sid=; Max-Age=0/);
        slow.give();
        assert.equal((await late).status, 200);
        // In a cookie, the session is back where it was, and refused; in the storage it is not.
        assert.equal(browser.cookie === '', mode === 'storage');
        assert.equal(storage?.entries.size ?? 0, 0);
        for (const copy of [cookie, browser.cookie || cookie]) {
          browser.cookie = copy;
          const refused = await browser.send('/note', {}, FETCH);
          if (mode === 'storage') assert.equal(await refused.json(), null);
          else assert.equal(((await refused.json()) as { reason: string }).reason, 'signed-out');
        }
      });
    }

    it('[S12] the application’s own sign-out ends the session for every copy of the cookie', async () => {
      const { browser, storage } = setup();
      await browser.signIn();
      const { cookie } = browser;
      const data = storage && structuredClone([...storage.entries]);
      wait(120);
      const response = await browser.send('/own-sign-out');
      assert.equal(await response.text(), 'bye');
      assert.match(response.headers.get('Set-Cookie') ?? '', /^sid=; Max-Age=0/);
      browser.cookie = cookie;
      for (const [id, entry] of data ?? []) storage?.entries.set(id, entry);
      assert.equal((await browser.send('/note', {}, FETCH)).status, 401);
    });

    it('[S1] destroys the session at the deadline', async () => {
      const { browser, storage } = setup();
      await browser.signIn();
      await browser.send('/note');
      wait(600);
      assert.equal((await browser.send('/note')).headers.get('Location'), '/sign-in?next=%2Fnote');
      assert.equal(browser.cookie, '');
      assert.equal(storage?.entries.size ?? 0, 0);
    });

    it('[S1] is not avoided by a cookie that is written otherwise than it was given', async () => {
      const { browser } = setup();
      await browser.signIn();
      await browser.send('/note');
      const { cookie } = browser;
      wait(600);
      for (const [from, to] of [
        ['eyJ', '%65yJ'],
        ['..', '%2E.'],
        ['sid=', 'sid="'],
        [/$/, '='],
        [/$/, '%20'],
        [/(\.\.[\w-]+)/, '$1='],
        [/(\.\.[\w-]+)/, '$1%20'],
      ] as const) {
        browser.cookie = cookie.replace(from, to) + (to.endsWith('"') ? '"' : '');
        const response = await browser.send('/note', {}, FETCH);
        assert.ok(response.status === 401 || (await response.json()) === null, browser.cookie);
      }
    });

    it('[S1] is not avoided at the sign-in by such a cookie', async () => {
      const { app, browser } = setup();
      app.get('/sign-in', async (c) => c.json(await c.var.session.get()));
      await browser.signIn();
      await browser.send('/note');
      const { cookie } = browser;
      wait(600);
      browser.cookie = cookie.replace('eyJ', '%65yJ');
      assert.equal(await (await browser.send('/sign-in')).json(), null);
    });

    it('[S1] an expired cookie is none, for the gate and for the handlers', async () => {
      const { browser } = setup({ duration: { absolute: 300 } });
      await browser.signIn();
      const { cookie } = browser;
      await browser.send('/note');
      wait(301);
      assert.equal(browser.cookie, '');
      for (const path of ['/note', '/refreshed']) {
        browser.cookie = cookie;
        assert.equal(await (await browser.send(path)).json(), null);
      }
      browser.cookie = cookie;
      assert.deepEqual(await browser.ping(0), { v: 1, state: 'none' });
    });

    it('[S12] who signs in with the cookie of an ended session needs to do so only once', async () => {
      const { browser } = setup();
      await browser.signIn();
      await browser.send('/note');
      const { cookie } = browser;
      wait(601);
      await browser.signIn('ben');
      assert.notEqual(browser.cookie, cookie);
      assert.deepEqual(await note(browser), { userId: 'ben' });
      browser.cookie = cookie;
      if (mode === 'cookie') assert.equal((await browser.send('/note')).status, 303);
      else assert.equal(await note(browser), null);
    });

    it('[S12] `start` after a sign-in over a living session gives a new id, ends the old one and begins anew', async () => {
      const policy = { warnAfter: 540, expireAfter: 600, lifetime: 1_000 };
      const { browser, security, app } = setup({ policy });
      let peeked: unknown;
      app.get('/peek', async (c) => {
        peeked = await security.peek(c);
        return c.text('');
      });
      await browser.signIn('ana', '/sign-in?start');
      await browser.send('/note?is=kept', { method: 'POST' });
      const { cookie } = browser;
      wait(500);
      await browser.signIn('ana', '/sign-in?start');
      assert.equal((await note(browser))?.userId, 'ana');
      if (mode === 'cookie') assert.equal((await note(browser))?.note, 'kept');
      wait(550);
      await browser.send('/peek');
      assert.equal((peeked as { ageMs: number }).ageMs, 550_000);
      browser.cookie = cookie;
      const old = await browser.send('/note', {}, FETCH);
      if (mode === 'storage') assert.equal(await old.json(), null);
      else assert.equal(((await old.json()) as { reason: string }).reason, 'replaced');
    });

    it('[S12] who signs in over somebody’s session gets none of its time, even without `start`', async () => {
      const { app, browser, security } = setup({ policy: { warnAfter: 540, expireAfter: 600, lifetime: 1_000 } });
      app.get('/peek', async (c) => c.json(await security.peek(c)));
      await browser.signIn('ana');
      await browser.send('/note');
      wait(500);
      await browser.signIn('ben');
      await browser.send('/note');
      wait(550);
      const verdict = (await (await browser.send('/peek', {}, FETCH)).json()) as { ageMs: number };
      assert.equal(verdict.ageMs, 550_000);
    });

    it('[S12] `start` gives a new id to a session that began before the sign-in, lest somebody planted it', async () => {
      const { browser, security, app } = setup();
      app.post('/basket', async (c) => {
        await c.var.session.update({ note: 'basket' });
        return c.text('');
      });
      app.post('/keep', async (c) => {
        await c.var.session.update({ ...(await c.var.session.get()), userId: 'ana' });
        await security.start(c);
        return c.text('');
      });
      await browser.send('/basket', { method: 'POST' });
      const { cookie } = browser;
      await browser.send('/keep', { method: 'POST' });
      assert.deepEqual(await note(browser), { userId: 'ana', note: 'basket' });
      browser.cookie = cookie;
      assert.deepEqual(await note(browser), mode === 'storage' ? null : { note: 'basket' });
    });

    it('[S12] `start` leaves nothing of somebody else’s session', async () => {
      const { browser } = setup();
      await browser.signIn('ana', '/sign-in?start');
      await browser.send('/note?is=of Ana', { method: 'POST' });
      await browser.signIn('ben', '/sign-in?start');
      assert.deepEqual(await note(browser), { userId: 'ben' });
    });

    it('[S2] a sign-in page that signs out ends the session for every copy of the cookie', async () => {
      const { app, browser, storage } = setup();
      app.get('/sign-in', (c) => {
        c.var.session.delete();
        return c.text('form');
      });
      await browser.signIn();
      await browser.send('/note');
      const { cookie } = browser;
      const data = storage && structuredClone([...storage.entries]);
      await browser.send('/sign-in');
      browser.cookie = cookie;
      for (const [id, entry] of data ?? []) storage?.entries.set(id, entry);
      assert.equal((await browser.send('/note', {}, FETCH)).status, 401);
    });

    it('[S12] with `strict`, `start` begins what nothing else does', async () => {
      const { browser } = setup({ strict: true });
      await browser.signIn('ana', '/sign-in');
      assert.equal((await browser.send('/note')).status, 303);
      await browser.signIn('ana', '/sign-in?start');
      assert.deepEqual(await note(browser), { userId: 'ana' });
    });

    it('[S12] `start` fails where nobody is signed in, and without the middleware', async () => {
      const { app, browser, security } = setup();
      const codes: unknown[] = [];
      const record = (error: Error) => {
        codes.push(error instanceof SessionSecurityError && error.code);
        return new Response('failed', { status: 500 });
      };
      app.get('/start', async (c) => {
        await security.start(c);
        return c.text('');
      });
      app.onError(record);
      assert.equal((await browser.send('/start')).status, 500);
      const bare = new Hono().use(security.gate).onError(record);
      assert.equal((await bare.request(`${ORIGIN}/`)).status, 500);
      assert.deepEqual(codes, ['no-session', 'no-session']);
    });

    const durations = [undefined, { absolute: 43_200 }, { absolute: 43_200, inactivity: 660 }];
    for (const duration of durations) {
      for (const told of duration?.inactivity !== undefined && mode === 'storage' ? [true] : [true, false]) {
        const what = `${duration ? JSON.stringify(duration) : 'no duration'}${told ? '' : ', untold'}`;
        it(`[S15] a form that is filled in for two hours can be sent (${what})`, async () => {
          const { browser } = setup({ told, ...(duration && { duration }) });
          await browser.signIn();
          await browser.send('/note');
          for (let i = 0; i < 24; i++) {
            wait(300);
            assert.equal((await browser.ping(1_000))['state'], 'live');
          }
          // And as long as the idle limit allows after the last activity.
          wait(598);
          assert.equal((await browser.send('/note?is=sent', { method: 'POST' })).status, 200);
          assert.deepEqual(await note(browser), { userId: 'ana', note: 'sent' });
        });
      }
    }

    it('[S15] pings at any pace never let the cookie go before the session', async () => {
      for (const paceSeconds of [7, 59, 61, 130, 599]) {
        const { browser } = setup({ duration: { absolute: 43_200, inactivity: 660 } });
        await browser.signIn();
        for (let elapsed = 0; elapsed < 2_000; elapsed += paceSeconds) {
          assert.equal((await browser.ping(0))['state'], 'live');
          wait(paceSeconds);
        }
        assert.equal((await browser.ping(0))['state'], 'live');
        wait(599);
        assert.equal((await browser.ping())['state'], 'live', `a ping each ${paceSeconds} s`);
      }
    });

    it('[S15] keeps what the handler writes in the request that renews', async () => {
      const { browser } = setup({ duration: { absolute: 43_200, inactivity: 700 } });
      await browser.signIn();
      await browser.send('/note?is=one', { method: 'POST' });
      wait(200);
      await browser.send('/note?is=two', { method: 'POST' });
      assert.deepEqual(await note(browser), { userId: 'ana', note: 'two' });
    });

    it('[S15] does not undo a sign-out by the handler', async () => {
      const { browser } = setup({ duration: { absolute: 43_200, inactivity: 700 } });
      await browser.signIn();
      await browser.send('/note');
      wait(200);
      await browser.send('/own-sign-out');
      assert.equal(browser.cookie, '');
    });

    it('[S15] a slow request that outlasts its cookie neither fails nor begins a new session', async () => {
      const { browser, slow, slowHasBegun } = setup({ duration: { absolute: 900, inactivity: 660 } });
      await browser.signIn();
      await browser.send('/note');
      wait(500);
      await browser.send('/note');
      wait(380);
      const late = browser.send('/slow');
      await slowHasBegun.given;
      wait(30);
      slow.give();
      assert.equal((await late).status, 200);
      assert.equal(browser.cookie, '');
    });

    it('[S15] writes no cookie where none goes before its time', async () => {
      const { browser } = setup({ duration: { absolute: 43_200 } });
      await browser.signIn();
      await browser.send('/note');
      wait(200);
      assert.equal((await browser.send('/note')).headers.get('Set-Cookie'), null);
    });

    it('[S15] says so where the cookie would go before the session', async () => {
      const { app, browser } = setup({ duration: { absolute: 43_200, inactivity: 659 } });
      const faults: Error[] = [];
      app.onError((error, c) => {
        faults.push(error);
        return c.text('failed', 500);
      });
      await browser.signIn();
      await browser.send('/note');
      wait(200);
      assert.equal((await browser.send('/note')).status, 500);
      assert.match(faults[0]?.message ?? '', /inactivity is 659.*660 seconds or more/);
      assert.ok(faults[0] instanceof SessionSecurityError && faults[0].code === 'invalid-option');
    });

    if (mode === 'cookie') return;

    it('[S12] waits for a storage that takes its time, and is told when it fails', async () => {
      const { app, browser, storage } = setup();
      const deleted: string[] = [];
      const set = storage!.set.bind(storage);
      storage!.delete = async (id) => {
        await new Promise(setImmediate);
        deleted.push(id);
      };
      await browser.signIn();
      await browser.send('/note');
      storage!.set = () => Promise.reject(new Error('down'));
      app.onError((error, c) => c.text(error.message, 500));
      wait(120);
      assert.equal(await (await browser.send('/open')).text(), 'down');
      storage!.set = set;
      await browser.signOut();
      assert.equal(deleted.length, 1);
    });

    it('[S15] a slow request that renews does not undo what another wrote meanwhile', async () => {
      const { browser, slow, slowHasBegun } = setup({ duration: { absolute: 43_200, inactivity: 700 } });
      await browser.signIn();
      await browser.send('/note');
      wait(200);
      const late = browser.send('/slow');
      await slowHasBegun.given;
      await browser.send('/note?is=meanwhile', { method: 'POST' });
      slow.give();
      await late;
      assert.deepEqual(await note(browser), { userId: 'ana', note: 'meanwhile' });
    });
  });
}
