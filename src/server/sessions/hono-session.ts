/** Sessions of @hono/session, kept in its cookie or in a storage. */
import type { SessionOptions } from '@hono/session';
import type { Context } from 'hono';
import { env } from 'hono/adapter';
import { getCookie, setCookie } from 'hono/cookie';
import type { SessionAdapter } from '../adapter.js';
import { SessionSecurityError } from '../error.js';
import { hideCookies } from './cookie-jar.js';

export interface HonoSessionOptions<Data> {
  /**
   * Whose session it is, from its data; who has no subject is not signed in. Without this option everybody is who has
   * any session data.
   */
  subject?: (data: Data) => string | number | null | undefined;
  /** When they signed in: milliseconds since 1970. By default a session begins by `start()`, or when it is first seen. */
  createdAt?: (data: Data) => number;
  /**
   * The very options that `useSession()` was given. With a storage *and* `duration.inactivity` it is required: there the
   * library never renews its cookie, so that everybody would be signed out after `inactivity`; this adapter does it,
   * with these options. Otherwise it saves needless renewals.
   *
   * `duration.inactivity` must be a tenth longer than `expireAfter`, or longer: else renewing rejects (`invalid-option`).
   */
  useSession?: Pick<SessionOptions<never>, 'secret' | 'duration' | 'getCookie' | 'setCookie'>;
}

/** As `c.var.session` is: its getters throw before the first `get()` or `update()`, and after `delete()`. */
interface Session {
  readonly id: string | null;
  readonly data: object | null;
  get(): Promise<object | null>;
  update(data: object | null): Promise<void>;
  delete(): void;
}

/** As the library has it, which neither expects nor waits for promises of `set()` and `delete()`. */
interface Storage {
  get(id: string): unknown;
  set(id: string, data: unknown): void | Promise<void>;
  delete(id: string): void | Promise<void>;
}

/**
 * How a cookie of the library begins, under whatever name and in whatever signature: a compact JWE with the algorithm
 * `dir` (RFC 7516). The rest may be written in several ways, but what is encrypted vouches for this header, letter by letter.
 */
const JWE = /eyJ[\w-]{1,100}\.\./;

/**
 * Mount `useSession()` above the gate and the routes. The library keeps a session's id when the same person signs in
 * again over it: call `security.start(c)` at sign-in.
 */
// The data is the application's own; `any` spares a type argument to who reads one field of it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function honoSession<Data = any>({
  subject,
  createdAt,
  useSession,
}: HonoSessionOptions<Data> = {}): SessionAdapter {
  const subjectOf = (data: Data) => String(subject?.(data) ?? '');

  return {
    async identify(c) {
      const data = (await read(c)) as Data | null;
      if (data === null) return null;
      const who = subjectOf(data);
      if (subject && who === '') return null;
      const id = sessionOf(c).id ?? '';
      return {
        // The library keeps the id when somebody else signs in: theirs is not the activity of who was there before.
        id: id && `${id} ${who}`.trim(),
        ...(subject && { subject: who }),
        ...(createdAt && { createdAt: createdAt(data) }),
      };
    },

    async renew(c, forMs) {
      const session = sessionOf(c);
      const inactivity = useSession?.duration?.inactivity;
      if (inactivity !== undefined && inactivity * 1_000 < forMs) {
        throw new SessionSecurityError(
          'invalid-option',
          `useSession(): duration.inactivity is ${inactivity}, so that the cookie would go before the session ends. ` +
            `Give ${Math.ceil(forMs / 1_000)} seconds or more, or leave it out: the gate enforces the idle limit.`,
        );
      }
      const storage = storageOf(c);
      if (storage) {
        const data = await storage.get(session.id ?? '');
        // Somebody has signed out meanwhile.
        if (!data) return;
        // A storage with a time to live begins it anew. What was just read undoes nothing that another request wrote.
        await storage.set(session.id ?? '', data);
        if (inactivity !== undefined) await reissueCookie(c, useSession ?? {});
      } else if (!useSession || inactivity !== undefined) {
        // What the handler wrote, or else what was read: an updating function would be given the request's cookie.
        const { id } = session;
        await session.update(session.data);
        // A cookie that has expired since the request came is over, but the library would begin a new session.
        if (session.id !== id) session.delete();
      }
    },

    async destroy(c) {
      const session = sessionOf(c);
      const { id } = session;
      session.delete();
      // The library deletes at the end of the request, and not at all if a sign-in follows within it.
      hideCookie(c);
      if (id !== null) await storageOf(c)?.delete(id);
    },

    async rotate(c) {
      const session = sessionOf(c);
      const storage = storageOf(c);
      const { id, data } = session;
      // In a cookie, data that the sign-in did not write stays beside what it wrote, unless it is somebody else's.
      const earlier = storage ? null : ((await session.get()) as Data | null);
      const whose = earlier === null ? '' : subjectOf(earlier);
      const merged = { ...earlier, ...data } as Data & object;
      hideCookie(c);
      await session.update(whose === '' || whose === subjectOf(merged) ? merged : data);
      if (id !== null) await storage?.delete(id);
    },
  };
}

