import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import { mount } from 'hono/mount';
import { SessionSecurityError, type ActivityStore, type SessionAdapter } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, intranet, NAVIGATION, ORIGIN } from './intranet.js';

describe('the gate', () => {
  it('[S1] lets a living session and an anonymous visitor pass', async () => {
    const { browse } = intranet();
    assert.equal((await browse('/records')).status, 200);
    assert.equal((await browse('/records', { Cookie: '' })).status, 200);
  });

  it('[S1] refuses from the very millisecond of the deadline, before the handler, and destroys the session', async () => {
    const { browse, clock, handled } = intranet();
    await browse('/records');
    clock.now += 99_999;
    assert.equal((await browse('/records')).status, 200);
    clock.now += 100_000;
    handled.length = 0;
    const refused = await browse('/records');
    assert.equal(refused.status, 303);
    assert.match(refused.headers.get('Set-Cookie') ?? '', /sid=; Max-Age=0/);
    assert.deepEqual(handled, []);
  });

  it('[S1] refuses by the lifetime, whatever the activity', async () => {
    const { browse, fetches, pass } = intranet({ policy: { warnAfter: 60, expireAfter: 100, lifetime: 250 } });
    for (let i = 0; i < 5; i++) {
      assert.equal((await browse()).status, 200);
      pass(50);
    }
    const refused = await fetches();
    assert.equal(refused.status, 401);
    assert.equal(((await refused.json()) as { reason: string }).reason, 'lifetime');
  });

  it('[S1] applies a changed policy at once, for each user', async () => {
    let expireAfter = 1_000;
    const { browse, fetches, pass } = intranet({
      policy: (_c, { subject }) => ({ warnAfter: 10, expireAfter: subject === 'ana' ? expireAfter : 1_000 }),
    });
    const ben = { Cookie: 'sid=ben.1' };
    await browse();
    await browse('/', ben);
    pass(50);
    assert.equal((await fetches()).status, 200);
    expireAfter = 40;
    assert.equal((await fetches()).status, 401);
    assert.equal((await fetches('/api', ben)).status, 200);
  });

  for (const [what, policy] of [
    ['nonsense', () => ({ warnAfter: 60, expireAfter: NaN })],
    ['nothing', () => undefined as never],
    ['an error', () => Promise.reject(new Error('no database'))],
  ] as const) {
    it(`[S1] fails where the policy function gives ${what}`, async () => {
      const { app, browse, handled } = intranet({ policy });
      app.onError((_error, c) => c.text('failed', 500));
      assert.equal((await browse()).status, 500);
      assert.deepEqual(handled, []);
    });
  }

  for (const who of [{ id: '' }, { id: 7 as never }, { id: 'a', subject: '' }, { id: 'a', createdAt: NaN }]) {
    it(`[S1] fails where the adapter gives ${JSON.stringify(who)}`, async () => {
      const { app, browse, handled } = intranet({ adapter: { identify: () => Promise.resolve(who) } });
      let code;
      app.onError((error, c) => {
        code = error instanceof SessionSecurityError && error.code;
        return c.text('failed', 500);
      });
      assert.equal((await browse()).status, 500);
      assert.equal(code, 'invalid-identity');
      assert.deepEqual(handled, []);
    });
  }

  it('[S1] asks for the policy once a request, so that nothing fails after the handler', async () => {
    let asked = 0;
    const policy = () => {
      if (asked++ > 0) throw new Error('no database');
      return { warnAfter: 60, expireAfter: 100 };
    };
    const { browse } = intranet({ policy });
    assert.equal((await browse()).status, 200);
  });

  it('[S1] holds in applications with a base path, in mounted ones, and behind CORS', async () => {
    const { security, pass } = intranet();
    const inner = new Hono().use(security.gate).get('/records', (c) => c.text('records'));
    const outer = new Hono().use(cors()).route('/routed', inner).all('/mounted/*', mount(inner.fetch));
    outer.route('/', new Hono().basePath('/based').route('/', inner));
    const paths = ['/routed/records', '/mounted/records', '/based/records'];
    for (const path of paths)
      assert.equal((await outer.request(ORIGIN + path, { headers: { ...FETCH, ...ANA } })).status, 200, path);
    pass(100);
    for (const path of paths)
      assert.equal((await outer.request(ORIGIN + path, { headers: { ...FETCH, ...ANA } })).status, 401, path);
  });

  it('[S1] with `strict` refuses a session that no sign-in has begun', async () => {
    const { app, security, browse, fetches } = intranet({ strict: true });
    app.get('/never', (c) => c.text('never'));
    const refused = await fetches();
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    const signIn = new Hono().post('/sign-in', async (c) => {
      await security.start(c);
      return c.text('welcome');
    });
    await signIn.request(`${ORIGIN}/sign-in`, { method: 'POST', headers: ANA });
    assert.equal((await browse()).status, 200);
  });

  it('[S2] ends once: a request that comes with a later clock, or after the clock is set back, finds it ended', async () => {
    const { browse, fetches, clock, pass } = intranet();
    await browse();
    pass(100);
    assert.equal((await fetches()).status, 401);
    clock.now -= 90_000;
    assert.equal((await browse()).status, 303);
    pass(1_000_000);
    assert.equal((await browse()).status, 303);
  });

  it('[S2] a session signed out by the application itself is over for every copy of its cookie', async () => {
    const { browse, fetches } = intranet();
    await browse('/own-sign-out');
    const refused = await fetches();
    assert.equal(refused.status, 401);
    assert.equal(((await refused.json()) as { reason: string }).reason, 'signed-out');
  });

  it('[S8] answers 503 where the end of a session signed out by the application cannot be stored', async () => {
    const store = memoryStore();
    const { browse } = intranet({ store: { ...store, end: () => Promise.reject(new Error('down')) } });
    const response = await browse('/own-sign-out');
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('Cache-Control'), 'no-store');
  });
});

