import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import express from 'express';
import session from 'express-session';
import { Hono } from 'hono';
import { sessionSecurity } from 'session-security/hono';
import { expressSession } from 'session-security/sessions/express-session';

declare module 'express-session' {
  interface SessionData {
    userId: string;
  }
}

const security = sessionSecurity({
  session: expressSession({ subject: (session) => session['userId'] }),
  policy: { warnAfter: 1, expireAfter: 30 },
  signInUrl: '/sign-in',
});

const guard = new Hono<{ Bindings: HttpBindings & { next: () => void } }>()
  .route('/session', security.routes)
  .use(security.gate)
  .post('/sign-in', async (c) => {
    const { user } = await c.req.parseBody<{ user: string }>(); // and a password
    const { session } = c.env.incoming as unknown as express.Request;
    session.userId = user;
    await security.start(c);
    return c.redirect('/', 303);
  })
  // Whom the gate lets pass goes on to the routes of Express below.
  .all('*', async (c) => {
    c.env.next();
    await once(c.env.outgoing, 'close');
    return RESPONSE_ALREADY_SENT;
  });

const app = express()
  .use(session({ secret: crypto.randomUUID(), resave: false, saveUninitialized: false }))
  .use((request, response, next) => {
    const listener = getRequestListener((fetched, env) => guard.fetch(fetched, { ...env, next }));
    return listener(request, response);
  })
  .get('/sign-in', (_, response) => {
    response.send('<form method="post"><input name="user" /><button>Sign in</button></form>');
  })
  .get('/', (request, response) => {
    if (request.session.userId === undefined) return response.redirect('/sign-in');
    return response.send(`<!doctype html>
      <title>Express</title>
      <link rel="icon" href="data:," />
      <script type="module" src="https://cdn.jsdelivr.net/npm/session-security"></script>
      <h1>Express</h1>
      <session-security ping-url="/session/ping" sign-in-url="/sign-in" sign-out-url="/session/sign-out"></session-security>`);
  });

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}/`);
});
