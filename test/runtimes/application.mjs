/** One application for all runtimes: a gate, its routes, and a cookie of its own. Nothing here knows where it runs. */
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { sign, verify } from 'hono/jwt';
import { sessionSecurity } from '../../dist/server/hono.js';
import { jwtSession } from '../../dist/server/sessions/jwt.js';

const secret = 'known to every process';

/** By what a user is called, so that only the tests that wait for an end have a short one. */
const LIMITS = {
  idler: { warnAfter: 0.5, expireAfter: 1 },
  waiter: { warnAfter: 2, expireAfter: 4 },
  worker: { warnAfter: 60, expireAfter: 100, lifetime: 1 },
};

/** @param store By default the memory of the process. */
export function createApplication(store) {
  const session = jwtSession({
    cookie: 'token',
    verify: (token) => verify(token, secret, 'HS256'),
    sign: (claims) => sign(claims, secret),
  });
  const security = sessionSecurity({
    session,
    secret,
    signInUrl: '/sign-in',
    policy: (_, { subject }) => LIMITS[subject.split('.')[0]] ?? { warnAfter: 60, expireAfter: 100 },
    ...(store && { store }),
  });
  return new Hono()
    .route('/session', security.routes)
    .use(security.gate)
    .post('/sign-in', async (c) => {
      const { user } = await c.req.parseBody();
      const iat = Math.floor(Date.now() / 1_000);
      setCookie(c, 'token', await sign({ sub: user, jti: crypto.randomUUID(), iat }, secret), { path: '/' });
      await security.start(c);
      return c.redirect('/', 303);
    })
    .get('/', (c) => c.text(c.var.sessionSecurity?.session.subject ?? 'nobody'))
    .get('/wait', async (c) => {
      const { signal } = c.var.sessionSecurity;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return c.text(signal.reason.name);
    })
    .post('/sign-out-everywhere', async (c) => {
      const { subject } = c.var.sessionSecurity.session;
      return c.text(String(await security.endAll(subject, { c })));
    });
}
