import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SessionSecurityVariables } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, intranet, NAVIGATION, ORIGIN } from './intranet.js';

interface Env {
  Variables: SessionSecurityVariables;
}
const BEN = { Cookie: 'sid=ben.1' };

/** Timers that are set and neither cleared nor due. */
let timers: Map<unknown, number>;

beforeEach(() => {
  timers = new Map();
  mock.timers.enable({ apis: ['setTimeout'] });
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  mock.method(globalThis, 'setTimeout', (run: () => void, ms: number) => {
    const timer = set(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.set(timer, ms);
    return timer;
  });
  mock.method(globalThis, 'clearTimeout', (timer: never) => {
    timers.delete(timer);
    clear(timer);
  });
});
afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

const settled = () => new Promise(setImmediate);

/** An application with a stream at `/live`, which goes on until its signal aborts or nobody reads it any more. */
function streaming(options: Parameters<typeof intranet>[0] = {}) {
  const server = intranet(options);
  const signals: AbortSignal[] = [];
  const cancelled: unknown[] = [];
  const asked = { peeks: 0 };
  const live = (c: Context<Env>) => {
    const signal = c.get('sessionSecurity')!.signal;
    signals.push(signal);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('news\n'));
        signal.addEventListener('abort', () => {
          controller.close();
        });
      },
      cancel: (reason) => void cancelled.push(reason),
    });
    return c.body(body);
  };
  const app = new Hono<Env>()
    .route('/session', server.security.routes)
    .use(server.security.gate)
    .get('/live', live)
    .all('*', (c) => c.text('handled'));
  const open = async (headers: object = ANA, method = 'GET') =>
    app.request(`${ORIGIN}/live`, { method, headers: { ...FETCH, ...headers } });
  const tick = async (seconds: number) => {
    server.pass(seconds);
    mock.timers.tick(seconds * 1_000);
    for (let i = 0; i < 5; i++) await settled();
  };
  return { ...server, app, open, signals, cancelled, asked, tick };
}

