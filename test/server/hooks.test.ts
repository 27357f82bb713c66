import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Hono } from 'hono';
import { type ActivityStore, EndedInPart, type SessionSecurityHooks } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, intranet, NAVIGATION, ORIGIN } from './intranet.js';
import { rotating } from './rotating.js';

const sha256 = (id: string) => createHash('sha256').update(id).digest('hex');

/** Everything that is told, with the name of the hook. */
function recorder() {
  const told: Record<string, unknown>[] = [];
  const record = (hook: string) => (event: object) => told.push({ hook, ...event });
  const on: SessionSecurityHooks = {
    started: record('started'),
    expired: record('expired'),
    ended: record('ended'),
    pingRefused: record('pingRefused'),
    storeFault: (error) => told.push({ hook: 'storeFault', name: error.name }),
  };
  /** Without the times, which are checked. */
  const events = () =>
    told.map(({ time, ...event }) => {
      if (event['hook'] !== 'storeFault') assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return event;
    });
  return { on, events };
}

const ANAS = { session: sha256('ana.1'), subject: 'ana' };
const BEGUN = { hook: 'started', ...ANAS, replaces: null };

describe('hooks', () => {
  for (const [what, policy, seconds, reason] of [
    ['by the idle limit', { warnAfter: 60, expireAfter: 100 }, 100, 'idle'],
    ['by the lifetime', { warnAfter: 60, expireAfter: 100, lifetime: 80 }, 80, 'lifetime'],
  ] as const) {
    it(`[S7] tell once of an expiry ${what}, of all that find it at once`, async () => {
      const { on, events } = recorder();
      const { browse, fetches, ping, pass } = intranet({ on, policy });
      await browse();
      pass(seconds);
      await Promise.all(Array.from({ length: 10 }, () => [browse(), fetches(), ping({ idleMs: 0 })]).flat());
      assert.deepEqual(events(), [BEGUN, { hook: 'expired', ...ANAS, reason }]);
    });
  }

  it('[S7] tell of an expiry that a mere question finds, and who asked', async () => {
    const paths: (string | undefined)[] = [];
    const { security, browse, pass } = intranet({ on: { expired: (_, c) => paths.push(c?.req.path) } });
    await browse();
    pass(100);
    const app = new Hono().get('/look', async (c) => c.json(await security.peek(c)));
    await app.request(`${ORIGIN}/look`, { headers: ANA });
    assert.deepEqual(paths, ['/look']);
  });

  it('[S7] tell once of a sign-out, by our route or by the application', async () => {
    for (const path of ['/session/sign-out', '/own-sign-out']) {
      const { on, events } = recorder();
      const { post, browse } = intranet({ on });
      await browse();
      await Promise.all(Array.from({ length: 10 }, () => post(path, null)));
      await browse();
      assert.deepEqual(events(), [BEGUN, { hook: 'ended', ...ANAS, reason: 'signed-out' }], path);
    }
  });

  it('[S7] tell once whether a session expired or was signed out, whichever is first', async () => {
    const { on, events } = recorder();
    const { security, browse, post, pass } = intranet({ on });
    await browse();
    pass(100);
    await Promise.all([browse(), post('/session/sign-out', null), security.end('ana.1'), security.endAll('ana')]);
    assert.equal(events().length, 2);
  });

  it('[S7] tell of a sign-in, and of what it takes the place of', async () => {
    const { on, events } = recorder();
    const { security, browse } = rotating({ on });
    await browse();
    const app = new Hono().post('/', async (c) => {
      await (c.req.query('rotate') ? security.rotate(c) : security.start(c));
      return c.text('welcome');
    });
    const send = async (query: string, id: string) =>
      app.request(`${ORIGIN}/${query}`, { method: 'POST', headers: { Cookie: `sid=${id}` } });
    await send('', 'ana.1');
    await send('?rotate=1', 'ana.100');
    await send('', 'ben.7');
    const [first, second, third] = ['ana.100', 'ana.101', 'ben.102'].map(sha256);
    assert.deepEqual(events(), [
      BEGUN,
      { hook: 'ended', ...ANAS, reason: 'replaced' },
      { hook: 'started', session: first, subject: 'ana', replaces: ANAS.session },
      { hook: 'ended', session: first, subject: 'ana', reason: 'replaced' },
      { hook: 'started', session: second, subject: 'ana', replaces: first },
      { hook: 'started', session: third, subject: 'ben', replaces: null },
    ]);
  });

  it('[S7] tell of all sessions of a subject that end at once, and not of none', async () => {
    const { on, events } = recorder();
    const { security, browse } = intranet({ on });
    await browse();
    await browse('/', { Cookie: 'sid=ana.2' });
    assert.equal(await security.endAll('ana'), 2);
    assert.equal(await security.endAll('ana'), 0);
    await browse();
    assert.deepEqual(events().slice(2), [
      { hook: 'ended', ...ANAS, reason: 'revoked' },
      { hook: 'ended', session: sha256('ana.2'), subject: 'ana', reason: 'revoked' },
    ]);
  });

  it('[S7] tell once of a session that is enrolled when it is first seen, of all requests that come at once', async () => {
    const { on, events } = recorder();
    const { browse, fetches, ping } = intranet({ on });
    await Promise.all(Array.from({ length: 10 }, () => [browse(), fetches(), ping({ idleMs: 0 })]).flat());
    assert.deepEqual(events(), [BEGUN]);
  });

  it('[S7] tell of those sessions that ended, where not all of a subject could be', async () => {
    const { on, events } = recorder();
    const memory = memoryStore();
    const store: ActivityStore = {
      ...memory,
      async endAll(subject, how) {
        throw new EndedInPart((await memory.endAll?.(subject, how)) ?? [], new Error('down'));
      },
    };
    const { security, browse } = intranet({ on, store });
    await browse();
    await assert.rejects(security.endAll('ana'), { name: 'StoreFault' });
    await browse();
    assert.deepEqual(events().slice(1), [
      { hook: 'ended', ...ANAS, reason: 'revoked' },
      { hook: 'storeFault', name: 'StoreFault' },
    ]);
  });

  it('[S7] name no subject where the adapter knows none', async () => {
    const { on, events } = recorder();
    const { post } = intranet({ on, adapter: { identify: () => Promise.resolve({ id: 'x' }) } });
    await post('/session/sign-out', null);
    assert.deepEqual(events(), [{ hook: 'ended', session: sha256('x'), subject: null, reason: 'signed-out' }]);
  });

  it('[S7] are never given the id of a session, nor what a client has written', async () => {
    const { on, events } = recorder();
    const { browse, post, pass } = intranet({ on });
    await browse();
    await post('/session/ping', '{"v":1,"<script>":"ana.1"}');
    await post('/session/ping', '{"v":1}', { Origin: 'http://evil.example', 'Sec-Fetch-Site': 'cross-site' });
    pass(100);
    await browse();
    const written = JSON.stringify(events());
    assert.equal(events().length, 4);
    assert.doesNotMatch(written, /ana\.1|script|evil/);
  });

  for (const [what, send, why] of [
    ['from another origin', { headers: { 'Sec-Fetch-Site': 'cross-site' } }, 'origin'],
    ['from nobody knows where', { headers: { 'Sec-Fetch-Site': 'none' } }, 'origin'],
    ['that is no JSON', { body: 'idleMs=0' }, 'malformed'],
    ['that is too large', { body: `{"v":1${' '.repeat(2_000)}}` }, 'malformed'],
    ['of another type', { headers: { 'Content-Type': 'text/plain' } }, 'malformed'],
    ['by another method', { method: 'PUT' }, 'method'],
  ] as const) {
    it(`[S7] tell of a ping ${what}`, async () => {
      const { on, events } = recorder();
      const { request } = intranet({ on });
      const { headers, ...init } = { headers: {}, ...send };
      const all = { ...FETCH, 'Content-Type': 'application/json', ...headers };
      await request('/session/ping', all, { method: 'POST', body: '{"v":1}', ...init });
      const [event, ...others] = events();
      assert.deepEqual([event?.['hook'], event?.['why'], event?.['path']], ['pingRefused', why, '/session/ping']);
      assert.match(String(event?.['detail']), /\.$/);
      assert.deepEqual(others, []);
    });
  }

  it('[S7] tell of a sign-out from another origin', async () => {
    const { on, events } = recorder();
    const { post } = intranet({ on });
    await post('/session/sign-out', null, { 'Sec-Fetch-Site': 'cross-site' });
    assert.deepEqual([events()[0]?.['why'], events()[0]?.['path']], ['origin', '/session/sign-out']);
  });

  it('[S7] tell of a store that fails, also where no request asked', async () => {
    const { on, events } = recorder();
    const down = () => Promise.reject(new Error('down'));
    const { security, browse } = intranet({ on, store: { start: down, touch: down, end: down, endAll: down } });
    await browse();
    await assert.rejects(security.endAll('ana'));
    assert.deepEqual(events(), [
      { hook: 'storeFault', name: 'StoreFault' },
      { hook: 'storeFault', name: 'StoreFault' },
    ]);
  });

  it('[S7] tell of an end that the store stored, though too late for whoever asked', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { on, events } = recorder();
      const memory = memoryStore();
      let answer: () => void = () => undefined;
      const slow = new Promise<void>((resolve) => (answer = resolve));
      const store: ActivityStore = { ...memory, end: (id, how) => slow.then(() => memory.end(id, how)) };
      const { post } = intranet({ on, store });
      const response = post('/session/sign-out', null);
      await new Promise(setImmediate);
      mock.timers.tick(3_000);
      assert.equal((await response).status, 503);
      answer();
      while (events().length < 2) await new Promise(setImmediate);
      assert.deepEqual(
        events().map(({ hook }) => hook),
        ['storeFault', 'ended'],
      );
    } finally {
      mock.timers.reset();
    }
  });

  it('[S7] are given to the platform to let them finish', async () => {
    const waited: Promise<unknown>[] = [];
    const context = {
      waitUntil: (work: Promise<unknown>) => waited.push(work),
      passThroughOnException: () => undefined,
      props: {},
    };
    let isDone = false;
    const { app } = intranet({
      on: {
        ended: async () => {
          await new Promise(setImmediate);
          isDone = true;
        },
      },
    });
    const init = { method: 'POST', headers: { ...FETCH, ...ANA } };
    await app.request(`${ORIGIN}/session/sign-out`, init, {}, context);
    assert.equal(isDone, false);
    await Promise.all(waited);
    assert.equal(isDone, true);
  });
});

