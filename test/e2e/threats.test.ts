/** Rows of docs/threats.md that only a browser can prove: a framed warning, a reply without an end, a provider's logout. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { serve, type ServerType } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { exportJWK, generateKeyPair, SignJWT, createLocalJWKSet } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright';
import { sessionSecurity } from '../../src/server/hono.js';
import { oidcLogout } from '../../src/server/oidc-logout.js';
import { closeContext, launch } from './support/demo.js';

const script = readFileSync(new URL('../../dist/cdn/session-security.js', import.meta.url), 'utf8');

const { publicKey, privateKey } = await generateKeyPair('RS256');
const provider = { issuer: 'https://id.example', clientId: 'intranet' };

/** An intranet behind the gate, with the element on its one page. */
function intranet({ tag = '', ping }: { tag?: string; ping?: MiddlewareHandler } = {}) {
  let pings = 0;
  const gone = new WeakSet();
  const security = sessionSecurity({
    session: {
      identify(c) {
        const id = gone.has(c) ? undefined : getCookie(c, 'sid');
        return Promise.resolve(id === undefined ? null : { id, subject: 'ana' });
      },
      renew: () => Promise.resolve(),
      destroy(c) {
        gone.add(c);
        setCookie(c, 'sid', '', { maxAge: 0 });
        return Promise.resolve();
      },
      rotate: () => Promise.resolve(),
    },
    policy: { warnAfter: 2, expireAfter: 30 },
    signInUrl: '/sign-in',
  });
  const jwks = async (...given: Parameters<ReturnType<typeof createLocalJWKSet>>) =>
    createLocalJWKSet({ keys: [await exportJWK(publicKey)] })(...given);
  const counted: MiddlewareHandler = async (c, next) => {
    pings++;
    return ping ? ping(c, next) : next();
  };
  const app = new Hono()
    .get('/element.js', (c) => c.body(script, 200, { 'Content-Type': 'text/javascript' }))
    .post('/back-channel-logout', oidcLogout({ security, ...provider, jwks }))
    .get('/sign-in', (c) => {
      if (c.req.query('next') !== undefined) return c.text('Please sign in.');
      setCookie(c, 'sid', crypto.randomUUID());
      return c.redirect('/', 303);
    })
    .use('/session/ping', counted)
    .route('/session', security.routes)
    .use(security.gate)
    .get('/', (c) => {
      if (c.req.query('framed') === 'never') c.header('Content-Security-Policy', "frame-ancestors 'none'");
      return c.html(`<!doctype html><title>Register</title><h1>Equipment register</h1>
        <script type="module" src="/element.js"></script>
        <session-security ping-url="/session/ping" sign-in-url="/sign-in" sign-out-url="/session/sign-out" ${tag}></session-security>`);
    });
  return { app, pings: () => pings };
}

describe('in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let servers: ServerType[];
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  beforeEach(async () => {
    servers = [];
    context = await browser.newContext();
  });
  afterEach(async () => {
    await closeContext(context);
    for (const server of servers) {
      (server as unknown as { closeAllConnections: () => void }).closeAllConnections();
      server.close();
    }
  });

  async function listen(app: { fetch: Hono['fetch'] }): Promise<string> {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function signIn(origin: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${origin}/sign-in`);
    await page.getByRole('heading').waitFor();
    return page;
  }

  /** Another port: another origin, but of the same site, so that the cookie goes along into the frame. */
  async function frame(target: string): Promise<Page> {
    const attacker = await listen(
      new Hono().get('/', (c) =>
        c.html(`<h1>You have won</h1><iframe src="${target}" width="600" height="500"></iframe>`),
      ),
    );
    const page = await context.newPage();
    await page.goto(attacker);
    return page;
  }

  it('[S5] a page that forbids to be framed shows no warning that could be clicked there', async () => {
    const { app, pings } = intranet();
    const origin = await listen(app);
    await (await signIn(origin)).close();
    const before = pings();
    const page = await frame(`${origin}/?framed=never`);
    await page.locator('iframe').waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.frameLocator('iframe').locator('session-security').count(), 0);
    assert.equal(pings(), before);
  });

  it('[S5] a page that does not forbid it is framed with its warning: nothing of ours prevents that', async () => {
    const { app } = intranet();
    const origin = await listen(app);
    await (await signIn(origin)).close();
    const page = await frame(`${origin}/`);
    await page.frameLocator('iframe').locator('session-security #warning[open]').waitFor();
  });

  it('[T3] a reply without an end is given up, and the page ended all the same', async () => {
    const streams = { open: 0, cancelled: 0, bytes: 0 };
    const endless: MiddlewareHandler = (c) => {
      let timer: ReturnType<typeof setInterval>;
      streams.open++;
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"v":1,"state":"live","padding":"'));
          timer = setInterval(() => {
            controller.enqueue(new Uint8Array(65_536).fill(120));
            streams.bytes += 65_536;
          }, 50);
        },
        cancel() {
          clearInterval(timer);
          streams.cancelled++;
        },
      });
      return Promise.resolve(c.body(body, 200, { 'Content-Type': 'application/json' }));
    };
    const { app } = intranet({ tag: 'warn-after="2" expire-after="4"', ping: endless });
    const page = await signIn(await listen(app));
    await page.waitForURL(/\/sign-in\?next=/, { timeout: 40_000 });
    assert.ok(streams.open > 0 && streams.bytes > 0);
    // The last one goes with the page.
    while (streams.cancelled < streams.open) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('[S14] the word of the OpenID provider ends the session, and the page learns of it by its ping', async () => {
    const { app } = intranet();
    const origin = await listen(app);
    const page = await signIn(origin);
    await page.evaluate(() => {
      document.querySelector('session-security')!.addEventListener('session-end', ({ reason }) => {
        sessionStorage.setItem('reason', reason);
      });
    });
    const token = await new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
      .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt' })
      .setIssuer(provider.issuer)
      .setAudience(provider.clientId)
      .setSubject('ana')
      .setIssuedAt()
      .setExpirationTime('2 minutes')
      .setJti(crypto.randomUUID())
      .sign(privateKey);
    const told = await fetch(`${origin}/back-channel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });
    assert.equal(told.status, 200);
    // Idle for two seconds, it asks whether to warn.
    await page.waitForURL(/\/sign-in\?next=/);
    assert.equal(await page.evaluate(() => sessionStorage.getItem('reason')), 'revoked');
  });
});
