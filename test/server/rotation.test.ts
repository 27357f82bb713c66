import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { type Context, Hono } from 'hono';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, NAVIGATION, ORIGIN } from './intranet.js';
import { cookieOf, rotating } from './rotating.js';

const LIMITS = { warnAfter: 60, expireAfter: 100, lifetime: 250 };

/** Behind the gate, `/new-id` gives the session a new id in the way that is named. */
function setup(how: 'by rotate()' | 'by the application', options: Parameters<typeof rotating>[0] = {}) {
  const server = rotating({ policy: LIMITS, ...options });
  const change = (c: Context) => (how === 'by rotate()' ? server.security.rotate(c) : server.changeId(c));
  const app = new Hono()
    .route('/session', server.security.routes)
    .use(server.security.gate)
    .all('/new-id', async (c) => {
      await change(c);
      return c.text('done');
    })
    .all('*', (c) => c.text('handled'));
  const send = async (path: string, headers: Record<string, string>, method = 'GET', body?: string) =>
    app.request(ORIGIN + path, { method, headers, ...(body !== undefined && { body }) });
  const browse = (path: string, cookie: object) => send(path, { ...NAVIGATION, ...cookie });
  const fetches = (path: string, cookie: object) => send(path, { ...FETCH, ...cookie });
  const ping = async (cookie: object) => {
    const headers = { ...FETCH, 'Content-Type': 'application/json', ...cookie };
    return (await (await send('/session/ping', headers, 'POST', '{"v":1}')).json()) as Record<string, unknown>;
  };
  return { ...server, app, browse, fetches, ping };
}

for (const how of ['by rotate()', 'by the application'] as const) {
  describe(`a new id ${how}`, () => {
    it('[S6] makes the session neither younger nor more active', async () => {
      const { browse, fetches, ping, pass } = setup(how);
      await browse('/', ANA);
      pass(90);
      await browse('/', ANA);
      pass(90);
      const cookie = cookieOf(await fetches('/new-id', ANA));
      const { idleMs, lifetimeLeftMs } = await ping(cookie);
      // The time between the two questions counts, too.
      assert.ok(Number(idleMs) >= 90_000 && Number(idleMs) < 92_000, String(idleMs));
      assert.ok(Number(lifetimeLeftMs) <= 70_000 && Number(lifetimeLeftMs) > 68_000, String(lifetimeLeftMs));
      pass(10);
      assert.equal((await ping(cookie))['reason'], 'idle');
    });

    it('[S6] however often does not outlive the lifetime', async () => {
      const { browse, pass } = setup(how);
      let cookie: { Cookie: string } = ANA;
      for (let i = 0; i < 5; i++) {
        const response = await browse('/new-id', cookie);
        assert.equal(response.status, 200);
        cookie = cookieOf(response);
        pass(50);
      }
      assert.equal((await browse('/new-id', cookie)).status, 303);
    });

    it('[S6] ends the old one, and does not take the new cookie from who still comes with it', async () => {
      const { browse, fetches, ping } = setup(how);
      const cookie = cookieOf(await browse('/new-id', ANA));
      const refused = await fetches('/', ANA);
      assert.equal(refused.status, 401);
      assert.equal(((await refused.json()) as { reason: string }).reason, 'replaced');
      assert.equal(refused.headers.get('Set-Cookie'), null);
      assert.deepEqual(await ping(ANA), { v: 1, state: 'ended', reason: 'replaced' });
      assert.equal((await fetches('/', cookie)).status, 200);
    });

    it('[S6] of many at once is given to one only', async () => {
      const { fetches } = setup(how);
      await fetches('/', ANA);
      const answers = await Promise.all(Array.from({ length: 10 }, () => fetches('/new-id', ANA)));
      const living = [];
      for (const answer of answers) {
        const id = /sid=ana[^;]+/.exec(answer.headers.get('Set-Cookie') ?? '')?.[0];
        if (id && (await fetches('/', { Cookie: id })).status === 200) living.push(id);
      }
      assert.equal(living.length, 1);
    });

    it('[S8] that cannot be stored undoes the session', async () => {
      const memory = memoryStore();
      const server = setup(how, {
        store: {
          ...memory,
          touch: (id, touch) =>
            id === 'ana.1'
              ? memory.touch(id, touch)
              : touch.enrol
                ? Promise.reject(new Error('down'))
                : memory.touch(id, touch),
        },
      });
      const response = await server.fetches('/new-id', ANA);
      assert.equal(response.status, 503);
      assert.match(response.headers.getSetCookie().at(-1) ?? '', /Max-Age=0/);
      assert.equal((await server.fetches('/', ANA)).status, 401);
    });
  });
}