describe('a hook that fails', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  const written: unknown[] = [];

  beforeEach(() => {
    process.on('unhandledRejection', note);
    for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
      mock.method(console, name, (...words: unknown[]) => written.push(words));
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
    mock.restoreAll();
  });

  const failing: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no disk');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no disk'))],
    [
      'gives what cannot be waited for',
      () => ({
        then: () => {
          throw new Error('no disk');
        },
      }),
    ],
    ['never ends', () => new Promise(() => undefined)],
  ];
  for (const [what, hook] of failing) {
    it(`[S7] and ${what} changes no answer, and nothing is unhandled or written`, async () => {
      const on = { started: hook, expired: hook, ended: hook, pingRefused: hook, storeFault: hook };
      const answers = async (on: SessionSecurityHooks) => {
        const { security, browse, fetches, ping, post, pass } = intranet({ on });
        const signIn = new Hono().post('/', async (c) => {
          await security.start(c);
          return c.text('welcome');
        });
        const broken = intranet({ on, store: { ...memoryStore(), touch: () => Promise.reject(new Error('down')) } });
        const statuses = [
          (await signIn.request(`${ORIGIN}/`, { method: 'POST', headers: ANA })).status,
          (await post('/session/ping', '{}')).status,
          (await post('/session/ping', '{}', { 'Sec-Fetch-Site': 'cross-site' })).status,
          (await fetches('/session/ping')).status,
          (await fetches()).status,
        ];
        pass(100);
        const reason = (await ping())['reason'];
        statuses.push(
          (await browse('/', NAVIGATION)).status,
          (await post('/session/sign-out', null, { Cookie: 'sid=ana.2' })).status,
        );
        return [
          ...statuses,
          reason,
          await security.end('x.1'),
          await security.endAll('ana'),
          (await broken.fetches()).status,
        ];
      };
      assert.deepEqual(await answers(on), await answers({}));
      await new Promise(setImmediate);
      assert.deepEqual(unhandled, []);
      assert.deepEqual(written, []);
    });
  }
});
