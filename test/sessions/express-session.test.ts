/** The adapter, with the real express-session: run by Hono on Node's request and response, and by Express before Hono. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HttpBindings } from '@hono/node-server';
import express from 'express';
import session, { MemoryStore, type SessionData, type SessionOptions } from 'express-session';
import { Hono } from 'hono';
import { SessionSecurityError, sessionSecurity } from '../../src/server/hono.js';
import { expressSession } from '../../src/server/sessions/express-session.js';
import { FETCH } from '../server/intranet.js';
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
import { listen } from './node-server.js';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    note: string;
  }
}

interface Env {
  Bindings: HttpBindings & { incoming: express.Request };
}

interface Setup {
  options?: Partial<SessionOptions>;
  /** Whether Express runs the session, before Hono. */
  inExpress?: boolean;
  /** Whether the sign-in regenerates the session by itself, as the library advises. */
  regenerates?: boolean;
}

async function open(
  set: Parameters<Library['open']>[0],
  { options = {}, inExpress = false, regenerates = false }: Setup = {},
): Promise<Application & { app: Hono<Env> }> {
  const store = new MemoryStore() as MemoryStore & { sessions: Record<string, string> };
  const middleware = session({ secret: 'known to us', resave: false, saveUninitialized: false, store, ...options });
  const security = sessionSecurity(
    set(expressSession<SessionData>({ subject: (data) => data.userId, ...(options.name && { name: options.name }) })),
  );
  const slow = new SlowRoute();
  const app = new Hono<Env>();
  if (!inExpress) {
    app.use(async (c, next) => {
      await new Promise<void>((resolve, reject) => {
        middleware(c.env.incoming, c.env.outgoing as never, (error?: unknown) => {
          if (error instanceof Error) reject(error);
          else resolve();
        });
      });
      await next();
    });
  }
  const of = (c: { env: Env['Bindings'] }) => c.env.incoming.session;
  app
    .route('/session', security.routes)
    .use(security.gate)
    .get('/who', (c) => c.json(of(c).userId ?? null))
    .get('/note', (c) => c.json(of(c).note ?? null))
    .get('/sign-in', (c) => c.json(of(c).userId ?? null))
    .get('/peek', peek(security))
    .post('/note', (c) => {
      of(c).note = c.req.query('is') ?? '';
      return c.text('noted');
    })
    .post('/sign-in', async (c) => {
      const { user } = await c.req.parseBody<{ user: string }>();
      if (regenerates) await new Promise((resolve) => of(c).regenerate(resolve));
      of(c).userId = user;
      if (c.req.query('start') !== undefined) await security.start(c);
      return c.text('welcome');
    })
    .post('/own-sign-out', async (c) => {
      await new Promise((resolve) => of(c).destroy(resolve));
      return c.text('bye');
    })
    .post('/slow', async (c) => {
      const { userId } = of(c);
      await slow.pass();
      if (userId !== undefined) of(c).userId = userId;
      of(c).note = 'slow';
      return c.text('at last');
    });
  const { origin, fetch, close } = await listen(app, (listener) =>
    inExpress ? express().use(middleware, listener as express.RequestHandler) : listener,
  );
  const stored = () => {
    const before = Object.entries(store.sessions).filter(([, json]) => json.includes('"userId"'));
    return { count: before.length, restore: () => void Object.assign(store.sessions, Object.fromEntries(before)) };
  };
  return {
    app,
    security,
    origin,
    fetch,
    close,
    slow,
    signIn: (user, start) => ({
      path: `/sign-in${start ? '?start' : ''}`,
      init: { method: 'POST', body: new URLSearchParams({ user }) },
    }),
    stored,
  };
}

const library = (title: string, setup: Setup = {}): Library => ({
  title: `express-session ${title}`,
  cookie: setup.options?.name ?? 'connect.sid',
  open: (set) => open(set, setup),
});

const inHono = library('in Hono');
const ageing = { cookie: { maxAge: 660_000 } };

