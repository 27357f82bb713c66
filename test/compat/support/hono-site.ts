/** An intranet on Hono whose pages have the client of django-session-security, as Debian ships it, and nothing of ours. */
import { serve, type ServerType } from '@hono/node-server';
import { type SessionEnv, useSession, useSessionStorage } from '@hono/session';
import { Hono } from 'hono';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sessionSecurity } from '../../../src/server/hono.js';
import { honoSession } from '../../../src/server/sessions/hono-session.js';
import { JQUERY, ORIGINAL } from './debian.js';

// @hono/session wants an index signature, which only a type has without writing it.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
type User = { userId: string };

export class HonoSite {
  readonly #policy: { warnAfter: number; expireAfter: number };
  readonly #sessions = new Map<string, User>();
  #server: ServerType | null = null;
  port = 0;

  constructor(policy: { warnAfter: number; expireAfter: number }) {
    this.#policy = policy;
  }

  async start(): Promise<void> {
    this.#server = serve({ fetch: this.#app().fetch, hostname: '127.0.0.1', port: 0 });
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server?.close();
  }

  /** As an administrator would, without telling the pages. */
  revokeAll(): void {
    this.#sessions.clear();
  }

  #app(): Hono<SessionEnv<User>> {
    const security = sessionSecurity({
      session: honoSession({ subject: (data: User) => data.userId }),
      policy: this.#policy,
      signInUrl: '/sign-in',
      compat: 'django',
    });
    const file = (path: string, type: string) => () =>
      new Response(readFileSync(path), { headers: { 'Content-Type': type } });
    const sessions = this.#sessions;
    const app = new Hono<SessionEnv<User>>();
    app
      .get('/jquery.js', file(JQUERY, 'text/javascript'))
      .get('/script.js', file(join(ORIGINAL, 'static/session_security/script.js'), 'text/javascript'))
      .get('/style.css', file(join(ORIGINAL, 'static/session_security/style.css'), 'text/css'))
      .use(
        useSessionStorage<User, SessionEnv<User>>({
          get: (id) => sessions.get(id) ?? null,
          set: (id, data) => void sessions.set(id, data),
          delete: (id) => void sessions.delete(id),
        }),
        useSession<User>({ secret: 'a secret of thirty-two characters' }),
      )
      .route('/session', security.routes)
      .use(security.gate)
      .get('/sign-in', (c) => c.html('<form method="post"><button>Sign in</button></form>'))
      .post('/sign-in', async (c) => {
        await c.var.session.update({ userId: 'ana' });
        await security.start(c);
        return c.redirect('/', 303);
      })
      .get('/', async (c) => ((await c.var.session.get()) ? c.html(this.#page()) : c.redirect('/sign-in', 303)));
    return app;
  }

  #page(): string {
    const dialog = readFileSync(join(ORIGINAL, 'templates/session_security/dialog.html'), 'utf8')
      .replace(/{% load .*? %}/g, '')
      .replace(/{% trans '(.*?)' %}/g, '$1');
    const options = JSON.stringify({ pingUrl: '/session/ping', ...this.#policy });
    return `<!doctype html><title>Equipment</title><h1>Equipment register</h1>
      <link rel="stylesheet" href="/style.css">${dialog}
      <script src="/jquery.js"></script><script src="/script.js"></script>
      <script>var sessionSecurity = new yourlabs.SessionSecurity(${options})</script>`;
  }
}
