/** The conformance kit, against our own server, and against servers that break one rule each. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { check } from '../../bin/check.mjs';
import { memoryStore } from '../../src/server/stores/memory.js';
import { intranet } from './intranet.js';

const COOKIE = 'sid=ana.1';

/** On a socket, with the true clock; `plant` stands before our routes. */
async function listen(options: Parameters<typeof intranet>[0] = {}, plant?: MiddlewareHandler) {
  const { app } = intranet({
    policy: { warnAfter: 30, expireAfter: 60, lifetime: 600 },
    store: memoryStore(),
    ...options,
  });
  const planted = new Hono();
  if (plant) planted.use(plant);
  planted.all('*', (c) => app.fetch(c.req.raw));
  const server = serve({ fetch: planted.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, url: new URL('/session/ping', origin), close: () => server.close() };
}

async function all(server: { origin: string; url: URL }, options: Parameters<typeof check>[1]) {
  const results = [];
  for await (const result of check(server.url, options)) results.push(result);
  return results;
}

type Json = Record<string, unknown>;

/** Another answer than ours, where it is one. */
const answering = (change: (reply: Json, ping: string) => object | null): MiddlewareHandler =>
  async function (c, next) {
    const ping = c.req.raw.body ? await c.req.raw.clone().text() : '';
    await next();
    if (c.res.status !== 200) return;
    const changed = change((await c.res.clone().json()) as Json, ping);
    if (changed) c.res = new Response(JSON.stringify(changed), c.res);
  };

/** Another ping than theirs is handed to us. */
const handing = (change: (body: string, headers: Headers) => string): MiddlewareHandler =>
  async function (c, next) {
    if (c.req.method === 'POST' && c.req.path === '/session/ping') {
      const headers = new Headers(c.req.raw.headers);
      const body = change(await c.req.raw.text(), headers);
      headers.delete('Content-Length');
      c.req.raw = new Request(c.req.raw.url, { method: 'POST', headers, body });
    }
    await next();
  };

const trusting = (isTrusted: (headers: Headers) => boolean): MiddlewareHandler =>
  handing((body, headers) => {
    if (isTrusted(headers)) headers.set('Sec-Fetch-Site', 'same-origin');
    return body;
  });

const NOBODY = '{"v":1,"state":"none"}';
const PROBLEM = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' };

/** What is planted, and the rule that finds it. */
const FAULTS: [string, MiddlewareHandler, RegExp][] = [
  [
    'leads strangers to the sign-in',
    (c, next) => (c.req.header('Cookie') ? next() : Promise.resolve(c.redirect('/sign-in'))),
    /^Who is not signed in/,
  ],
  [
    'answers as HTML',
    async (c, next) => {
      await next();
      if (c.res.status === 200) c.res.headers.set('Content-Type', 'text/html');
    },
    /is application\/json/,
  ],
  [
    'lets its refusals be cached',
    async (c, next) => {
      await next();
      if (c.res.status === 400) c.res.headers.delete('Cache-Control');
    },
    /no-store/,
  ],
  [
    'wants the content type letter by letter',
    (c, next) => (c.req.header('Content-Type')?.includes(';') ? Promise.resolve(c.body(null, 415)) : next()),
    /^Parameters/,
  ],
  [
    'answers PUT like POST',
    (c, next) => {
      if (c.req.method === 'PUT') return Promise.resolve(c.json({ v: 1, state: 'none' }));
      return next();
    },
    /^Other methods/,
  ],
  ['takes "{}" for a question', handing((body) => (body === '{}' ? '{"v":1}' : body)), /^What is no ping/],
  ['takes null for absent', handing((body) => body.replace(',"idleMs":null', '')), /^What is no ping/],
  [
    'takes what a form can send',
    handing((body, headers) => {
      headers.set('Content-Type', 'application/json');
      return body;
    }),
    /^What is no ping/,
  ],
  [
    'takes pings of the same site',
    trusting((headers) => headers.get('Sec-Fetch-Site') === 'same-site'),
    /^A ping from another origin/,
  ],
  [
    'takes pings that do not say from where',
    trusting((headers) => !headers.has('Origin') && !headers.has('Sec-Fetch-Site')),
    /^A ping from another origin/,
  ],
  [
    'relies on Fetch Metadata alone',
    (c, next) => (c.req.header('Sec-Fetch-Site') ? next() : Promise.resolve(c.json({}, 403, PROBLEM))),
    /^Without Sec-Fetch-Site/,
  ],
  ['tells seconds', answering((reply) => ({ ...reply, idleMs: Number(reply['idleMs']) / 1_000 + 0.5 })), /make sense/],
  ['warns at the end', answering((reply) => ({ ...reply, warnAfterMs: reply['expireAfterMs'] })), /make sense/],
  ['counts questions', handing((body) => (body === '{"v":1}' ? '{"v":1,"idleMs":0}' : body)), /only asks/],
  [
    'counts what it refuses',
    async (c, next) => {
      const isForeign = c.req.method === 'POST' && c.req.header('Sec-Fetch-Site') !== 'same-origin';
      await trusting(() => isForeign)(c, next);
      if (isForeign) c.res = c.json({}, 403, PROBLEM);
    },
    /refused extends nothing/,
  ],
  [
    'rounds down',
    answering((reply, ping) => (ping.includes('"idleMs":500') ? { ...reply, idleMs: 0 } : null)),
    /and never back/,
  ],
  [
    'takes the latest report for the truth',
    answering((reply, ping) => (ping.includes('90071992547') ? { ...reply, idleMs: 29_000 } : null)),
    /and never back/,
  ],
  ['takes any owner', handing((body) => body.replace(/,"owner":"[\w-]+"/, '')), /^A report of somebody else/],
  [
    'begins the lifetime anew',
    answering((reply) => (reply['state'] === 'live' ? { ...reply, lifetimeLeftMs: 600_000 } : null)),
    /lifetime goes down/,
  ],
  [
    'answers GET without X-Requested-With',
    async (c, next) => {
      if (c.req.method === 'GET') {
        const headers = new Headers(c.req.raw.headers);
        headers.set('X-Requested-With', 'XMLHttpRequest');
        c.req.raw = new Request(c.req.raw, { headers });
      }
      await next();
    },
    /^GET .* needs X-Requested-With/,
  ],
  [
    'revives who signed out',
    answering((reply) => (reply['state'] === 'ended' ? { v: 1, state: 'live', idleMs: 0 } : null)),
    /signed out stays ended/,
  ],
];

const bin = fileURLToPath(new URL('../../bin/session-security.mjs', import.meta.url));
const run = async (...args: string[]) =>
  promisify(execFile)(process.execPath, [bin, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );

describe('the conformance kit', { concurrency: true }, () => {
  const everything = (origin: string) => ({
    cookie: COOKIE,
    compat: true,
    signOut: new URL('/session/sign-out', origin),
  });

  it('[S3] finds nothing wrong with our own server', async () => {
    const server = await listen({ compat: 'django' });
    const results = await all(server, everything(server.origin));
    server.close();
    assert.deepEqual(
      results.filter(({ state }) => state !== 'holds').map(({ rule, detail }) => `${rule} ${detail}`),
      ['A session that has expired stays ended, whatever is reported. needs --cookie and --expire, without --sign-out'],
    );
  });

  it('[S2] waits for the end of a session, which our own server keeps ended', async () => {
    const server = await listen({ policy: { warnAfter: 10, expireAfter: 20 }, on: {} });
    const results = await all(server, { cookie: COOKIE, expire: true });
    server.close();
    assert.deepEqual(
      results.filter(({ state }) => state === 'broken'),
      [],
    );
    assert.equal(results.at(-1)?.state, 'holds');
  });

  for (const [what, plant, rule] of FAULTS) {
    it(`[S3] finds a server that ${what}, and says what to mend`, async () => {
      const server = await listen({ compat: 'django' }, plant);
      const results = await all(server, everything(server.origin));
      server.close();
      const broken = results.filter(({ state }) => state === 'broken');
      const found = broken.find((result) => rule.test(result.rule));
      assert.ok(found, `it found only: ${broken.map((result) => result.rule).join(' ')}`);
      assert.match(found.detail, /\.\n.+\./);
    });
  }

  it('[S3] says by its exit code whether all is well, and tries what it can without a cookie', async () => {
    const server = await listen();
    const { code, stdout } = await run('check', server.url.href);
    server.close();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^✓ Who is not signed in/m);
    assert.match(stdout, /^– A ping without "idleMs" only asks\.\n {4}needs --cookie$/m);
    assert.match(stdout, /\n8 rules hold, 0 do not, \d+ were not tried\.\n$/);
  });

  it('[S3] names what is broken', async () => {
    const server = await listen({}, (c) => Promise.resolve(c.html('<h1>Sign in</h1>')));
    const { code, stdout } = await run('check', server.url.href);
    server.close();
    assert.equal(code, 1);
    assert.match(stdout, /^✗ Who is not signed in .*\n {4}It was <h1>Sign in<\/h1>\.\n {4}Answer so/m);
  });

  it('[P5] blames no rule for a server that has crashed over another', async () => {
    const server = createServer((request, response) => {
      if (request.method === 'POST') return response.setHeader('Content-Type', 'application/json').end(NOBODY);
      server.close();
      return request.socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, stdout, stderr } = await run('check', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    assert.equal(code, 2);
    assert.match(stdout, /No answer: .* own log may say why/);
    assert.doesNotMatch(stdout, /ECONNREFUSED/);
    assert.match(stderr, /nobody listens at .* any more: what was sent before has ended the server/);
  });

  for (const [args, fault] of [
    [[], /the command is missing/],
    [['check'], /<ping-url> is missing: give an http\(s\) URL/],
    [['check', 'ftp://x/'], /<ping-url> is ftp:/],
    [['check', 'http://127.0.0.1:1/', '--compat', 'rails'], /--compat is rails: give "django"/],
    [['check', 'http://127.0.0.1:1/', '--header', 'x'], /--header is x: give "name: value"/],
    [['check', 'http://127.0.0.1:1/', '--frob'], /--frob/],
    [['check', 'http://127.0.0.1:1/'], /nobody listens at http:\/\/127\.0\.0\.1:1\. Start the server first/],
  ] as const) {
    it(`[P5] says what is wrong with "${args.join(' ')}"`, async () => {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.match(stderr, fault);
    });
  }
});
