/** What every session library must hold to behind the gate, whichever it is: the suites of the adapters run it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { Context } from 'hono';
import type { SessionAdapter, SessionSecurity, SessionSecurityOptions } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { FETCH, NAVIGATION } from './intranet.js';

/** An application with one session library, and these routes below the gate, all for everybody. */
export interface Application {
  security: SessionSecurity;
  origin: string;
  fetch(request: Request): Response | Promise<Response>;
  close?(): void;
  /**
   * `GET /who` and `GET /sign-in` answer as JSON whom the library has signed in, or `null`; `POST /note?is=…` keeps a note in the session,
   * if it has data; `GET /note` answers it, or `null`; `POST /own-sign-out` signs out by the library's own means; `POST
   * /slow` reads the session, waits for {@link SlowRoute}, and writes it back.
   */
  slow: SlowRoute;
  /** What a browser sends to sign in; with `start`, the application then calls `security.start(c)`. */
  signIn(user: string, start: boolean): { path: string; init: RequestInit };
  /** A copy of what the library's store holds of people who are signed in: how much, and a way to put it back. */
  stored(): { count: number; restore(): void };
}

export interface Library {
  title: string;
  /** What the library's cookie begins with. */
  cookie: string;
  /** How many cookies the library by itself, without the gate, sets for everybody. None by default. */
  ownCookies?: () => Promise<number>;
  /** There is no server-side session: after a sign-out only the gate tells a cookie from one that lives. */
  isStateless?: boolean;
  /** Its sessions have no data that an application writes. */
  hasNoData?: boolean;
  /** `set` completes the options for `sessionSecurity()`, and adds the routes that need what it gives. */
  open(set: (session: SessionAdapter) => SessionSecurityOptions): Application | Promise<Application>;
}

export class SlowRoute {
  readonly begun: Promise<void>;
  begin: () => void = () => undefined;
  readonly released: Promise<void>;
  release: () => void = () => undefined;

  constructor() {
    this.begun = new Promise((resolve) => (this.begin = resolve));
    this.released = new Promise((resolve) => (this.release = resolve));
  }

  /** For the handler: between reading and writing. */
  async pass(): Promise<void> {
    this.begin();
    await this.released;
  }
}

/** Keeps cookies by their names, as long as they say. */
export class Browser {
  readonly application: Application;
  cookies = new Map<string, { value: string; until: number }>();

  constructor(application: Application) {
    this.application = application;
  }

  get header(): string {
    const living = [...this.cookies].filter(([, { until }]) => until > Date.now());
    return living.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  copy(): Browser {
    const copy = new Browser(this.application);
    copy.cookies = new Map(this.cookies);
    return copy;
  }

  async send(path: string, init: RequestInit = {}, headers: Record<string, string> = NAVIGATION): Promise<Response> {
    const { application, header } = this;
    const all = new Headers(init.headers);
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    if (init.method === 'POST') all.set('Origin', application.origin);
    if (header !== '') all.set('Cookie', `theme=dark; ${header}; lang=en`);
    const response = await application.fetch(new Request(application.origin + path, { ...init, headers: all }));
    for (const line of response.headers.getSetCookie()) this.#take(line);
    return response;
  }

  signIn(user = 'ana', start = true): Promise<Response> {
    const { path, init } = this.application.signIn(user, start);
    return this.send(path, init, FETCH);
  }

  signOut(): Promise<Response> {
    return this.send('/session/sign-out', { method: 'POST' }, FETCH);
  }

  async ping(idleMs?: number): Promise<Record<string, unknown>> {
    const body = JSON.stringify({ v: 1, ...(idleMs !== undefined && { idleMs }) });
    const response = await this.send(
      '/session/ping',
      { method: 'POST', body },
      { ...FETCH, 'Content-Type': 'application/json' },
    );
    assert.equal(response.status, 200);
    return (await response.json()) as Record<string, unknown>;
  }

  /** Whom a fetch finds signed in: `null` for nobody, `refused` where the gate lets nothing pass. */
  async who(path = '/who'): Promise<unknown> {
    const response = await this.send(path, {}, FETCH);
    if (response.status === 401) return 'refused';
    assert.equal(response.status, 200);
    return response.json();
  }

  note(): Promise<unknown> {
    return this.who('/note');
  }

  #take(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const maxAge = /max-age=(-?\d+)/i.exec(line)?.[1];
    const expires = /expires=([^;]+)/i.exec(line)?.[1];
    const at = maxAge === undefined ? (expires === undefined ? Infinity : Date.parse(expires)) : undefined;
    this.cookies.set(name, { value, until: at ?? Date.now() + Number(maxAge) * 1_000 });
  }
}

export const wait = (seconds: number) => {
  mock.timers.tick(seconds * 1_000);
};

