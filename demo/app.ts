/** The intranet's routes, in the order in which a request meets them. */
import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { type SessionEnv, useSession, useSessionStorage } from '@hono/session';
import { type Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { fileURLToPath } from 'node:url';
import { type SessionSecurityVariables, sessionSecurity } from '../src/server/hono.js';
import { honoSession } from '../src/server/sessions/hono-session.js';
import type { ActivityStore } from '../src/server/store.js';
import { auditTrail } from './audit.js';
import type { Config } from './config.js';
import { createFaultSwitch, isFault } from './faults.js';
import { headline, headlines } from './news.js';
import * as pages from './pages.js';
import { playground, playgroundFrame, playgroundSignedOut } from './playground.js';
import { ACCOUNTS, createRegister, parseChange, textsOf } from './records.js';
import { createTraffic } from './traffic.js';

// A type, not an interface: @hono/session wants an index signature, and only types have one without writing it.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type User = { userId: string; name: string };
export type DemoEnv = SessionEnv<User> & { Variables: SessionSecurityVariables };

const AUDIT_LINES = 500;
const FORGED = { fault: 'This form belongs to another session. Nothing was saved; send it again.' };

/** `store`: another than the memory of this process. */
export function createApp({ policy, store }: Pick<Config, 'policy'> & { store?: ActivityStore }): Hono<DemoEnv> {
  const secret = crypto.randomUUID();
  const sessions = new Map<string, User>();
  const register = createRegister();
  const faults = createFaultSwitch();
  const traffic = createTraffic('/session/ping');
  // An application would send them to another machine, which it can neither read nor change.
  const audit: string[] = [];
  const write = (line: string) => void audit.splice(0, audit.push(line) - AUDIT_LINES);
  const security = sessionSecurity({
    session: honoSession({ subject: (data: User) => data.userId }),
    policy,
    ...(store && { store }),
    signInUrl: '/sign-in',
    passive: ['/api/news'],
    secret,
    on: auditTrail(write, addressOf),
  });
  /** A token against forged forms, another for each session. */
  const tokens = new Map<string, string>();
  const tokenOf = (c: Context<DemoEnv>) => {
    const id = c.var.session.id ?? '';
    const token = tokens.get(id) ?? crypto.randomUUID();
    tokens.set(id, token);
    return token;
  };
  const app = new Hono<DemoEnv>();

  // No inline script, no inline style, nothing from elsewhere, no HTML from strings: the element lives with it.
  const headers = (frameAncestors: string) =>
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: [frameAncestors],
        requireTrustedTypesFor: ["'script'"],
      },
      // "no-referrer" would make the browser send `Origin: null` with forms.
      referrerPolicy: 'same-origin',
      strictTransportSecurity: false,
    });
  // What the playground shows in its frame. Its server is pretended, in the page.
  app.get('/playground/frame', headers("'self'"), (c) => c.html(playgroundFrame()));
  app.get('/playground/signed-out', headers("'self'"), (c) => c.html(playgroundSignedOut()));
  app.post('/playground/sign-out', (c) => c.body(null, 204));
  app.use(headers("'none'"), csrf());

  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const fresh = (_path: string, c: Context) => c.header('Cache-Control', 'no-cache');
  const withoutPrefix = (path: string) => path.replace('/assets', '');
  app.use('/assets/*', serveStatic({ root: file('../dist/cdn'), rewriteRequestPath: withoutPrefix, onFound: fresh }));
  app.use('/assets/*', serveStatic({ root: file('public'), rewriteRequestPath: withoutPrefix, onFound: fresh }));

  // The static page knows neither our server half nor these sessions.
  app.get('/static', serveStatic({ path: file('public/static.html'), onFound: fresh }));
  app.get('/dist/cdn/*', serveStatic({ root: file('..'), onFound: fresh }));
  app.post('/static/sign-out', (c) => c.redirect('/static/signed-out', 303));
  app.get('/static/signed-out', (c) => c.html(pages.staticSignedOut()));

  app.use(
    useSessionStorage<User, DemoEnv>({
      get: (id) => sessions.get(id) ?? null,
      set: (id, data) => void sessions.set(id, data),
      delete: (id) => void sessions.delete(id),
    }),
    useSession<User>({
      secret,
      // @hono/session hands a new cookie to whoever has no session, at every `get()`; one that arrives late would
      // overwrite the cookie of a sign-in just made in another tab.
      setCookie: (c: Context<DemoEnv>, ...cookie) => {
        if (c.var.session.data) setCookie(c, ...cookie);
      },
    }),
  );

  // The panel's view and switches come first: looking must neither count as activity nor be refused, nor break with the rest.
  app.get('/demo', async (c) => c.html(pages.panelOnly(await c.var.session.get())));
  app.get('/playground', async (c) => c.html(playground(await c.var.session.get())));
  app.get('/demo/server-view', async (c) => {
    c.header('Cache-Control', 'no-store');
    const user = await c.var.session.get();
    const verdict = user && (await security.peek(c));
    const spanMs = Math.min(Number(c.req.query('span')) || 0, 3_600_000);
    return c.json({
      fault: faults.current(),
      limits: { warnAfterMs: policy.warnAfter * 1000, expireAfterMs: policy.expireAfter * 1000 },
      session: verdict && { user: user.name, ...verdict, requests: traffic.recent(c.var.session.id ?? '', spanMs) },
    });
  });
  app.post('/demo/fault', async (c) => {
    const body = await c.req.json<{ mode?: unknown } | null>().catch(() => null);
    const mode = body?.mode;
    if (!isFault(mode)) return c.json({ error: 'no such mode' }, 400);
    faults.change(mode);
    return c.body(null, 204);
  });
  app.post('/demo/revoke', async (c) => {
    // As an administrator would, in the application's own sessions; the pages find out by themselves.
    if (await c.var.session.get()) sessions.delete(c.var.session.id ?? '');
    return c.body(null, 204);
  });

  app.get('/demo/audit', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.text(audit.map((line) => `${line}\n`).join(''));
  });

  app.use(traffic.record, faults.guard);

  app.route('/session', security.routes);
  app.get('/sso/end', (c) => c.html(pages.singleSignOnEnded()));
  // Whoever's session is over gets no further. Nothing below can be reached by it, nor by a forgotten tab.
  app.use(security.gate);

  // Open to everybody.
  app.get('/how', async (c) => c.html(pages.how(await c.var.session.get(), policy)));
  app.get('/sign-in', async (c) =>
    c.html(pages.signIn({ next: safeNext(c.req.query('next')), user: await c.var.session.get() })),
  );
  app.post('/sign-in', async (c) => {
    const { username, password, next } = await c.req.parseBody();
    const account = ACCOUNTS.find((one) => one.id === username && one.password === password);
    if (!account) return c.html(pages.signIn({ next: safeNext(next), user: null, username, failed: true }), 401);
    await c.var.session.update({ userId: account.id, name: account.name });
    // Where somebody was signed in before, that session ends, and this one gets an id of its own.
    await security.start(c);
    return c.redirect(safeNext(next), 303);
  });

  // The gate ends sessions; who may see what is the application's to say.
  app.use(async (c, next) => {
    if (await c.var.session.get()) return next();
    if (c.req.path.startsWith('/api/')) return c.json({ error: 'nobody is signed in' }, 401);
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  });

  app.get('/', async (c) => {
    const words = c.req.query('q') ?? '';
    return c.html(pages.list(await signedIn(c), register.search(words), words));
  });
  app.get('/records/:id', async (c) => {
    const item = register.find(c.req.param('id'));
    if (!item) return c.notFound();
    const shown = { token: tokenOf(c), saved: c.req.query('saved') !== undefined };
    return c.html(pages.record(await signedIn(c), item, shown));
  });
  app.post('/records/:id', async (c) => {
    const user = await signedIn(c);
    const item = register.find(c.req.param('id'));
    if (!item) return c.notFound();
    const fields = await c.req.parseBody();
    const token = tokenOf(c);
    const change = fields['token'] === token ? parseChange(fields) : FORGED;
    // What was entered stays in the form.
    if ('fault' in change)
      return c.html(pages.record(user, { ...item, ...textsOf(fields) }, { token, ...change }), 422);
    register.change(item, change, user.name);
    return c.redirect(`/records/${item.id}?saved`, 303);
  });
  app.get('/api/token', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json({ token: tokenOf(c) });
  });
  app.get('/api/news', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json({ headline: headline() });
  });
  app.get('/api/news/live', (c) => {
    // Asked for before the response begins. Who watches is not active for that, and sees no more once the session is over.
    const signal = c.var.sessionSecurity?.signal ?? AbortSignal.abort();
    c.header('Cache-Control', 'no-store');
    return streamSSE(c, async (stream) => {
      for await (const data of headlines(signal)) {
        if (stream.aborted) break;
        await stream.writeSSE({ data });
      }
    });
  });

  app.get('/account', async (c) => {
    const ageMs = c.var.sessionSecurity?.verdict.ageMs ?? 0;
    return c.html(pages.account(await signedIn(c), ageMs, policy));
  });
  app.post('/account/sign-out-everywhere', async (c) => {
    const { userId } = await signedIn(c);
    await security.endAll(userId, { reason: 'signed-out', c });
    return c.redirect('/sign-in', 303);
  });

  app.notFound(async (c) => c.html(pages.notFound(await c.var.session.get()), 404));
  return app;
}

async function signedIn(c: Context<DemoEnv>): Promise<User> {
  const user = await c.var.session.get();
  if (!user) throw new Error('a page for who is signed in was asked for by nobody');
  return user;
}

/** Without a connection, as in a test, there is none. */
const addressOf = (c: Context) => (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket.remoteAddress;

/** Where to go after the sign-in: a place on this very site, whatever the address says. */
function safeNext(next: unknown): string {
  const home = 'http://home.invalid';
  const url = typeof next === 'string' && next !== '' && URL.canParse(next, home) ? new URL(next, home) : null;
  if (url?.origin !== home || url.pathname.startsWith('/sign-in')) return '/';
  // "/.//elsewhere.example" has a path that a browser would take for a host.
  return url.pathname.replace(/^\/+/, '/') + url.search;
}
