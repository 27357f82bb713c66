import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { sign, verify } from 'hono/jwt';
import { sessionSecurity } from 'session-security/hono';
import { jwtSession } from 'session-security/sessions/jwt';
import { durableObjectStore } from 'session-security/stores/durable-object';

export { SessionActivity } from 'session-security/stores/durable-object';

interface Env {
  SECRET: string;
  SESSION_ACTIVITY: Parameters<typeof durableObjectStore>[0];
}

function createApplication({ SECRET, SESSION_ACTIVITY }: Env) {
  const security = sessionSecurity({
    session: jwtSession({
      cookie: 'token',
      verify: (token) => verify(token, SECRET, 'HS256'),
      sign: (claims) => sign(claims, SECRET),
    }),
    store: durableObjectStore(SESSION_ACTIVITY),
    policy: { warnAfter: 1, expireAfter: 30 },
    signInUrl: '/sign-in',
  });
  return new Hono()
    .route('/session', security.routes)
    .use(security.gate)
    .get('/sign-in', (c) => c.html('<form method="post"><input name="user" /><button>Sign in</button></form>'))
    .post('/sign-in', async (c) => {
      const { user } = await c.req.parseBody<{ user: string }>(); // and a password
      const token = await sign({ sub: user, jti: crypto.randomUUID(), iat: Math.floor(Date.now() / 1000) }, SECRET);
      setCookie(c, 'token', token, { httpOnly: true, sameSite: 'Lax', path: '/' });
      await security.start(c);
      return c.redirect('/', 303);
    })
    .get('/', (c) => {
      if (!c.var.sessionSecurity) return c.redirect('/sign-in');
      return c.html(`<!doctype html>
        <title>Worker</title>
        <link rel="icon" href="data:," />
        <script type="module" src="https://cdn.jsdelivr.net/npm/session-security"></script>
        <h1>Worker</h1>
        <session-security ping-url="/session/ping" sign-in-url="/sign-in" sign-out-url="/session/sign-out"></session-security>`);
    });
}

export default {
  fetch: (request: Request, env: Env) => createApplication(env).fetch(request, env),
};