describe('the signal of a session', () => {
  it('[S16] is not there for who is not signed in', async () => {
    const { security } = intranet();
    const app = new Hono().use(security.gate).get('/', (c) => c.json(c.var.sessionSecurity));
    assert.equal(await (await app.request(`${ORIGIN}/`)).json(), null);
  });

  const ends: [string, (server: ReturnType<typeof streaming>) => Promise<unknown>][] = [
    ['a sign-out in another tab', ({ post }) => post('/session/sign-out', null)],
    ['a sign-out by the application', ({ browse }) => browse('/own-sign-out')],
    ['revoking', ({ security }) => security.end('ana.1')],
    ['signing out everywhere', ({ security }) => security.endAll('ana')],
    [
      'an expiry that another request finds',
      ({ pass, fetches }) => {
        pass(100);
        return fetches();
      },
    ],
    [
      'an expiry that a ping finds',
      ({ pass, ping }) => {
        pass(100);
        return ping();
      },
    ],
  ];
  for (const [what, end] of ends) {
    it(`[S16] aborts at once by ${what}, for all streams of the session and no other`, async () => {
      const server = streaming();
      const bodies = await Promise.all([server.open(), server.open(), server.open(BEN)]);
      assert.deepEqual(
        server.signals.map(({ aborted }) => aborted),
        [false, false, false],
      );
      await end(server);
      assert.deepEqual(
        server.signals.map(({ aborted }) => aborted),
        [true, true, false],
      );
      assert.equal((server.signals[0]!.reason as Error).name, 'AbortError');
      assert.equal(await bodies[0].text(), 'news\n');
      assert.equal(timers.size, 1);
    });
  }

  it('[S16] aborts at the deadline, though nobody asks, and not before', async () => {
    const { open, signals, tick } = streaming();
    await open();
    await tick(99.9);
    assert.equal(signals[0]!.aborted, false);
    await tick(0.1);
    assert.equal(signals[0]!.aborted, true);
    assert.equal(timers.size, 0);
  });

  it('[S16] aborts at the lifetime', async () => {
    const { open, browse, signals, tick } = streaming({ policy: { warnAfter: 60, expireAfter: 100, lifetime: 150 } });
    await open();
    await tick(90);
    await browse();
    await tick(60);
    assert.equal(signals[0]!.aborted, true);
  });

  it('[S16] goes on while somebody is active, asks once a deadline, and keeps nobody signed in', async () => {
    const memory = memoryStore({ now: () => clock.now });
    let touches = 0;
    const { open, browse, signals, tick, clock } = streaming({
      store: {
        ...memory,
        touch: (id, touch) => {
          touches++;
          return memory.touch(id, touch);
        },
      },
    });
    await open();
    for (let i = 0; i < 10; i++) {
      await tick(50);
      await browse();
    }
    // Eleven requests; questions at 100, 150 … 500 s, each at the deadline that was known.
    assert.equal(signals[0]!.aborted, false);
    assert.ok(touches - 11 <= 10, String(touches));
    const before = touches;
    await tick(99);
    assert.ok(touches - before <= 1);
    await tick(1);
    assert.equal(signals[0]!.aborted, true);
  });

  it('[S16] aborts at the latest at the deadline where another process has ended the session', async () => {
    const clock = { now: 1_800_000_000_000 };
    const store = memoryStore({ now: () => clock.now });
    const here = streaming({ store });
    const there = intranet({ store });
    await here.open();
    await there.post('/session/sign-out', null);
    assert.equal(here.signals[0]!.aborted, false);
    clock.now += 100_000;
    await here.tick(100);
    assert.equal(here.signals[0]!.aborted, true);
  });

  for (const [what, store] of [
    ['the store fails', () => Promise.reject(new Error('down'))],
    ['the store has lost the session', () => Promise.resolve(null)],
  ] as const) {
    it(`[S16] aborts where ${what} at the deadline`, async () => {
      const memory = memoryStore();
      const { open, signals, tick } = streaming({
        store: { ...memory, touch: (id, touch) => (touch.enrol ? memory.touch(id, touch) : store()) },
      });
      await open();
      await tick(100);
      assert.equal(signals[0]!.aborted, true);
    });
  }

  it('[S16] aborts where the limits cannot be known at the deadline', async () => {
    let asked = 0;
    const policy = () => {
      if (asked++ > 0) throw new Error('no database');
      return { warnAfter: 60, expireAfter: 100 };
    };
    const { open, signals, tick } = streaming({ policy });
    await open();
    await tick(100);
    assert.equal(signals[0]!.aborted, true);
  });

  it('[S16] holds to limits that change meanwhile', async () => {
    let expireAfter = 100;
    const { open, signals, tick } = streaming({ policy: () => ({ warnAfter: 60, expireAfter }) });
    await open();
    expireAfter = 200;
    await tick(100);
    assert.equal(signals[0]!.aborted, false);
    await tick(100);
    assert.equal(signals[0]!.aborted, true);
  });

  it('[S16] waits for limits longer than a timer can, and asks no faster than once a second where time stands still', async () => {
    const day = 86_400;
    const { open, clock, signals } = streaming({ policy: { warnAfter: day, expireAfter: 100 * day } });
    await open();
    assert.deepEqual([...timers.values()], [2 ** 31 - 1]);
    clock.now += 100 * day * 1_000 - 1;
    mock.timers.tick(2 ** 31 - 1);
    for (let i = 0; i < 5; i++) await settled();
    assert.deepEqual([...timers.values()], [1_000]);
    assert.equal(signals[0]!.aborted, false);
  });

  it('[S16] costs no timer where nobody asks for it', async () => {
    const { browse, app } = streaming();
    await app.request(`${ORIGIN}/`, { headers: { ...NAVIGATION, ...ANA } });
    await browse();
    assert.equal(timers.size, 0);
  });

  it('[S16] has aborted where it is asked for only after the end, or after the response', async () => {
    const { security, post, fetches } = intranet();
    let later: Context<Env> | undefined;
    const aborted: boolean[] = [];
    const app = new Hono<Env>().use(security.gate).get('/', async (c) => {
      later = c;
      if (c.req.query('out')) await post('/session/sign-out', null);
      if (c.req.query('out')) aborted.push(c.var.sessionSecurity!.signal.aborted);
      return c.text('done');
    });
    await app.request(`${ORIGIN}/`, { headers: { ...FETCH, ...BEN } });
    assert.equal(later?.var.sessionSecurity?.signal.aborted, true);
    await fetches();
    await app.request(`${ORIGIN}/?out=1`, { headers: { ...FETCH, ...ANA } });
    assert.deepEqual(aborted, [true]);
    assert.equal(timers.size, 0);
  });
});

