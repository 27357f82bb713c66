/** What somebody might try at the gate and the routes, and what may befall them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { type SessionEnv, useSession } from '@hono/session';
import fc from 'fast-check';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { type ActivityStore, sessionSecurity } from '../../src/server/hono.js';
import { honoSession } from '../../src/server/sessions/hono-session.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, intranet, NAVIGATION, ORIGIN } from './intranet.js';

const JSON_FETCH = { ...FETCH, ...ANA, 'Content-Type': 'application/json' };

describe('at once', () => {
  const act = fc.record({ do: fc.constantFrom('page', 'fetch', 'ping', 'out', 'own', 'all', 'end'), lag: fc.nat(4) });

  it('[S2] whatever comes while a session ends, it is over after the first answer that says so, and told once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 2, maxLength: 12 }),
        fc.infiniteStream(fc.nat(3)),
        async (acts, lags) => {
          const wait = async (turns = lags.next().value as number) => {
            for (let i = 0; i < turns; i++) await new Promise(setImmediate);
          };
          // The store takes its time before and after each of its steps.
          const slow = (store: ActivityStore): ActivityStore => {
            const late = async <T>(step: () => Promise<T>) => {
              await wait();
              const answer = await step();
              await wait();
              return answer;
            };
            return {
              start: (...given) => late(() => store.start(...given)),
              touch: (...given) => late(() => store.touch(...given)),
              end: (...given) => late(() => store.end(...given)),
              endAll: (...given) => late(() => store.endAll!(...given)),
            };
          };
          const seen = { told: 0, isOver: false };
          const { security, browse, fetches, ping, post } = intranet({
            store: slow(memoryStore()),
            on: { ended: () => seen.told++ },
          });
          await browse();
          const pass = async (send: () => Promise<Response>) => {
            const wasOver = seen.isOver;
            const { status } = await send();
            if (wasOver) assert.ok(status === 401 || status === 303, String(status));
            if (status !== 200) seen.isOver = true;
          };
          const doing = {
            page: () => pass(browse),
            fetch: () => pass(fetches),
            ping: async () => {
              const wasOver = seen.isOver;
              const { state } = await ping({ idleMs: 0 });
              if (wasOver) assert.equal(state, 'ended');
              if (state === 'ended') seen.isOver = true;
            },
            out: async () => {
              await post('/session/sign-out', null);
              seen.isOver = true;
            },
            own: async () => {
              await browse('/own-sign-out');
              seen.isOver = true;
            },
            all: async () => {
              await security.endAll('ana');
              seen.isOver = true;
            },
            end: async () => {
              await security.end('ana.1');
              seen.isOver = true;
            },
          };
          await Promise.all(
            acts.map(async ({ do: what, lag }) => {
              await wait(lag);
              await doing[what]();
            }),
          );
          const ended = seen.isOver;
          assert.equal((await fetches()).status, ended ? 401 : 200);
          assert.equal(seen.told, ended ? 1 : 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('however it is mounted', () => {
  it('[S1] the gate twice over judges and tells once', async () => {
    let told = 0;
    const { security, browse, pass, renewals } = intranet({ on: { expired: () => told++ } });
    const inner = new Hono().use(security.gate).get('/records', (c) => c.text('records'));
    const app = new Hono().use(security.gate).route('/', inner);
    const send = async () => app.request(`${ORIGIN}/records`, { headers: { ...NAVIGATION, ...ANA } });
    await browse();
    pass(50);
    assert.equal((await send()).status, 200);
    assert.deepEqual(renewals, [110_000]);
    pass(100);
    assert.equal((await send()).status, 303);
    assert.equal(told, 1);
  });

  it('[S3] the routes work at two places, and below a base path', async () => {
    const { security } = intranet();
    const app = new Hono()
      .basePath('/app')
      .use(security.gate)
      .route('/session', security.routes)
      .route('/v2/session', security.routes);
    for (const path of ['/app/session/ping', '/app/v2/session/ping']) {
      const response = await app.request(ORIGIN + path, { method: 'POST', headers: JSON_FETCH, body: '{"v":1}' });
      assert.equal(((await response.json()) as { state: string }).state, 'live', path);
    }
  });

  it('[S9] a refusal behind CORS can be read by the origin that may', async () => {
    const { security, browse, pass } = intranet({ origins: ['https://app.example'] });
    const app = new Hono()
      .use(cors({ origin: 'https://app.example', credentials: true }))
      .route('/session', security.routes)
      .use(security.gate)
      .get('/', (c) => c.text('handled'));
    const headers = { ...JSON_FETCH, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://app.example' };
    await browse();
    pass(100);
    for (const [path, method] of [
      ['/', 'GET'],
      ['/session/ping', 'POST'],
    ] as const) {
      const response = await app.request(ORIGIN + path, { method, headers });
      assert.notEqual(response.status, 200);
      assert.equal(response.headers.get('Access-Control-Allow-Origin'), 'https://app.example');
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
    }
  });
});

describe('the way it is written', () => {
  it('[S10] an address of the sign-in beyond ASCII stands in the header as browsers read it', async () => {
    const { browse, request, pass } = intranet({ signInUrl: '/connexión?à=1' });
    const encoded = '/connexi%C3%B3n?%C3%A0=1';
    const location = async (response: Promise<Response>) => (await response).headers.get('Location');
    const post = { method: 'POST' };
    assert.equal(await location(request('/session/sign-out', NAVIGATION, post)), encoded);
    assert.equal(await location(request('/x', NAVIGATION, post)), encoded);
    await browse('/', { Cookie: 'sid=ana.2' });
    pass(100);
    assert.match((await location(browse('/x', { Cookie: 'sid=ana.2' }))) ?? '', /^\/connexi%C3%B3n\?.*next=%2Fx$/);
  });

  for (const pattern of ['/a%20b', '/caf%C3%A9', '/café', '/100%', '/a%2Fb']) {
    it(`[S4] ${pattern} is passive as it is routed`, async () => {
      const { browse, ping, pass } = intranet({ passive: [pattern], counts: 'all' });
      await browse();
      pass(50);
      for (const path of [pattern, `${pattern}/below`]) await browse(path);
      assert.equal((await ping())['idleMs'], 50_000);
    });
  }

  it('[S10] the place to come back to cannot break out of the header or its parameter', async () => {
    const { browse, pass } = intranet();
    await browse();
    pass(100);
    for (const path of [
      '/x%0d%0aSet-Cookie:a=b',
      '/x?next=https://evil.example&a=%0d%0a',
      '/x?a=1%26next=//evil.example',
    ]) {
      const response = await browse(path);
      const next = new URL(response.headers.get('Location')!, ORIGIN).searchParams.getAll('next');
      assert.deepEqual(next, [path]);
      assert.equal(response.headers.get('Set-Cookie'), 'sid=; Max-Age=0');
    }
  });
});

describe('a body', () => {
  for (const headers of [{}, { 'Content-Length': '100' }, { 'Transfer-Encoding': 'chunked' }]) {
    it(`[S3] that breaks off is no ping, with ${JSON.stringify(headers)}`, async () => {
      const { app, browse, ping, pass } = intranet();
      await browse();
      pass(50);
      const body = new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('{"v":1'));
        },
        pull: (controller) => {
          controller.error(new Error('aborted'));
        },
      });
      const init = { method: 'POST', body, duplex: 'half', headers: { ...JSON_FETCH, ...headers } };
      assert.equal((await app.request(`${ORIGIN}/session/ping`, init)).status, 400);
      assert.equal((await ping())['idleMs'], 50_000);
    });
  }
});

describe('on a real server', () => {
  let server: Server;
  let port: number;
  let cookie: string;
  let failed: string[];
  const handled: string[] = [];

  before(async () => {
    const security = sessionSecurity({
      session: honoSession({ subject: (data: { userId: string }) => data.userId }),
      signInUrl: '/sign-in',
    });
    const app = new Hono<SessionEnv<{ userId: string }>>()
      .use(useSession({ secret: 'a secret of thirty-two letters!!' }))
      .route('/session', security.routes)
      .use(security.gate)
      .post('/sign-in', async (c) => {
        await c.var.session.update({ userId: 'ana' });
        await security.start(c);
        return c.text('welcome');
      })
      .all('*', (c) => {
        handled.push(c.req.path);
        return c.text('handled');
      });
    app.onError((error, c) => {
      failed.push(error.message);
      return c.text('failed', 500);
    });
    server = createAdaptorServer({ fetch: app.fetch }) as Server;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    const origin = `http://127.0.0.1:${port}`;
    const signIn = await fetch(`${origin}/sign-in`, { method: 'POST' });
    cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!;
    await fetch(`${origin}/session/sign-out`, { method: 'POST', headers: { cookie, origin } });
    failed = [];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = async (method: string, path: string, host = `127.0.0.1:${port}`) => {
    const headers = { Cookie: cookie, Accept: 'text/html', Host: host };
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers }).end();
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    response.resume();
    return response;
  };

  for (const [method, path, host] of [
    ['TRACE', '/'],
    ['PROPFIND', '/'],
    ['HEAD', '/'],
    ['OPTIONS', '/'],
    ['DELETE', '/'],
    ['GET', '//sign-in'],
    ['GET', '/./x/../y'],
    ['GET', '/sign-in%00'],
    ['GET', '/sign-in%2f'],
    ['GET', '/sign-in;x'],
    ['GET', 'http://evil.example/'],
    ['GET', '/session/ping/..'],
    ['POST', '/session/ping/'],
    ['POST', '/session//ping'],
    ['GET', '/', 'evil.example'],
  ] as const) {
    it(`[S1] a session that is over is refused: ${method} ${path}${host ? ` at ${host}` : ''}`, async () => {
      handled.length = 0;
      const { statusCode } = await send(method, path, host);
      assert.ok(statusCode === 401 || statusCode === 303, String(statusCode));
      assert.deepEqual(handled, []);
      assert.deepEqual(failed, []);
    });
  }

  it('[S3] a client that hangs up in the middle of a ping breaks nothing', async () => {
    const socket = connect(port, '127.0.0.1');
    const head = ['POST /session/ping HTTP/1.1', `Host: 127.0.0.1:${port}`, `Origin: http://127.0.0.1:${port}`];
    head.push(
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      `Cookie: ${cookie}`,
      '',
      '5\r\n{"v":',
      '',
    );
    socket.write(head.join('\r\n'), () => socket.destroy());
    await once(socket, 'close');
    assert.equal((await send('GET', '/')).statusCode, 303);
    assert.deepEqual(failed, []);
  });
});
