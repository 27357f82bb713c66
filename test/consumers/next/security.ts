import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { sign, verify } from 'hono/jwt';
import { sessionSecurity } from 'session-security/hono';
import { jwtSession } from 'session-security/sessions/jwt';

const secret = crypto.randomUUID(); // from the environment, where there are several processes

const security = sessionSecurity({
  session: jwtSession({
    cookie: 'token',
    verify: (token) => verify(token, secret, 'HS256'),
    sign: (claims) => sign(claims, secret),
  }),
  policy: { warnAfter: 1, expireAfter: 30 },
  signInUrl: '/sign-in',
});

export const app = new Hono()
  .route('/session', security.routes)
  .use(security.gate)
  .get('/sign-in', (c) => c.html('<form method="post"><input name="user" /><button>Sign in</button></form>'))
  .post('/sign-in', async (c) => {
    const { user } = await c.req.parseBody<{ user: string }>(); // and a password
    const token = await sign({ sub: user, jti: crypto.randomUUID(), iat: Math.floor(Date.now() / 1000) }, secret);
    setCookie(c, 'token', token, { httpOnly: true, sameSite: 'Lax', path: '/' });
    await security.start(c);
    return c.redirect('/', 303);
  });