describe('the timer of a stream', () => {
  it('[S16] is cleared at the end of the response, whose text, status and headers are the handler’s', async () => {
    const { security } = intranet();
    const app = new Hono<Env>().use(security.gate).get('/', (c) => {
      assert.equal(c.var.sessionSecurity?.signal.aborted, false);
      c.header('X-Own', 'yes');
      c.header('Set-Cookie', 'a=1', { append: true });
      c.header('Set-Cookie', 'b=2', { append: true });
      return c.text('all of it', 201);
    });
    const response = await app.request(`${ORIGIN}/`, { headers: { ...FETCH, ...ANA } });
    assert.equal(timers.size, 1);
    assert.deepEqual([response.status, response.headers.get('X-Own')], [201, 'yes']);
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
    assert.match(response.headers.get('Content-Type') ?? '', /^text\/plain/);
    assert.equal(await response.text(), 'all of it');
    assert.equal(timers.size, 0);
  });

  it('[S16] is cleared when the reader goes away, and the handler’s stream is told', async () => {
    const { open, cancelled } = streaming();
    const response = await open();
    await response.body!.cancel('gone');
    assert.equal(timers.size, 0);
    assert.deepEqual(cancelled, ['gone']);
  });

  it('[S16] is cleared when the stream breaks, and the reader is told', async () => {
    const { security } = intranet();
    const app = new Hono<Env>().use(security.gate).get('/', (c) => {
      assert.ok(c.var.sessionSecurity?.signal);
      const pull = () => {
        throw new Error('broken');
      };
      return c.body(new ReadableStream({ pull }));
    });
    const response = await app.request(`${ORIGIN}/`, { headers: { ...FETCH, ...ANA } });
    await assert.rejects(response.text(), /broken/);
    assert.equal(timers.size, 0);
  });

  it('[S16] is cleared for a HEAD, of which nobody reads the stream', async () => {
    const { open, cancelled } = streaming();
    assert.equal((await open(ANA, 'HEAD')).status, 200);
    assert.equal(timers.size, 0);
    assert.equal(cancelled.length, 1);
  });

  for (const [what, answer] of [
    ['has no body', (c: Context) => c.body(null, 204)],
    [
      'fails',
      () => {
        throw new Error('no');
      },
    ],
  ] as const) {
    it(`[S16] is cleared where the handler ${what}`, async () => {
      const { security } = intranet();
      const app = new Hono<Env>().use(security.gate).get('/', (c) => {
        assert.ok(c.var.sessionSecurity?.signal);
        return answer(c);
      });
      app.onError((_, c) => c.body(null, 500));
      await app.request(`${ORIGIN}/`, { headers: { ...FETCH, ...ANA } });
      assert.equal(timers.size, 0);
    });
  }

  it('[S16] is cleared where the session cannot be renewed after the handler', async () => {
    const { security, fetches, pass } = intranet({ adapter: { renew: () => Promise.reject(new Error('no storage')) } });
    const app = new Hono<Env>().use(security.gate).get('/', (c) => {
      assert.equal(c.var.sessionSecurity?.signal.aborted, false);
      return c.text('done');
    });
    await fetches();
    pass(50);
    const response = await app.request(`${ORIGIN}/`, { headers: { ...NAVIGATION, ...ANA } });
    assert.equal(response.status, 500);
    assert.equal(timers.size, 0);
  });

  it('[S16] aborts what goes on, and cancels its stream, where the gate fails after the handler', async () => {
    const { security, fetches, pass } = intranet({ adapter: { renew: () => Promise.reject(new Error('no storage')) } });
    let signal: AbortSignal | undefined;
    let isCancelled = false;
    const app = new Hono<Env>().use(security.gate).get('/', (c) => {
      signal = c.var.sessionSecurity?.signal;
      return c.body(new ReadableStream({ cancel: () => void (isCancelled = true) }));
    });
    await fetches();
    pass(50);
    assert.equal((await app.request(`${ORIGIN}/`, { headers: { ...NAVIGATION, ...ANA } })).status, 500);
    assert.deepEqual([signal?.aborted, isCancelled], [true, true]);
  });

  it('[S16] is cleared after an answer with a body, whatever upgrade the request asked for', async () => {
    const { security } = intranet();
    const app = new Hono<Env>()
      .use(security.gate)
      .get('/', (c) => c.text(String(c.var.sessionSecurity?.signal.aborted)));
    const response = await app.request(`${ORIGIN}/`, { headers: { ...FETCH, ...ANA, Upgrade: 'websocket' } });
    assert.equal(await response.text(), 'false');
    assert.equal(timers.size, 0);
  });

  it('[S16] goes on for a WebSocket, which outlives the response to its upgrade', async () => {
    const { security, post } = intranet();
    let signal: AbortSignal | undefined;
    const app = new Hono<Env>().use(security.gate).get('/', (c) => {
      signal = c.var.sessionSecurity?.signal;
      return c.body(null, 200);
    });
    await app.request(`${ORIGIN}/`, { headers: { ...FETCH, ...ANA, Upgrade: 'websocket' } });
    assert.equal(signal?.aborted, false);
    await post('/session/sign-out', null);
    assert.equal(signal.aborted, true);
    assert.equal(timers.size, 0);
  });
});