describe('a new id', () => {
  it('[S6] that somebody else gets by signing in begins anew, and ends the old one', async () => {
    const { security, changeId, pass } = rotating({ policy: LIMITS });
    const app = new Hono().use(security.gate).all('*', (c) => {
      if (c.req.path === '/switch') changeId(c, 'ben');
      return c.json(c.var.sessionSecurity?.verdict.ageMs ?? null);
    });
    const send = async (path: string, cookie: object) =>
      app.request(ORIGIN + path, { headers: { ...NAVIGATION, ...cookie } });
    await send('/', ANA);
    pass(50);
    const ben = cookieOf(await send('/switch', ANA));
    assert.equal(await (await send('/', ben)).json(), 0);
    assert.equal((await send('/', ANA)).status, 303);
  });

  it('[S15] by `rotate` renews the session, whose age its new cookie has taken over', async () => {
    const { security, browse, pass, renewals } = rotating();
    const app = new Hono().use(security.gate).post('/', async (c) => {
      await security.rotate(c);
      return c.text('done');
    });
    await browse();
    pass(1);
    assert.equal((await app.request(`${ORIGIN}/`, { method: 'POST', headers: { ...ANA, ...NAVIGATION } })).status, 200);
    assert.deepEqual(renewals, [110_000]);
  });

  it('[S6] by `rotate` is refused where the session is over, or nobody is signed in', async () => {
    const { security, pass, browse } = rotating();
    const app = new Hono().post('/', async (c) => {
      await security.rotate(c);
      return c.text('done');
    });
    app.onError((error, c) =>
      'getResponse' in error ? (error as { getResponse(): Response }).getResponse() : c.text(error.message, 500),
    );
    const send = async (headers: Record<string, string>) => app.request(`${ORIGIN}/`, { method: 'POST', headers });
    assert.match(await (await send({})).text(), /rotate\(\): nobody is signed in/);
    await browse();
    pass(100);
    const refused = await send(ANA);
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
  });

  it('[S6] counts what passes until the session has it', async () => {
    const monotonic = mock.method(performance, 'now');
    const { security, browse, pass, changeId, ping } = rotating({
      adapter: {
        rotate(c) {
          changeId(c);
          const later = performance.now() + 5_000;
          monotonic.mock.mockImplementation(() => later);
          return Promise.resolve();
        },
      },
    });
    try {
      await browse();
      pass(50);
      const app = new Hono().post('/', async (c) => {
        await security.rotate(c);
        return c.text('done');
      });
      const response = await app.request(`${ORIGIN}/`, { method: 'POST', headers: ANA });
      const { idleMs } = await ping({}, { ...cookieOf(response) });
      assert.ok(Number(idleMs) >= 55_000 && Number(idleMs) < 57_000, String(idleMs));
    } finally {
      mock.restoreAll();
    }
  });

  it('[S6] on the sign-in page makes nobody younger either', async () => {
    const { security, changeId, pass } = rotating({ policy: LIMITS });
    const app = new Hono().use(security.gate).all('*', (c) => {
      if (c.req.path === '/sign-in') changeId(c);
      return c.json(c.var.sessionSecurity?.verdict.ageMs ?? null);
    });
    const send = async (path: string, cookie: object) =>
      app.request(ORIGIN + path, { headers: { ...NAVIGATION, ...cookie } });
    await send('/', ANA);
    pass(50);
    const cookie = cookieOf(await send('/sign-in', ANA));
    const age = Number(await (await send('/', cookie)).json());
    assert.ok(age >= 50_000 && age < 52_000, String(age));
  });
});