describe('a store that fails', () => {
  const touch = (answer: ActivityStore['touch']): ActivityStore => ({ ...memoryStore(), touch: answer });
  const nonsense: unknown[] = [
    undefined,
    'live',
    true,
    [],
    {},
    { live: 'true', idleMs: 0, ageMs: 0, movedMs: 0, first: false },
    { live: true },
    { live: true, idleMs: 0, ageMs: 0, movedMs: 0 },
    { live: true, idleMs: NaN, ageMs: NaN, movedMs: 0, first: false },
    { live: true, idleMs: -1, ageMs: 0, movedMs: 0, first: false },
    { live: true, idleMs: '0', ageMs: 0, movedMs: 0, first: false },
    { live: true, idleMs: 9, ageMs: 8, movedMs: 0, first: false },
    { live: true, idleMs: 100_000, ageMs: 100_000, movedMs: 0, first: false },
    { live: false, reason: 'bored', first: true },
    { live: false, reason: 'idle' },
  ];
  const failing: [string, ActivityStore][] = [
    ['rejects', touch(() => Promise.reject(new Error('down')))],
    [
      'throws',
      touch(() => {
        throw new Error('down');
      }),
    ],
    ...nonsense.map((answer): [string, ActivityStore] => [
      `answers ${JSON.stringify(answer)}`,
      touch(() => Promise.resolve(answer as never)),
    ]),
  ];
  for (const [what, store] of failing) {
    it(`[S8] that ${what}: 503, nothing runs, nothing is destroyed, the hook is told`, async () => {
      const { browse, fetches, post, faults, handled } = intranet({ store });
      for (const response of [await browse(), await fetches(), await post('/session/ping', '{"v":1}')]) {
        assert.equal(response.status, 503);
        assert.match(response.headers.get('Retry-After') ?? '', /^\d+$/);
        assert.equal(response.headers.get('Cache-Control'), 'no-store');
        assert.equal(response.headers.get('Set-Cookie'), null);
      }
      assert.deepEqual(handled, []);
      assert.equal(faults.length, 3);
      assert.ok(faults[0]?.cause instanceof Error);
    });
  }

  it('[S8] that hangs is given 3 s', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { browse, faults } = intranet({ store: touch(() => new Promise(() => undefined)) });
      const response = browse();
      await new Promise(setImmediate);
      mock.timers.tick(2_999);
      assert.equal(faults.length, 0);
      mock.timers.tick(1);
      assert.equal((await response).status, 503);
    } finally {
      mock.timers.reset();
    }
  });

  it('[S8] and is full refuses the new, and keeps the living and the ended', async () => {
    const { browse, fetches } = intranet({ store: memoryStore({ maxSessions: 2 }) });
    const as = (id: string) => ({ Cookie: `sid=${id}` });
    await browse('/', as('ana.1'));
    await browse('/own-sign-out', as('ben.1'));
    assert.equal((await browse('/', as('eve.1'))).status, 503);
    assert.equal((await fetches('/', as('ana.1'))).status, 200);
    assert.equal((await fetches('/', as('ben.1'))).status, 401);
  });

  it('[S8] answers 503 where the handler gave a new id and nobody can tell whether rightly', async () => {
    const down = () => Promise.reject(new Error('down'));
    const memory = memoryStore();
    const store: ActivityStore = {
      ...memory,
      touch: (id, touch) => (touch.enrol ? memory.touch(id, touch) : down()),
    };
    const ids = ['ana.1', 'ana.2'];
    const { browse, handled } = intranet({ store, adapter: { identify: () => Promise.resolve({ id: ids.shift()! }) } });
    const response = await browse('/records');
    assert.deepEqual(handled, ['/records']);
    assert.equal(response.status, 503);
    assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
  });

  it('[S8] leaves the way to the sign-in open', async () => {
    const { browse } = intranet({ store: touch(() => Promise.reject(new Error('down'))) });
    assert.equal((await browse('/sign-in')).status, 200);
  });

  it('[S8] and can begin no session undoes the sign-in', async () => {
    const { security } = intranet({ store: { ...memoryStore(), start: () => Promise.resolve('yes' as never) } });
    const app = new Hono().post('/sign-in', async (c) => {
      await security.start(c);
      return c.text('welcome');
    });
    const response = await app.request(`${ORIGIN}/sign-in`, { method: 'POST', headers: ANA });
    assert.equal(response.status, 503);
    assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
  });
});