describeLibrary(inHono);
describeLibrary(library('in Express', { inExpress: true }));
describeLibrary(library('that saves every session again', { options: { resave: true } }));
describeLibrary(library('whose cookie ages', { options: { ...ageing, name: 'sid' } }));
describeLibrary(library('whose cookie ages, unless used', { options: { ...ageing, rolling: true } }));
describeLibrary(library('that the sign-in regenerates', { inExpress: true, regenerates: true, options: ageing }));

describe('express-session', () => {
  withFixedClock();

  for (const regenerates of [true, false]) {
    it(`[S12] \`start\` gives a new id to a session that somebody planted (regenerated: ${regenerates})`, async () => {
      await withApplication(library('', { regenerates }), {}, async (browser) => {
        await browser.send('/note?is=planted', { method: 'POST' });
        const attacker = browser.copy();
        await browser.signIn();
        assert.equal(await browser.who(), 'ana');
        assert.equal(await browser.note(), regenerates ? null : 'planted');
        assert.equal(await attacker.who(), null);
      });
    });
  }

  it('[S12] `start` keeps all that was written after the sign-in has regenerated the session, be it the same', async () => {
    await withApplication(library('', { regenerates: true }), {}, async (browser, application) => {
      const { app, security } = application as Awaited<ReturnType<typeof open>>;
      app.post('/elsewhere', async (c) => {
        await new Promise((resolve) => c.env.incoming.session.regenerate(resolve));
        Object.assign(c.env.incoming.session, { userId: 'ben', note: 'employee' });
        await security.start(c);
        return c.text('welcome');
      });
      await browser.signIn();
      await browser.send('/note?is=employee', { method: 'POST' });
      await browser.send('/elsewhere', { method: 'POST' });
      assert.equal(await browser.who(), 'ben');
      assert.equal(await browser.note(), 'employee');
    });
  });

  it('[S12] a sign-out leaves no empty session behind', async () => {
    await withApplication(inHono, {}, async (browser, application) => {
      await browser.signIn();
      await browser.who();
      const response = await browser.signOut();
      assert.deepEqual(
        response.headers.getSetCookie().map((line) => line.split(';').slice(0, 2).join(';')),
        ['connect.sid=; Max-Age=0'],
      );
      assert.equal(application.stored().count, 0);
      assert.equal((await browser.send('/who')).headers.get('Set-Cookie'), null);
    });
  });

  it('[S12] a session that is written to after its end, in the same request, begins under a new id', async () => {
    await withApplication(inHono, {}, async (browser, application) => {
      await browser.signIn();
      const old = browser.header;
      wait(601);
      // Straight to the sign-in, which the gate lets everybody reach, with the cookie of what is over.
      await browser.signIn('ben', false);
      assert.notEqual(browser.header, old);
      assert.equal(await browser.who(), 'ben');
      assert.equal(application.stored().count, 1);
    });
  });

  it('[S15] says so where the session would go before its time', async () => {
    const short = library('', { options: { cookie: { maxAge: 659_000 } } });
    await withApplication(short, {}, async (browser, application) => {
      const faults: Error[] = [];
      (application as Awaited<ReturnType<typeof open>>).app.onError((error, c) => {
        faults.push(error);
        return c.text('failed', 500);
      });
      await browser.signIn();
      await browser.who();
      wait(120);
      assert.equal((await browser.send('/who')).status, 500);
      assert.match(faults[0]?.message ?? '', /cookie\.maxAge is 659000.*660000 milliseconds or more/);
      assert.ok(faults[0] instanceof SessionSecurityError && faults[0].code === 'invalid-option');
    });
  });

  it('[S12] refuses everybody where the session has not run, or its store is disconnected', async () => {
    const security = sessionSecurity({ session: expressSession({ subject: () => 'ana' }) });
    const faults: Error[] = [];
    const app = new Hono().use(security.gate).onError((error, c) => {
      faults.push(error);
      return c.text('failed', 500);
    });
    for (const bindings of [undefined, { incoming: {} }]) {
      assert.equal((await app.request('http://localhost/', { headers: FETCH }, bindings)).status, 500);
    }
    assert.ok(faults.length === 2 && faults.every((one) => one instanceof SessionSecurityError));
  });
});
