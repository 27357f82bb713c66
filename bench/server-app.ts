/** A server to load, with and without the guard, on a port of its own: its first line on stdout. */
import { serve } from '@hono/node-server';
import { useSession, useSessionStorage, type SessionEnv } from '@hono/session';
import { Hono } from 'hono';
import { sessionSecurity } from '../src/server/hono.js';
import { honoSession } from '../src/server/sessions/hono-session.js';

// @hono/session asks for an index, which an interface has none of.
type User = { userId: string }; // eslint-disable-line @typescript-eslint/consistent-type-definitions
type Env = SessionEnv<User>;

const sessions = new Map<string, User>();
const session = () => useSession<User>({ secret: 'a secret of 32 characters or more' });
const storage = () =>
  useSessionStorage<User, Env>({
    get: (id) => sessions.get(id) ?? null,
    set: (id, data) => void sessions.set(id, data),
    delete: (id) => void sessions.delete(id),
  });

const REPLY = { v: 1, state: 'live', idleMs: 1_000, warnAfterMs: 540_000, expireAfterMs: 600_000, lifetimeLeftMs: 1 };
const OWNER = 'x'.repeat(22);
const PAGE = `<!doctype html><title>Records</title>${'<p>A record of some length, as there are many.</p>'.repeat(80)}`;

const app = new Hono<Env>();
app.use(storage(), session());
app.post('/bare/ping', async (c) => {
  const user = await c.var.session.get();
  const { v } = await c.req.json<{ v: number }>();
  c.header('Cache-Control', 'no-store');
  return c.json({ ...REPLY, v, owner: user ? OWNER : null });
});
app.get('/bare/page', async (c) => {
  await c.var.session.get();
  return c.html(PAGE);
});
app.get('/sign-in', async (c) => {
  await c.var.session.update({ userId: 'ana' });
  return c.text('');
});

const security = sessionSecurity({
  session: honoSession<User>({ subject: ({ userId }) => userId }),
  policy: { warnAfter: 540, expireAfter: 600, lifetime: 43_200 },
  signInUrl: '/sign-in',
  secret: 'another secret of 32 characters or more',
});
const guarded = new Hono<Env>();
guarded.use(security.gate);
guarded.route('/session', security.routes);
guarded.get('/page', async (c) => {
  await c.var.session.get();
  return c.html(PAGE);
});
// Below the gate the session has been read.
guarded.get('/page-once', (c) => c.html(c.var.session.data ? PAGE : ''));
app.route('/guarded', guarded);

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(port));
