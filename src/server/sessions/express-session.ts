/** Sessions of express-session, run on Node's request and response by @hono/node-server, or by Express before it. */
import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { type CookieOptions, parse } from 'hono/utils/cookie';
import type { SessionAdapter } from '../adapter.js';
import { SessionSecurityError } from '../error.js';
import { cookieAge } from './cookie-jar.js';

/** Node's request with what express-session adds to it, as far as it is needed here. */
interface Request {
  /** Missing before the middleware has run, and while its store is disconnected. */
  sessionStore?: unknown;
  sessionID?: string | undefined;
  session?: Session;
}

interface Session {
  readonly id: string;
  readonly cookie: Cookie;
  regenerate(done: (error?: Error) => void): unknown;
}

interface Cookie extends Pick<CookieOptions, 'path' | 'domain' | 'httpOnly' | 'partitioned'> {
  originalMaxAge: number | null;
  secure?: boolean | 'auto' | undefined;
  sameSite?: boolean | 'lax' | 'strict' | 'none' | undefined;
}

export interface ExpressSessionOptions<Data> {
  /** Whose session it is, from its data (with Passport: `(session) => session.passport?.user`); who has no subject is not signed in. */
  subject: (session: Data) => string | number | null | undefined;
  /** When they signed in: milliseconds since 1970. By default a session begins by `start()`, or when it is first seen. */
  createdAt?: (session: Data) => number;
  /** The cookie's name, as `session()` was given it. Default: `connect.sid`. */
  name?: string;
}

/**
 * Run `session()` above the gate and the routes, with `saveUninitialized: false`. Unless the sign-in calls
 * `session.regenerate()`, the library keeps the session's id: call `security.start(c)`, which does.
 */
// The data is the application's own; `any` spares a type argument to who reads one field of it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function expressSession<Data = any>({
  subject,
  createdAt,
  name = 'connect.sid',
}: ExpressSessionOptions<Data>): SessionAdapter {
  const subjectOf = (session: Session) => String(subject(session as Data) ?? '');
  /** Whose a session was, and with which data, when it was first seen in its request. */
  const earlier = new WeakMap<Request, { id: string; who: string; data: Map<string, string> }>();

  return {
    identify(c) {
      const request = requestOf(c);
      const { session } = request;
      if (!session) return Promise.resolve(null);
      const who = subjectOf(session);
      if (!earlier.has(request)) earlier.set(request, { id: session.id, who, data: new Map(entriesOf(session)) });
      if (who === '') return Promise.resolve(null);
      return Promise.resolve({
        id: `${session.id} ${who}`,
        subject: who,
        ...(createdAt && { createdAt: createdAt(session as Data) }),
      });
    },

    renew(c, forMs) {
      const cookie = requestOf(c).session?.cookie;
      const value = parse(c.req.header('Cookie') ?? '', name)[name];
      // The library renews what its store has, at the end of each request; the cookie only where the data has changed.
      const age = cookie?.originalMaxAge ?? null;
      if (!cookie || age === null || value === undefined) return Promise.resolve();
      if (age < forMs) {
        throw new SessionSecurityError(
          'invalid-option',
          `session(): cookie.maxAge is ${age}, so that the session would go before its time. ` +
            `Give ${forMs} milliseconds or more, or leave it out: the gate enforces the idle limit.`,
        );
      }
      setCookie(c, name, value, { ...attributesOf(cookie), maxAge: cookieAge(age) });
      return Promise.resolve();
    },

    async destroy(c) {
      const request = requestOf(c);
      const { session } = request;
      if (!session) return;
      await regenerate(session);
      ignoreWhileEmpty(request);
      deleteCookie(c, name, attributesOf(session.cookie));
    },

    async rotate(c) {
      const request = requestOf(c);
      const { session } = request;
      const before = earlier.get(request);
      // The application has done so, as the library advises.
      if (!session || (before && before.id !== session.id)) return;
      const isOthers = before !== undefined && before.who !== '' && before.who !== subjectOf(session);
      const kept = entriesOf(session).filter(([key, json]) => !isOthers || before.data.get(key) !== json);
      const keys = new Set(kept.map(([key]) => key));
      await regenerate(session);
      const data = Object.entries(session).filter(([key]) => keys.has(key));
      Object.assign(request.session ?? {}, Object.fromEntries(data));
    },
  };
}

/** What the application has written, each as JSON, as the library will store it. */
const entriesOf = (session: Session): [key: string, json: string][] =>
  Object.entries(session).flatMap(([key, value]) => (key === 'cookie' ? [] : [[key, JSON.stringify(value)]]));

/** Deletes what the store has, and leaves a new session in the request. */
const regenerate = (session: Session): Promise<void> =>
  new Promise((resolve, reject) => {
    session.regenerate((error) => (error ? reject(error) : resolve()));
  });

/** Without an id the library neither stores a session nor sends its cookie; one that somebody writes to has it again. */
function ignoreWhileEmpty(request: Request): void {
  const { session } = request;
  const define = (property: PropertyDescriptor) =>
    Object.defineProperty(request, 'sessionID', { configurable: true, enumerable: true, ...property });
  define({
    get: () => (session && entriesOf(session).length > 0 ? session.id : undefined),
    set: (value: string) => define({ value, writable: true }),
  });
}

function attributesOf({ path, domain, httpOnly, partitioned, secure, sameSite }: Cookie): CookieOptions {
  return {
    path: path ?? '/',
    ...(domain !== undefined && { domain }),
    ...(httpOnly !== undefined && { httpOnly }),
    ...(partitioned !== undefined && { partitioned }),
    secure: secure === true,
    ...(sameSite !== undefined && sameSite !== false && { sameSite: sameSite === true ? 'strict' : sameSite }),
  };
}

function requestOf(c: Context): Request {
  const request = (c.env as { incoming?: Request } | undefined)?.incoming;
  if (request?.sessionStore !== undefined) return request;
  throw new SessionSecurityError(
    'no-session',
    'expressSession(): c.env.incoming has no session. Run session() of express-session on it above the gate and the ' +
      'routes, behind @hono/node-server; while its store is disconnected it gives none.',
  );
}