describe('a refusal', () => {
  const ended = async (options: Parameters<typeof intranet>[0] = {}) => {
    const app = intranet(options);
    await app.browse();
    app.pass(100);
    return app;
  };
  const location = (response: Response) => response.headers.get('Location');

  it('[S9] is not stored, and clears the cookie; the application’s own pages may be stored', async () => {
    const { browse, fetches } = await ended();
    for (const response of [await browse(), await fetches()]) {
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
      assert.match(response.headers.get('Set-Cookie') ?? '', /^sid=; Max-Age=0/);
      assert.equal(response.headers.get('Clear-Site-Data'), null);
    }
    const page = await browse('/', { Cookie: 'sid=ben.1' });
    assert.equal(page.headers.get('Cache-Control'), null);
  });

  it('[S9] clears site data where asked', async () => {
    const { fetches, post } = await ended({ clearSiteData: ['cache', 'storage'] });
    assert.equal((await fetches()).headers.get('Clear-Site-Data'), '"cache", "storage"');
    const signOut = await post('/session/sign-out', null, { Cookie: 'sid=ben.1' });
    assert.equal(signOut.headers.get('Clear-Site-Data'), '"cache", "storage"');
  });

  it('[S10] leads a navigation to the sign-in, with the place it wanted', async () => {
    const { browse } = await ended();
    const refused = await browse('/records/7?tab=2&x=%C3%A9');
    assert.equal(refused.status, 303);
    assert.equal(location(refused), '/sign-in?next=%2Frecords%2F7%3Ftab%3D2%26x%3D%25C3%25A9');
  });

  it('[S10] keeps what the address of the sign-in has, wherever that is', async () => {
    const elsewhere = await ended({ signInUrl: 'https://sso.example/in?app=7' });
    assert.equal(location(await elsewhere.browse('/a')), 'https://sso.example/in?app=7&next=%2Fa');
    const anchored = await ended({ signInUrl: '/in?app=7#form' });
    assert.equal(location(await anchored.browse('/a')), '/in?app=7&next=%2Fa#form');
  });

  it('[S10] for a form names the page it came from, if that is ours', async () => {
    const { request } = await ended();
    const sent = async (Referer: string) =>
      location(await request('/records/7', { ...NAVIGATION, Referer }, { method: 'POST' }));
    assert.equal(await sent(`${ORIGIN}/records/7/edit?x=1`), '/sign-in?next=%2Frecords%2F7%2Fedit%3Fx%3D1');
    assert.equal(await sent('https://intranet.example/secure'), '/sign-in?next=%2Fsecure');
    for (const foreign of [
      '',
      'nonsense',
      'https://evil.example/records',
      `${ORIGIN}.evil.example/`,
      `${ORIGIN}/sign-in?next=/`,
    ]) {
      assert.equal(await sent(foreign), '/sign-in', foreign);
    }
  });

  it('[S10] names no place that a browser could take for another host', async () => {
    const { browse } = await ended();
    for (const path of [
      '//evil.example/',
      '/\\evil.example',
      '/.//evil.example',
      '/%2Fevil.example',
      '/%5cevil',
      '/%09/evil',
      '///evil',
    ]) {
      assert.equal(location(await browse(path)), '/sign-in', path);
    }
    assert.equal(location(await browse('/a//evil.example')), '/sign-in?next=%2Fa%2F%2Fevil.example');
  });

  it('[S10] tells a script by problem+json', async () => {
    const { fetches, request } = await ended();
    const refused = await fetches();
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('Content-Type') ?? '', /^application\/problem\+json/);
    assert.deepEqual(await refused.json(), {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'The session ended because nobody was active. Please sign in again.',
      reason: 'idle',
    });
    assert.equal((await request('/', NAVIGATION, { method: 'HEAD' })).status, 401);
  });

  it('[S10] says so in words where there is no address of a sign-in', async () => {
    const { browse } = await ended({ signInUrl: null });
    const refused = await browse();
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('Content-Type') ?? '', /^text\/plain/);
    assert.match(await refused.text(), /sign in again/);
  });

  it('[S10] never meets the sign-in, nor ping and sign-out, even when mounted below the gate', async () => {
    const { security, browse, pass } = intranet();
    const app = new Hono()
      .use(security.gate)
      .route('/session', security.routes)
      .all('/sign-in', (c) => c.text('form'));
    await browse();
    pass(100);
    const headers = { ...FETCH, ...ANA, 'Content-Type': 'application/json' };
    assert.equal((await app.request(`${ORIGIN}/sign-in`, { headers })).status, 200);
    const ping = await app.request(`${ORIGIN}/session/ping`, { method: 'POST', headers, body: '{"v":1}' });
    assert.deepEqual(await ping.json(), { v: 1, state: 'ended', reason: 'idle' });
    assert.equal((await app.request(`${ORIGIN}/session/sign-out`, { method: 'POST', headers })).status, 204);
  });

  it('[S10] finds ping and sign-out also where an application of its own handles the errors', async () => {
    const { security, browse, pass } = intranet();
    const inner = new Hono().route('/session', security.routes).onError((_error, c) => c.text('failed', 500));
    const app = new Hono().use(security.gate).route('/', inner);
    await browse();
    pass(100);
    const headers = { ...FETCH, ...ANA, 'Content-Type': 'application/json' };
    const ping = await app.request(`${ORIGIN}/session/ping`, { method: 'POST', headers, body: '{"v":1}' });
    assert.deepEqual(await ping.json(), { v: 1, state: 'ended', reason: 'idle' });
  });

  it('[S10] never meets the sign-in, whatever its path is written with', async () => {
    for (const signInUrl of ['/100%', '/%ff', '/a%25b', '/a%20b', '/connexión', '/connexi%C3%B3n']) {
      const { browse, pass } = intranet({ signInUrl });
      assert.equal((await browse()).status, 200, signInUrl);
      pass(100);
      assert.equal((await browse(signInUrl)).status, 200, signInUrl);
    }
  });

  it('[S10] lets pass other ways of signing in, but nobody on them whose session is over', async () => {
    const { security, browse, pass } = intranet({ signInPaths: ['/login', /^\/callback\/\w+$/] });
    await browse();
    pass(100);
    const whom: unknown[] = [];
    const app = new Hono().use(security.gate).all('*', (c) => {
      whom.push([c.req.path, c.get('sessionSecurity' as never)]);
      return c.text('form');
    });
    const send = async (path: string) =>
      app.request(ORIGIN + path, { method: 'POST', headers: { ...ANA, ...FETCH, Origin: ORIGIN } });
    for (const path of ['/login', '/login/second-factor', '/callback/google']) {
      const response = await send(path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/, path);
    }
    assert.equal(whom.length, 3);
    for (const path of ['/loginx', '/callback/google/x', '/x/login', '/login/..%2frecords/x/../../../records'])
      assert.equal((await send(path)).status, 401, path);
  });

  it('[S12] a sign-out by the application at a sign-in path holds, though the store did not know the session', async () => {
    const { security, browse } = intranet({ signInPaths: ['/auth'], adapter: signingOut() });
    const app = new Hono().use(security.gate).post('/auth/sign-out', (c) => c.text(signOutBy(c)));
    const headers = { ...ANA, ...FETCH, Origin: ORIGIN };
    assert.equal((await app.request(`${ORIGIN}/auth/sign-out`, { method: 'POST', headers })).status, 200);
    assert.equal((await browse()).status, 303);
  });

  it('[S8] a sign-out by the application at a sign-in path, which the store cannot record, is no success', async () => {
    const { security } = intranet({ signInPaths: ['/auth'], adapter: signingOut(), store: brokenStore });
    const app = new Hono().use(security.gate).post('/auth/sign-out', (c) => c.text(signOutBy(c)));
    const headers = { ...ANA, ...FETCH, Origin: ORIGIN };
    assert.equal((await app.request(`${ORIGIN}/auth/sign-out`, { method: 'POST', headers })).status, 503);
  });

  it('[S10] is not avoided by an address that only resembles the sign-in', async () => {
    const { browse, request } = await ended();
    for (const path of ['/sign-in/', '/sign-inx', '/x/..%2fsign-in', '/SIGN-IN', '/x?/sign-in']) {
      assert.equal((await browse(path)).status, 303, path);
    }
    assert.equal((await request('/sign-in/admin', FETCH)).status, 401);
  });
});

/** An application that signs out by its own means: within that request nobody is signed in any more. */
const signedOut = new WeakSet<Context>();

function signOutBy(c: Context): string {
  signedOut.add(c);
  return 'signed out';
}

const signingOut = (): Partial<SessionAdapter> => ({
  identify: (c) =>
    Promise.resolve(
      c.req.header('Cookie') === ANA.Cookie && !signedOut.has(c) ? { id: 'ana.1', subject: 'ana' } : null,
    ),
});

const noStore = () => Promise.reject(new Error('no store'));
const brokenStore: ActivityStore = { start: noStore, touch: noStore, end: noStore };
