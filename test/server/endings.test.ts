import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Context, Hono } from 'hono';
import { SessionSecurityError, StoreFault, type SessionEnded } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, intranet, ORIGIN } from './intranet.js';
import { cookieOf, rotating } from './rotating.js';

const as = (id: string) => ({ Cookie: `sid=${id}` });
const ELSEWHERE = as('ana.2');
const BEN = as('ben.1');

async function threeSignedIn(options: Parameters<typeof intranet>[0] = {}) {
  const server = intranet(options);
  for (const who of [ANA, ELSEWHERE, BEN]) await server.browse('/', who);
  const reason = async (who: object) => (await server.ping({}, { ...who }))['reason'] ?? 'live';
  return { ...server, reason };
}

describe('signing out everywhere', () => {
  it('[S14] ends all sessions of the subject, no other, and tells how many', async () => {
    const { security, reason, fetches } = await threeSignedIn();
    assert.equal(await security.endAll('ana'), 2);
    assert.equal((await fetches('/', ELSEWHERE)).status, 401);
    assert.deepEqual([await reason(ANA), await reason(ELSEWHERE), await reason(BEN)], ['revoked', 'revoked', 'live']);
    assert.equal(await security.endAll('ana'), 0);
    assert.equal(await security.endAll('nobody'), 0);
  });

  it('[S14] may say that the user did so', async () => {
    const { security, reason } = await threeSignedIn();
    await security.endAll('ana', { reason: 'signed-out' });
    assert.equal(await reason(ANA), 'signed-out');
  });

  it('[S14] is final, also for requests that are under way', async () => {
    const { security, fetches } = intranet();
    await fetches();
    const requests = Array.from({ length: 20 }, () => fetches());
    const [count] = await Promise.all([security.endAll('ana'), ...requests]);
    assert.equal(count, 1);
    assert.equal((await fetches()).status, 401);
  });

  it('[S14] leaves what had ended before as it was', async () => {
    const { security, reason, post } = await threeSignedIn();
    await post('/session/sign-out', null);
    assert.equal(await security.endAll('ana'), 1);
    assert.equal(await reason(ANA), 'signed-out');
  });

  const page = (security: ReturnType<typeof intranet>['security'], act: (c: Context) => Promise<unknown>) => {
    const app = new Hono().use(security.gate).post('*', async (c) => c.json(await act(c)));
    return async (headers: object) => app.request(`${ORIGIN}/`, { method: 'POST', headers: { ...FETCH, ...headers } });
  };

  it('[S14] in a request of the subject clears its cookie, in one of somebody else does not', async () => {
    const { security, reason } = await threeSignedIn();
    const send = page(security, (c) => security.endAll('ana', { c }));
    const byBen = await send(BEN);
    assert.equal(await byBen.json(), 2);
    assert.equal(byBen.headers.get('Set-Cookie'), null);
    assert.equal(await reason(BEN), 'live');
    const again = intranet();
    await again.browse('/', ELSEWHERE);
    const own = await page(again.security, (c) => again.security.endAll('ana', { c }))(ANA);
    assert.equal(await own.json(), 2);
    assert.match(own.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    assert.equal((await again.fetches()).status, 401);
  });

  it('[S14] ends the session of the request also where the store has not seen it', async () => {
    const { security, ping } = intranet();
    const app = new Hono().post('/', async (c) => c.json(await security.endAll('ana', { c, reason: 'signed-out' })));
    assert.equal(await (await app.request(`${ORIGIN}/`, { method: 'POST', headers: ANA })).json(), 1);
    assert.equal((await ping())['reason'], 'signed-out');
  });

  it('[S14] but here, by beginning anew', async () => {
    const { security, fetches } = rotating();
    await fetches('/', ELSEWHERE);
    const response = await page(security, async (c) => {
      const count = await security.endAll('ana');
      await security.start(c);
      return count;
    })(ANA);
    assert.equal(await response.json(), 2);
    assert.equal((await fetches('/', cookieOf(response))).status, 200);
    for (const old of [ANA, ELSEWHERE]) assert.equal((await fetches('/', old)).status, 401);
  });

  it('[S14] says so where the store cannot', async () => {
    const store = memoryStore();
    delete store.endAll;
    const { security } = intranet({ store });
    await assert.rejects(security.endAll('ana'), (error: unknown) => {
      assert.ok(error instanceof SessionSecurityError);
      assert.equal(error.code, 'unsupported');
      assert.match(error.message, /endAll\(\).*store.*Use one/);
      return true;
    });
  });

  for (const [subject, options] of [
    ['', {}],
    [undefined, {}],
    [7, {}],
    ['ana', { reason: 'idle' }],
    ['ana', { reason: 'bored' }],
  ] as const) {
    it(`[S14] refuses ${JSON.stringify(subject)} and ${JSON.stringify(options)}, and ends nothing`, async () => {
      const { security, reason } = await threeSignedIn();
      await assert.rejects(security.endAll(subject as never, options as never), { code: 'invalid-argument' });
      await assert.rejects(security.end(subject as never, options as never), { code: 'invalid-argument' });
      assert.equal(await reason(ANA), 'live');
    });
  }

  const nonsense = [-1, '2', ['ana.1'], [1]].map((answer) => Promise.resolve(answer as never));
  for (const answer of [Promise.reject<string[]>(new Error('down')), ...nonsense]) {
    answer.catch(() => undefined);
    it('[S8] fails where the store cannot tell, in a request by 503', async () => {
      const { security, faults } = intranet({ store: { ...memoryStore(), endAll: () => answer } });
      await assert.rejects(security.endAll('ana'), StoreFault);
      const response = await page(security, (c) => security.endAll('ana', { c }))(ANA);
      assert.equal(response.status, 503);
      assert.equal(response.headers.get('Set-Cookie'), null);
      assert.equal(faults.length, 2);
    });
  }
});

describe('ending one session', () => {
  it('[S14] by its id, once, for every copy of its cookie', async () => {
    const { security, reason } = await threeSignedIn();
    assert.deepEqual(await Promise.all([security.end('ana.1'), security.end('ana.1')]), [true, false]);
    assert.deepEqual([await reason(ANA), await reason(ELSEWHERE)], ['revoked', 'live']);
    assert.equal(await security.end('ana.2', { reason: 'signed-out' }), true);
    assert.equal(await reason(ELSEWHERE), 'signed-out');
  });

  it('[S14] that nobody has seen yet', async () => {
    const { security, reason } = await threeSignedIn();
    assert.equal(await security.end('ana.9'), true);
    assert.equal(await reason(as('ana.9')), 'revoked');
  });

  it('[S14] in its own request clears the cookie, and tells whose it was', async () => {
    const ended: SessionEnded[] = [];
    const { security } = intranet({ on: { ended: (event) => ended.push(event) } });
    const app = new Hono().use(security.gate).post('/:id', async (c) => {
      const by = { c, subject: 'ana', reason: 'signed-out' } as const;
      return c.json(await security.end(c.req.param('id'), by));
    });
    const send = async (id: string) =>
      app.request(`${ORIGIN}/${id}`, { method: 'POST', headers: { ...FETCH, ...ANA } });
    assert.equal((await send('ana.2')).headers.get('Set-Cookie'), null);
    assert.match((await send('ana.1')).headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    assert.deepEqual(
      ended.map(({ subject, reason }) => [subject, reason]),
      [
        ['ana', 'signed-out'],
        ['ana', 'signed-out'],
      ],
    );
  });
});
