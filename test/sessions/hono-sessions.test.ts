/** The adapter, with the real hono-sessions: in its cookie, in a store that copies, and in its store in memory. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Hono } from 'hono';
import { CookieStore, MemoryStore, type Session, sessionMiddleware, type SessionData } from 'hono-sessions';
import { SessionSecurityError, sessionSecurity } from '../../src/server/hono.js';
import { honoSessions } from '../../src/server/sessions/hono-sessions.js';
import { FETCH, ORIGIN } from '../server/intranet.js';
import {
  type Application,
  Browser,
  describeLibrary,
  type Library,
  peek,
  SlowRoute,
  wait,
  withApplication,
  withFixedClock,
} from '../server/session-library.js';

interface User {
  userId: string;
  note: string;
}

interface Env {
  Variables: { session: Session<User>; session_key_rotation: boolean };
}

type Options = Omit<Parameters<typeof sessionMiddleware>[0], 'store'>;

/** As stores over a network are: what is read is a copy. */
class CopyingStore {
  readonly data = new Map<string, SessionData>();
  getSessionById = (id = '') => structuredClone(this.data.get(id));
  createSession = (id: string, data: SessionData) => void this.data.set(id, structuredClone(data));
  persistSessionData = (id: string, data: SessionData) => void this.data.set(id, structuredClone(data));
  deleteSession = (id: string) => void this.data.delete(id);
}

type Store = CookieStore | MemoryStore | CopyingStore;

function open(set: Parameters<Library['open']>[0], store: Store, options: Options): Application & { app: Hono<Env> } {
  const security = sessionSecurity(set(honoSessions<Session<User>>({ subject: (session) => session.get('userId') })));
  const slow = new SlowRoute();
  const app = new Hono<Env>();
  app
    .use(sessionMiddleware({ store, cookieOptions: { path: '/', httpOnly: true }, ...options }))
    .route('/session', security.routes)
    .use(security.gate)
    .get('/who', (c) => c.json(c.var.session.get('userId')))
    .get('/note', (c) => c.json(c.var.session.get('note')))
    .get('/sign-in', (c) => c.json(c.var.session.get('userId')))
    .get('/peek', peek(security))
    .post('/note', (c) => {
      c.var.session.set('note', c.req.query('is') ?? '');
      return c.text('noted');
    })
    .post('/sign-in', async (c) => {
      const { user } = await c.req.parseBody<{ user: string }>();
      c.var.session.set('userId', user);
      if (c.req.query('start') !== undefined) await security.start(c);
      return c.text('welcome');
    })
    .post('/own-sign-out', (c) => {
      c.var.session.deleteSession();
      return c.text('bye');
    })
    .post('/slow', async (c) => {
      const userId = c.var.session.get('userId');
      await slow.pass();
      if (userId !== null) c.var.session.set('userId', userId);
      c.var.session.set('note', 'slow');
      return c.text('at last');
    });
  const stored = () => {
    const all =
      store instanceof CookieStore
        ? new Map<string, SessionData>()
        : (Reflect.get(store, 'data') as Map<string, SessionData>);
    const before = structuredClone([...all].filter(([, { _data }]) => 'userId' in _data));
    return { count: before.length, restore: () => before.forEach(([id, data]) => all.set(id, data)) };
  };
  return {
    app,
    security,
    origin: ORIGIN,
    fetch: (request) => app.fetch(request),
    slow,
    signIn: (user, start) => ({
      path: `/sign-in${start ? '?start' : ''}`,
      init: { method: 'POST', body: new URLSearchParams({ user }) },
    }),
    stored,
  };
}

const ENCRYPTED = { encryptionKey: 'a key that has thirty-two letters' };

const library = (title: string, makeStore: () => Store, options: Options = {}) => ({
  title: `hono-sessions ${title}`,
  cookie: 'session',
  ownCookies: async () => {
    const alone = new Hono().use(sessionMiddleware({ store: makeStore(), ...options })).get('/', (c) => c.text(''));
    return (await alone.request('/')).headers.getSetCookie().length;
  },
  open: (set: Parameters<Library['open']>[0]) => open(set, makeStore(), options),
});

const inCookie = { ...library('in a cookie', () => new CookieStore(), ENCRYPTED), isStateless: true };
const inMemory = library('in memory', () => new MemoryStore());
const inStore = library('in a store', () => new CopyingStore());

describeLibrary(inCookie);
describeLibrary(inMemory);
describeLibrary(inStore);
const expiring = { ...ENCRYPTED, expireAfterSeconds: 660 };
const fixed = { ...expiring, autoExtendExpiration: false, cookieOptions: { path: '/', maxAge: 660 } };
describeLibrary({ ...library('in a cookie that expires', () => new CookieStore(), fixed), isStateless: true });
describeLibrary(library('in a store that expires', () => new CopyingStore(), fixed));
describeLibrary(library('in a store that expires unless used', () => new CopyingStore(), expiring));