/** Runs the body with the application open, and closes it. */
export async function withApplication(
  library: Library,
  options: Partial<SessionSecurityOptions>,
  body: (browser: Browser, application: Application) => Promise<void>,
): Promise<void> {
  const store = memoryStore({ now: () => Date.now() });
  const application = await library.open((session) => ({ session, store, signInUrl: '/sign-in', ...options }));
  try {
    await body(new Browser(application), application);
  } finally {
    application.slow.release();
    application.close?.();
  }
}

/** Standing in for a clock: 600 seconds to the end, unless a test says otherwise. */
export function withFixedClock(): void {
  beforeEach(() => mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 }));
  afterEach(() => mock.timers.reset());
}

export function describeLibrary(library: Library): void {
  const { title, cookie, ownCookies, isStateless = false, hasNoData = false } = library;
  const prove = (
    name: string,
    body: (browser: Browser, application: Application) => Promise<void>,
    options: Partial<SessionSecurityOptions> = {},
  ) => void it(name, () => withApplication(library, options, body));
  const isOut = (who: unknown) => {
    // Where the library has nothing under the cookie any more, nobody is signed in, and the handlers see it so.
    assert.ok(isStateless ? who === 'refused' : who === 'refused' || who === null, JSON.stringify(who));
  };

  describe(title, () => {
    withFixedClock();

    prove('[S12] makes neither a session nor a cookie for an anonymous visitor', async (browser, application) => {
      const own = (await ownCookies?.()) ?? 0;
      for (const path of ['/who', '/sign-in']) {
        const response = await browser.send(path);
        const set = response.headers.getSetCookie();
        assert.equal(set.length, own, `${path}: ${set.join()}`);
        browser.cookies.clear();
      }
      if (own === 0) {
        assert.deepEqual(await browser.ping(0), { v: 1, state: 'none' });
        assert.equal((await browser.signOut()).headers.get('Set-Cookie'), null);
      }
      assert.equal(application.stored().count, 0);
    });

    prove('[S12] a cookie that makes no sense is nobody’s, and no fault', async (_, application) => {
      const browser = new Browser(application);
      for (const value of [
        '',
        '%',
        '%E0%A4%A',
        '"',
        's:',
        's:a.b',
        'a.b.c',
        '..',
        'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.',
        'Fe26.2**a*b*c**d*e',
        'x'.repeat(10_000),
        '__proto__',
        'é',
      ]) {
        browser.cookies.clear();
        browser.cookies.set(cookie, { value, until: Infinity });
        assert.equal(await browser.who(), null, value);
        browser.cookies.set(cookie, { value, until: Infinity });
        assert.deepEqual(await browser.ping(0), { v: 1, state: 'none' });
        assert.equal((await browser.signOut()).status, 204);
      }
    });

    prove('[S12] refuses a cookie that is sent again after the sign-out', async (browser, application) => {
      await browser.signIn();
      assert.equal(await browser.who(), 'ana');
      const thief = browser.copy();
      await browser.signOut();
      assert.equal(application.stored().count, 0);
      assert.equal(await browser.who(), null);
      for (let i = 0; i < 2; i++) isOut(await thief.copy().who());
      assert.notEqual((await thief.copy().ping(0))['state'], 'live');
    });

    prove('[S12] refuses it even where the library has found its session again', async (browser, application) => {
      await browser.signIn();
      await browser.who();
      const thief = browser.copy();
      const before = application.stored();
      await browser.signOut();
      before.restore();
      assert.equal(await thief.copy().who(), 'refused');
      assert.equal(application.stored().count, 0);
    });

    prove('[S12] a slow request that writes its session back does not revive it', async (browser, { slow }) => {
      await browser.signIn();
      await browser.who();
      wait(120);
      const tab = browser.copy();
      const late = tab.send('/slow', { method: 'POST' });
      await slow.begun;
      const thief = browser.copy();
      await browser.signOut();
      slow.release();
      assert.equal((await late).status, 200);
      for (const copy of [thief, tab]) isOut(await copy.who());
      for (const copy of [thief, tab]) assert.notEqual((await copy.ping(0))['state'], 'live');
    });

    prove(
      '[S12] the application’s own sign-out ends the session for every copy of its cookie',
      async (browser, application) => {
        await browser.signIn();
        await browser.who();
        const thief = browser.copy();
        const before = application.stored();
        wait(120);
        assert.equal((await browser.send('/own-sign-out', { method: 'POST' })).status, 200);
        assert.equal(await browser.who(), null);
        before.restore();
        assert.equal(await thief.who(), 'refused');
      },
    );

    prove('[S1] destroys the library’s session at the deadline, and its cookie', async (browser, application) => {
      await browser.signIn();
      await browser.who();
      assert.equal(application.stored().count, isStateless ? 0 : 1);
      const thief = browser.copy();
      wait(600);
      assert.equal((await browser.send('/who')).headers.get('Location'), '/sign-in?next=%2Fwho');
      assert.equal(application.stored().count, 0);
      assert.equal(await browser.who(), null);
      isOut(await thief.who());
    });

    prove('[S1] destroys it at a ping that comes too late', async (browser, application) => {
      await browser.signIn();
      await browser.who();
      wait(601);
      assert.deepEqual(await browser.ping(), { v: 1, state: 'ended', reason: 'idle' });
      assert.equal(application.stored().count, 0);
      assert.equal(await browser.who(), null);
    });

    prove('[S15] a form that is filled in for an hour can be sent, by pings alone', async (browser) => {
      await browser.signIn();
      await browser.send('/who');
      for (let i = 0; i < 12; i++) {
        wait(300);
        assert.equal((await browser.ping(1_000))['state'], 'live', `after ${(i + 1) * 5} minutes`);
      }
      // And as long as the idle limit allows after the last activity.
      wait(598);
      assert.equal((await browser.send('/note?is=sent', { method: 'POST' })).status, 200);
      assert.equal(await browser.who(), 'ana');
      if (!hasNoData) assert.equal(await browser.note(), 'sent');
    });

    prove('[S15] an hour of requests keeps it as well', async (browser) => {
      await browser.signIn();
      for (let i = 0; i < 12; i++) {
        wait(300);
        assert.equal(await (await browser.send('/who')).json(), 'ana');
      }
      wait(598);
      assert.equal(await browser.who(), 'ana');
    });

    prove('[S15] renewal does not undo the application’s own sign-out', async (browser, application) => {
      await browser.signIn();
      await browser.who();
      wait(120);
      await browser.send('/own-sign-out', { method: 'POST' });
      assert.equal(await browser.who(), null);
      assert.equal(application.stored().count, 0);
    });

    for (const start of [true, false]) {
      const how = start ? 'with `start`' : 'without `start`';
      prove(
        `[S12] who signs in over somebody’s session gets none of its time, ${how}`,
        async (browser) => {
          await browser.signIn('ana', start);
          await browser.who();
          if (!hasNoData) await browser.send('/note?is=of Ana', { method: 'POST' });
          const thief = browser.copy();
          wait(500);
          await browser.signIn('ben', start);
          assert.equal(await browser.who(), 'ben');
          if (!hasNoData && start) assert.equal(await browser.note(), null);
          wait(550);
          const { ageMs } = (await browser.who('/peek')) as { ageMs: number };
          assert.equal(ageMs, 550_000);
          // What Ana's cookie was good for ended by itself, though Ben has been active since.
          assert.notEqual(await thief.who(), 'ana');
          assert.equal(await browser.copy().who(), 'ben');
        },
        { policy: { warnAfter: 540, expireAfter: 600, lifetime: 1_000 } },
      );
    }

    prove(
      '[S6] who signs in again begins a new lifetime',
      async (browser) => {
        await browser.signIn();
        await browser.send('/who');
        wait(500);
        await browser.signIn();
        wait(501);
        assert.equal(await (await browser.send('/who')).json(), 'ana');
        wait(500);
        assert.equal(await browser.who(), 'refused');
      },
      { policy: { warnAfter: 540, expireAfter: 600, lifetime: 1_000 } },
    );

    prove(
      '[S12] who signs in with the cookie of an ended session needs to do so only once',
      async (browser, application) => {
        for (const start of [true, false]) {
          await browser.signIn();
          await browser.who();
          wait(601);
          // What the gate does not know for the sign-in is reached by its page alone.
          if (!application.signIn('ben', start).path.startsWith('/sign-in')) await browser.send('/sign-in');
          await browser.signIn('ben', start);
          assert.equal(await browser.who(), 'ben');
        }
      },
    );

    prove('[S1] the sign-in page finds nobody signed in whose session has ended', async (browser) => {
      await browser.signIn();
      await browser.who();
      wait(601);
      assert.equal(await (await browser.copy().send('/sign-in')).json(), null);
      assert.equal(await (await browser.send('/sign-in')).json(), null);
    });

    prove('[S12] signs in, out and in again', async (browser) => {
      for (const user of ['ana', 'ana', 'ben', 'ana']) {
        await browser.signIn(user);
        assert.equal(await browser.who(), user);
        await browser.signOut();
        assert.equal(await browser.who(), null);
        await browser.signIn(user);
        assert.equal(await browser.who(), user);
        await browser.send('/own-sign-out', { method: 'POST' });
        assert.equal(await browser.who(), null);
      }
    });

    prove(
      '[S12] with `strict`, `start` begins what nothing else does',
      async (browser) => {
        await browser.signIn('ana', false);
        assert.equal(await browser.who(), 'refused');
        await browser.signIn('ana', true);
        assert.equal(await browser.who(), 'ana');
      },
      { strict: true },
    );
  });
}

/** For `GET /peek`. */
export const peek = (security: SessionSecurity) => async (c: Context) => c.json(await security.peek(c));
