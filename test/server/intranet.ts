/** An application behind the gate, whose sessions are a cookie `sid=<person>.<number>`, and the browsers that use it. */
import { type Context, Hono } from 'hono';
import { type SessionAdapter, sessionSecurity, type SessionSecurityOptions } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';

export const ORIGIN = 'http://intranet.example';

/** What browsers send along, each as Chromium does. */
export const NAVIGATION = {
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-User': '?1',
  Accept: 'text/html,*/*;q=0.8',
};
export const FETCH = {
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Dest': 'empty',
  Accept: '*/*',
};

export const ANA = { Cookie: 'sid=ana.1' };

/** Warns after 60 s and ends after 100 s, unless told otherwise. */
interface Options extends Partial<Omit<SessionSecurityOptions, 'session' | 'signInUrl'>> {
  adapter?: Partial<SessionAdapter>;
  /** `null`: nowhere. */
  signInUrl?: string | null;
}

export function intranet({ adapter = {}, signInUrl = '/sign-in', ...options }: Options = {}) {
  const clock = { now: 1_800_000_000_000 };
  const handled: string[] = [];
  const renewals: number[] = [];
  const faults: Error[] = [];
  const gone = new WeakSet<Context>();
  const security = sessionSecurity({
    session: {
      identify(c) {
        const id = /sid=((\w+)\.\d+)/.exec(c.req.header('Cookie') ?? '');
        return Promise.resolve(id && !gone.has(c) ? { id: id[1]!, subject: id[2]! } : null);
      },
      renew(_, forMs) {
        renewals.push(forMs);
        return Promise.resolve();
      },
      destroy(c) {
        gone.add(c);
        c.header('Set-Cookie', 'sid=; Max-Age=0', { append: true });
        return Promise.resolve();
      },
      rotate: () => Promise.resolve(),
      ...adapter,
    },
    policy: { warnAfter: 60, expireAfter: 100 },
    store: memoryStore({ now: () => clock.now }),
    ...(signInUrl !== null && { signInUrl }),
    on: { storeFault: (error) => faults.push(error) },
    ...options,
  });
  const app = new Hono()
    .route('/session', security.routes)
    .use(security.gate)
    .all('*', (c) => {
      handled.push(c.req.path);
      if (c.req.path === '/own-sign-out') gone.add(c);
      return c.text('handled');
    });

  const pass = (seconds: number) => {
    clock.now += seconds * 1_000;
  };
  const request = async (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
    app.request(ORIGIN + path, { ...init, headers: { ...ANA, ...headers } });
  const browse = (path = '/', headers: Record<string, string> = {}) => request(path, { ...NAVIGATION, ...headers });
  const fetches = (path = '/api', headers: Record<string, string> = {}) => request(path, { ...FETCH, ...headers });
  const post = (path: string, body: BodyInit | null, headers: Record<string, string> = {}) =>
    request(path, { ...FETCH, 'Content-Type': 'application/json', ...headers }, { method: 'POST', body });
  const ping = async (fields: object = {}, headers: Record<string, string> = {}) => {
    const response = await post('/session/ping', JSON.stringify({ v: 1, ...fields }), headers);
    return (await response.json()) as Record<string, unknown>;
  };
  return { app, security, clock, pass, handled, renewals, faults, request, browse, fetches, post, ping };
}
