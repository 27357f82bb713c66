/** Pages of other origins, in a real browser that is signed in: none extends its session or ends it. Only a person does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { serve, type ServerType } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { cors } from 'hono/cors';
import type { Browser, BrowserContext, Page } from 'playwright';
import { type ActivityStore, sessionSecurity } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { closeContext, launch, pause } from './support/demo.js';

/** An intranet whose cookie goes along from everywhere the browser lets it, and which lets every origin read: the worst case. */
function intranet() {
  const writes: string[] = [];
  /** What came with the cookie: method, path and `Sec-Fetch-*`. */
  const seen: string[] = [];
  const inner = memoryStore();
  const store: ActivityStore = {
    ...inner,
    touch: (id, touch) => {
      if (touch.idleMs !== null) writes.push('activity');
      return inner.touch(id, touch);
    },
    end: (...all) => (writes.push('end'), inner.end(...all)),
  };
  const id = (c: Context) => getCookie(c, 'sid');
  const security = sessionSecurity({
    session: {
      identify: (c) => Promise.resolve(id(c) === undefined ? null : { id: id(c)!, subject: 'ana' }),
      renew: () => Promise.resolve(),
      destroy: () => Promise.resolve(),
      rotate: () => Promise.resolve(),
    },
    store,
    compat: 'django',
  });
  const app = new Hono();
  app
    .use(async (c, next) => {
      const { method, path } = c.req;
      const fetched = ['Mode', 'Dest', 'User'].map((name) => c.req.header(`Sec-Fetch-${name}`) ?? '-');
      if (id(c) !== undefined) seen.push([method, path, ...fetched].join(' '));
      await next();
    })
    .use(cors({ origin: (origin) => origin, credentials: true, allowHeaders: ['Content-Type', 'X-Requested-With'] }))
    .get('/sign-in', (c) => {
      setCookie(c, 'sid', crypto.randomUUID());
      return c.text('signed in');
    })
    .route('/session', security.routes)
    .use(security.gate)
    .get('/page', (c) => c.html('<h1>Equipment register</h1>'))
    .all('*', (c) => c.text('data'));
  return { app, writes, seen };
}

/** By requests of its own that wait for nobody: each is done when the server has seen it, or the browser has refused it. */
const ATTACKS: [what: string, run: (target: string) => unknown][] = [
  ['images', (target) => Promise.all(['/session/ping?idleFor=0', '/page', '/data'].map((path) => load(target + path)))],
  [
    'fetches that cannot be read',
    (target) =>
      Promise.all([
        send(target + '/session/ping', { method: 'POST', mode: 'no-cors', body: '{"v":1,"idleMs":0}' }),
        send(target + '/session/sign-out', { method: 'POST', mode: 'no-cors' }),
        send(target + '/session/ping?idleFor=0', { mode: 'no-cors' }),
        send(target + '/page', { mode: 'no-cors' }),
      ]),
  ],
  [
    'fetches with CORS and cookies',
    (target) =>
      Promise.all([
        send(target + '/session/ping', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"v":1,"idleMs":0}',
        }),
        send(target + '/session/ping?idleFor=0', { headers: { 'X-Requested-With': 'XMLHttpRequest' } }),
        send(target + '/session/sign-out', { method: 'POST' }),
        send(target + '/page', { headers: { Accept: 'text/html' } }),
      ]),
  ],
  ['a beacon', (target) => navigator.sendBeacon(target + '/session/ping', '{"v":1,"idleMs":0}')],
  ['a frame', (target) => frame(target + '/page')],
  ['a frame of the ping', (target) => frame(target + '/session/ping?idleFor=0')],
  ['a form in a frame, to the ping', (target) => post(target + '/session/ping')],
  ['a form in a frame, to the sign-out', (target) => post(target + '/session/sign-out')],
  ['prefetching', (target) => hint('prefetch', target + '/page')],
  ['preloading', (target) => hint('preload', target + '/page')],
  ['prerendering', (target) => speculate('prerender', target + '/page')],
  ['speculative prefetching', (target) => speculate('prefetch', target + '/page')],
  ['a script', (target) => append('script', { src: target + '/page' })],
  ['a stylesheet', (target) => append('link', { rel: 'stylesheet', href: target + '/page' })],
  ['an object', (target) => append('object', { data: target + '/page' })],
  ['a service worker', (target) => work(target)],
];

// These run in the attacker's page, which has them from ATTACKER below.
declare function load(url: string): Promise<unknown>;
declare function send(url: string, init: RequestInit): Promise<unknown>;
declare function frame(url: string): Promise<unknown>;
declare function post(url: string): Promise<unknown>;
declare function hint(rel: string, url: string): Promise<unknown>;
declare function speculate(kind: string, url: string): unknown;
declare function append(tag: string, attributes: object): Promise<unknown>;
declare function work(target: string): Promise<unknown>;