describe('on a real server', () => {
  it('[S16] a stream of events ends with the session, and one that its reader leaves is forgotten', async () => {
    mock.restoreAll();
    mock.timers.reset();
    const { security } = intranet({ store: memoryStore() });
    const signals: AbortSignal[] = [];
    const over: string[] = [];
    const app = new Hono<Env>()
      .route('/session', security.routes)
      .use(security.gate)
      .get('/live', (c) => {
        const { signal, session } = c.get('sessionSecurity')!;
        signals.push(signal);
        return streamSSE(c, async (stream) => {
          await stream.writeSSE({ data: 'news' });
          const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
          await Promise.race([aborted, new Promise<void>((resolve) => stream.onAbort(resolve))]);
          over.push(session.id);
        });
      });
    const server = createAdaptorServer({ fetch: app.fetch });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const leaving = new AbortController();
      const [ana, ben] = await Promise.all([
        fetch(`${url}/live`, { headers: ANA }),
        fetch(`${url}/live`, { headers: BEN, signal: leaving.signal }),
      ]);
      assert.equal(ana.headers.get('Content-Type'), 'text/event-stream');
      const words = await ben.body!.getReader().read();
      assert.match(new TextDecoder().decode(words.value), /data: news/);
      leaving.abort();
      while (over.length < 1) await settled();
      await fetch(`${url}/session/sign-out`, { method: 'POST', headers: { ...ANA, Origin: url } });
      assert.match(await ana.text(), /data: news/);
      assert.deepEqual(over, ['ben.1', 'ana.1']);
      // Of the one that was left nobody is told any more.
      await security.end('ben.1');
      assert.deepEqual(signals.map(({ aborted }) => aborted).sort(), [false, true]);
    } finally {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
    }
  });
});