describe('hono-sessions', () => {
  withFixedClock();

  for (const one of [inMemory, inStore]) {
    it(`[S12] \`start\` gives a new id to a session that somebody planted (${one.title})`, async () => {
      await withApplication(one, {}, async (browser) => {
        await browser.send('/note?is=planted', { method: 'POST' });
        const attacker = browser.copy();
        await browser.signIn();
        assert.equal(await browser.who(), 'ana');
        assert.equal(await browser.note(), 'planted');
        assert.equal(await attacker.who(), null);
      });
    });
  }

  for (const one of [inMemory, inStore]) {
    it(`[S12] a request of who planted it, in flight at the sign-in, does not take part in it (${one.title})`, async () => {
      await withApplication(one, {}, async (browser, { slow }) => {
        await browser.send('/note?is=planted', { method: 'POST' });
        const attacker = browser.copy();
        const late = attacker.send('/slow', { method: 'POST' });
        await slow.begun;
        await browser.signIn();
        slow.release();
        await late;
        assert.equal(await attacker.who(), null);
        assert.equal(await browser.who(), 'ana');
      });
    });

    it(`[S12] without \`start\` one may sign in, out and in again (${one.title})`, async () => {
      await withApplication(one, {}, async (browser) => {
        for (let i = 0; i < 3; i++) {
          await browser.signIn('ana', false);
          assert.equal(await browser.who(), 'ana');
          await browser.send('/own-sign-out', { method: 'POST' });
          assert.equal(await browser.who(), null);
        }
      });
    });
  }

  it('[S12] `start` keeps what the sign-in itself wrote over somebody’s session, be it the same', async () => {
    for (const one of [inCookie, inMemory, inStore]) {
      await withApplication(one, {}, async (browser, application) => {
        const { app, security } = application as ReturnType<typeof open>;
        app.post('/elsewhere', async (c) => {
          c.var.session.set('userId', 'ben');
          c.var.session.set('note', 'employee');
          await security.start(c);
          return c.text('welcome');
        });
        await browser.signIn();
        await browser.send('/note?is=employee', { method: 'POST' });
        await browser.send('/elsewhere', { method: 'POST' });
        assert.equal(await browser.who(), 'ben');
        assert.equal(await browser.note(), 'employee');
      });
    }
  });

  it('[S12] a cookie of before the guard is good until its person signs out, and then for nobody', async () => {
    await withApplication(inCookie, {}, async (browser) => {
      await browser.signIn('ana', false);
      const early = browser.copy();
      assert.equal(await browser.who(), 'ana');
      await browser.signOut();
      assert.equal(await early.who(), 'refused');
      await browser.signIn('ana', true);
      assert.equal(await browser.who(), 'ana');
    });
  });

  it('[S15] says so where the session would go before its time', async () => {
    const short = library('', () => new CopyingStore(), { expireAfterSeconds: 659 });
    await withApplication(short, {}, async (browser, application) => {
      const faults: Error[] = [];
      (application as ReturnType<typeof open>).app.onError((error, c) => {
        faults.push(error);
        return c.text('failed', 500);
      });
      await browser.signIn();
      await browser.who();
      wait(120);
      assert.equal((await browser.send('/who')).status, 500);
      assert.match(faults[0]?.message ?? '', /expireAfterSeconds is 659.*660 or more/);
      assert.ok(faults[0] instanceof SessionSecurityError && faults[0].code === 'invalid-option');
    });
  });

  it('[S12] says so where the middleware is missing', async () => {
    const security = sessionSecurity({ session: honoSessions({ subject: () => 'ana' }) });
    const faults: Error[] = [];
    const app = new Hono().use(security.gate).onError((error, c) => {
      faults.push(error);
      return c.text('failed', 500);
    });
    assert.equal((await app.request(`${ORIGIN}/`, { headers: FETCH })).status, 500);
    assert.ok(faults[0] instanceof SessionSecurityError && faults[0].code === 'no-session');
  });

  it('[S12] a slow answer that brings the old cookie over a new sign-in opens nothing', async () => {
    await withApplication(inStore, {}, async (browser, { slow }) => {
      await browser.signIn();
      await browser.who();
      const tab = new Browser(browser.application);
      tab.cookies = browser.cookies;
      const late = tab.send('/slow', { method: 'POST' });
      await slow.begun;
      await browser.signOut();
      await browser.signIn('ben');
      slow.release();
      await late;
      assert.equal(await browser.who(), 'refused');
    });
  });
});