const ATTACKER = `
  const loaded = (element) => new Promise((done) => { element.onload = element.onerror = done; });
  function append(tag, attributes) {
    const element = Object.assign(document.createElement(tag), attributes);
    const done = loaded(element);
    document.body.append(element);
    return done;
  }
  const load = (src) => append('img', { src });
  const send = (url, init) => fetch(url, { credentials: 'include', ...init }).catch(() => undefined);
  const frame = (src) => append('iframe', { src });
  function post(action) {
    const target = Object.assign(document.createElement('iframe'), { name: 'target' });
    const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'text/plain', target: 'target', action });
    form.append(Object.assign(document.createElement('input'), { name: '{"v":1,"idleMs":0,"x":"', value: '"}' }));
    document.body.append(target, form);
    const done = loaded(target);
    form.submit();
    return done;
  }
  const hint = (rel, href) => append('link', { rel, href, as: 'fetch' });
  function speculate(kind, url) {
    const rules = JSON.stringify({ [kind]: [{ urls: [url], eagerness: 'immediate' }] });
    document.body.append(Object.assign(document.createElement('script'), { type: 'speculationrules', textContent: rules }));
  }
  async function work(target) {
    await navigator.serviceWorker.register('/worker.js');
    const { active } = await navigator.serviceWorker.ready;
    const answer = new Promise((done) => { navigator.serviceWorker.onmessage = done; });
    active.postMessage(target);
    await answer;
  }`;

const WORKER = `
  onmessage = async ({ data: target, source }) => {
    const send = (path, init) => fetch(target + path, { credentials: 'include', ...init }).catch(() => undefined);
    await send('/session/ping', { method: 'POST', mode: 'no-cors', body: '{"v":1,"idleMs":0}' });
    await send('/session/ping?idleFor=0', { headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    await send('/session/sign-out', { method: 'POST' });
    await send('/page', { mode: 'no-cors' });
    source.postMessage('done');
  };`;

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 500, `This did not come about: ${condition.toString()}`);
    await pause(20);
  }
}

describe('a page of another origin', () => {
  const { app, writes, seen } = intranet();
  let target: string;
  let server: ServerType;
  let attacker: Server;
  let browser: Browser;
  let context: BrowserContext;
  before(async () => {
    server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    attacker = createServer(({ url }, response) => {
      const isWorker = url === '/worker.js';
      const lead = url === '/lead-on' ? 'setTimeout(() => document.querySelector("a").click(), 0)' : '';
      response.setHeader('Content-Type', isWorker ? 'text/javascript' : 'text/html');
      response.end(
        isWorker
          ? WORKER
          : `<!doctype html><body><a href="${target}/page">News</a><script>${ATTACKER};${lead}</script>`,
      );
    }).listen(0);
    await once(attacker, 'listening');
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    server.close();
    attacker.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    await (await context.newPage()).goto(`${target}/sign-in`);
    writes.length = seen.length = 0;
  });
  afterEach(() => closeContext(context));

  /** On another port of the same host, where cookies go along, or on another site. */
  async function lure(host: string, path = '/'): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`http://${host}:${(attacker.address() as AddressInfo).port}${path}`);
    return page;
  }

  /** As Ana would see it by a click: her session lives, and whoever came before it did not move it. */
  async function assertLeftAlone(): Promise<void> {
    assert.deepEqual(writes, [], seen.join('\n'));
    const page = await context.newPage();
    await page.goto(`${target}/page`);
    assert.equal(await page.textContent('h1'), 'Equipment register');
    assert.deepEqual(writes, ['activity']);
  }

  for (const [what, attack] of ATTACKS) {
    it(`[S5] neither extends nor signs out by ${what}, on the same site or another`, async (t) => {
      for (const host of ['127.0.0.1', 'localhost']) {
        writes.length = seen.length = 0;
        const page = await lure(host);
        await page.evaluate(attack, target);
        // The browser speculates when it pleases. To another site it sends no cookie along.
        if (host === '127.0.0.1') await until(() => seen.some((line) => /\/(?:page|session)/.test(line)));
        t.diagnostic(`${host}: ${seen.join('; ') || 'nothing came with the cookie'}`);
        await assertLeftAlone();
      }
    });
  }

  it('[S4] does not count by leading there without a person', async () => {
    // By a script of the page itself: what a test lets a page do is a person's doing to Chromium.
    const page = await lure('127.0.0.1', '/lead-on');
    await page.waitForURL(`${target}/page`);
    assert.ok(seen.includes('GET /page navigate document -'), seen.join('\n'));
    await assertLeftAlone();
  });

  it('[S4] counts where a person follows its link', async () => {
    const page = await lure('127.0.0.1');
    await page.click('a');
    await page.waitForURL(`${target}/page`);
    assert.ok(seen.includes('GET /page navigate document ?1'), seen.join('\n'));
    assert.deepEqual(writes, ['activity']);
  });
});
