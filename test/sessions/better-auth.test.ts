/** The adapter, with the real better-auth: its database in memory, a secondary storage, and its cookie cache. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { Hono } from 'hono';
import { SessionSecurityError, sessionSecurity } from '../../src/server/hono.js';
import { betterAuthSession } from '../../src/server/sessions/better-auth.js';
import { ORIGIN } from '../server/intranet.js';
import {
  type Application,
  describeLibrary,
  type Library,
  peek,
  SlowRoute,
  wait,
  withApplication,
  withFixedClock,
} from '../server/session-library.js';

type Row = Record<string, unknown>;

interface Setup {
  session?: BetterAuthOptions['session'];
  /** Whether sessions live in a secondary storage, and not in the database. */
  inStorage?: boolean;
  rememberMe?: boolean;
}

async function open(
  set: Parameters<Library['open']>[0],
  { session = {}, inStorage = false, rememberMe = true }: Setup = {},
): Promise<Application> {
  const tables: Record<string, Row[]> = { user: [], session: [], account: [], verification: [] };
  const storage = new Map<string, string>();
  const auth = betterAuth({
    baseURL: ORIGIN,
    secret: 'a secret of thirty-two letters!!',
    database: memoryAdapter(tables),
    // What it logs of wrong signatures is not for a test's output.
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      // The library's own are slow, as they should be.
      password: {
        hash: (password) => Promise.resolve(password),
        verify: ({ hash, password }) => Promise.resolve(hash === password),
      },
    },
    session,
    ...(inStorage && {
      secondaryStorage: {
        get: (key) => storage.get(key) ?? null,
        set: (key, value) => void storage.set(key, value),
        delete: (key) => void storage.delete(key),
        getAndDelete(key) {
          const value = storage.get(key) ?? null;
          storage.delete(key);
          return value;
        },
        increment(key) {
          const next = Number(storage.get(key) ?? 0) + 1;
          storage.set(key, String(next));
          return next;
        },
      },
    }),
  });
  for (const name of ['ana', 'ben']) {
    await auth.api.signUpEmail({ body: { name, email: `${name}@intranet.example`, password: 'heron-otter' } });
  }
  tables['session']!.length = 0;
  storage.clear();

  const security = sessionSecurity(set(betterAuthSession(auth)));
  const slow = new SlowRoute();
  const app = new Hono()
    .route('/session', security.routes)
    .use(security.gate)
    .on(['GET', 'POST'], '/api/auth/*', async (c) => {
      c.res = await auth.handler(c.req.raw);
      if (c.req.query('start') !== undefined) await security.start(c);
      return c.res;
    })
    .on('GET', ['/who', '/sign-in'], async (c) =>
      c.json((await auth.api.getSession({ headers: c.req.raw.headers }))?.user.name ?? null),
    )
    .get('/peek', peek(security))
    .get('/cookies', (c) => c.json(c.req.header('Cookie')))
    .post('/note', (c) => c.text('noted'))
    .post('/own-sign-out', (c) => {
      const { href } = new URL('/api/auth/sign-out', c.req.url);
      return auth.handler(new Request(href, { method: 'POST', headers: c.req.raw.headers }));
    })
    .post('/slow', async (c) => {
      const { headers } = c.req.raw;
      await slow.pass();
      // It refreshes what is due, with all cookies that belong to it, as they were when the request came.
      const { response, headers: set } = await auth.api.getSession({ headers, returnHeaders: true });
      for (const cookie of set.getSetCookie()) c.header('Set-Cookie', cookie, { append: true });
      return c.json(response);
    });
  const stored = () => {
    const rows = [...tables['session']!];
    const entries = [...storage].filter(([, json]) => json.includes('"user"'));
    return {
      count: rows.length + entries.length,
      restore: () => {
        tables['session']!.splice(0, Infinity, ...rows);
        for (const [key, value] of entries) storage.set(key, value);
      },
    };
  };
  return {
    security,
    origin: ORIGIN,
    fetch: (request) => app.fetch(request),
    slow,
    signIn: (name, start) => ({
      path: `/api/auth/sign-in/email${start ? '?start' : ''}`,
      init: {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: `${name}@intranet.example`, password: 'heron-otter', rememberMe }),
      },
    }),
    stored,
  };
}

const library = (title: string, setup: Setup = {}): Library => ({
  title: `better-auth ${title}`,
  cookie: 'better-auth.session_token',
  hasNoData: true,
  open: (set) => open(set, setup),
});

const short = { expiresIn: 660, updateAge: 400 };
const cached = { cookieCache: { enabled: true, maxAge: 3_600 } };

describeLibrary(library('in a database'));
describeLibrary(library('in a secondary storage', { inStorage: true }));
describeLibrary(library('whose sessions are short', { session: short }));
describeLibrary(library('that never refreshes a session', { session: { ...short, disableSessionRefresh: true } }));
describeLibrary(library('with a cookie cache', { session: cached }));
describeLibrary(library('with a cookie cache, and short sessions', { session: { ...short, ...cached } }));

describe('better-auth', () => {
  withFixedClock();

  it('[S15] who is not to be remembered is not signed out in the middle of their work', async () => {
    await withApplication(library('', { rememberMe: false }), {}, async (browser) => {
      await browser.signIn();
      // The library ends such a session after a day, whatever its user does.
      for (let i = 0; i < 25 * 12; i++) {
        await browser.ping(0);
        wait(300);
      }
      assert.equal(await browser.who(), 'ana');
      assert.equal(browser.cookies.get('better-auth.session_token')?.until, Infinity);
    });
  });

  it('[S12] the cookie cache tells no handler of who was signed out elsewhere', async () => {
    await withApplication(library('', { session: cached }), {}, async (browser, application) => {
      await browser.signIn();
      assert.equal(await browser.who(), 'ana');
      const revoked = application.stored();
      await browser.copy().signOut();
      const thief = browser.copy();
      assert.equal(await thief.who(), null);
      assert.equal(revoked.count, 1);
    });
  });

  it('[S12] a session begins with the sign-in', async () => {
    await withApplication(library(''), {}, async (browser) => {
      await browser.signIn('ana', false);
      wait(100);
      await browser.send('/who');
      assert.equal(((await browser.who('/peek')) as { ageMs: number }).ageMs, 100_000);
    });
  });

  it('[S12] removes its cookies, and leaves others of the library alone', async () => {
    await withApplication(library('', { session: cached }), {}, async (browser) => {
      browser.cookies.set('better-auth.state', { value: 'of a sign-in elsewhere', until: Infinity });
      await browser.signIn();
      await browser.signOut();
      assert.equal(browser.header, 'better-auth.state=of a sign-in elsewhere');
      // A sign-in elsewhere comes back to who is not signed in.
      browser.cookies.set('better-auth.session_token', { value: 'wrong', until: Infinity });
      assert.equal(await browser.who('/cookies'), 'theme=dark; better-auth.state=of a sign-in elsewhere; lang=en');
    });
  });

  it('[S12] refuses to guard sessions that live in cookies alone', () => {
    assert.throws(
      () => betterAuthSession(betterAuth({ secret: 'a secret of thirty-two letters!!', baseURL: ORIGIN })),
      (error) => error instanceof SessionSecurityError && error.code === 'invalid-option',
    );
  });
});