/**
 * What the cookie of a request held. Without a storage the library keeps of it what a handler does not overwrite, but
 * tells only what the handler wrote.
 */
const received = new WeakMap<Session, object>();

/** The data as the request has it by now; `null` for none, without making a session. */
async function read(c: Context): Promise<object | null> {
  const session = sessionOf(c);
  const state = stateOf(session);
  if (state === 'destroyed') return null;
  if (state === 'unread') {
    // For who has no session, `get()` would make one, and send its cookie.
    if (!holdsSession(c.req.header('Cookie') ?? '')) return null;
    if ((await session.get()) === null) {
      // Or it would be sent a new session. One that has expired is nobody's, even for a handler that refreshes such.
      session.delete();
      hideCookie(c);
      return null;
    }
  }
  if (storageOf(c) || session.data === null) return session.data;
  if (!received.has(session)) received.set(session, session.data);
  return { ...received.get(session), ...session.data };
}

/** Whether there may be a cookie of the library: percent-encoding, which the library undoes, hides none. */
function holdsSession(cookies: string): boolean {
  return JWE.test(cookies.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
}

function stateOf(session: Session): 'read' | 'unread' | 'destroyed' {
  try {
    Reflect.get(session, 'id');
    return 'read';
  } catch (error) {
    // The words of @hono/session, which has no codes. Should they change, the session is read once more, and judged.
    return error instanceof Error && error.message.includes('destroyed') ? 'destroyed' : 'unread';
  }
}

/** Whatever reads the session after this, in this request, finds none; a sign-in then makes a new one, with a new id. */
function hideCookie(c: Context): void {
  received.delete(sessionOf(c));
  hideCookies(c, holdsSession);
}

/** As the library would at a new session, which is the only time when it does so with a storage. */
async function reissueCookie(c: Context, options: NonNullable<HonoSessionOptions<never>['useSession']>): Promise<void> {
  const { createEncryptionKey, jweDecrypt, jweEncrypt } = await import('@hono/session/cookies');
  const secret = options.secret ?? env<{ AUTH_SECRET?: string }>(c).AUTH_SECRET ?? '';
  const key = await createEncryptionKey(secret);
  const cookie = (options.getCookie ?? getCookie)(c, 'sid') ?? '';
  const { payload, expired } = await jweDecrypt(cookie, key, { requiredClaims: ['sid'] });
  // Since the request came.
  if (expired) return;
  if (!payload) {
    throw new SessionSecurityError(
      'invalid-option',
      'honoSession(): the option useSession is not what useSession() was given: its secret does not open the cookie.',
    );
  }
  const { jwe, maxAge } = await jweEncrypt(payload, key, options.duration);
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/', ...(maxAge !== undefined && { maxAge }) } as const;
  (options.setCookie ?? setCookie)(c, 'sid', jwe, attributes);
}

function sessionOf(c: Context): Session {
  const session = c.get('session') as Session | undefined;
  if (session) return session;
  throw new SessionSecurityError(
    'no-session',
    'honoSession(): c.var.session is missing. Mount useSession() of @hono/session above the gate and the routes.',
  );
}

const storageOf = (c: Context): Storage | undefined => c.get('sessionStorage') as Storage | undefined;
