/** Sessions of hono-sessions, kept in one of its stores or in its cookie. */
import type { Context } from 'hono';
import type { SessionAdapter } from '../adapter.js';
import { SessionSecurityError } from '../error.js';

/** As `c.var.session` is, as far as it is needed here. */
export interface HonoSessionsSession {
  // As the library declares it: the application types its own session.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get(key: any): any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  set(key: any, value: any): void;
  touch(): void;
  getCache(): SessionData;
  setCache(data: SessionData, isNew?: boolean): void;
}

interface SessionData {
  _id?: string;
  _data: Record<string, { value: unknown; flash: boolean }>;
  _expire: string | null;
  _delete: boolean;
  _accessed: string | null;
}

export interface HonoSessionsOptions<Session> {
  /** Whose session it is; who has no subject is not signed in. */
  subject: (session: Session) => string | number | null | undefined;
  /** When they signed in: milliseconds since 1970. By default a session begins by `start()`, or when it is first seen. */
  createdAt?: (session: Session) => number;
}

/** Where `start()` keeps the session's name among its data: a cookie has none of its own, and a new one in a store is told to nobody. */
const NAME = 'session-security';

/**
 * Mount `sessionMiddleware()` above the gate and the routes, and call `security.start(c)` at each sign-in: with the
 * CookieStore nothing else tells two sign-ins of one person apart.
 */
export function honoSessions<Session extends HonoSessionsSession = HonoSessionsSession>({
  subject,
  createdAt,
}: HonoSessionsOptions<Session>): SessionAdapter {
  const subjectOf = (session: HonoSessionsSession) => String(subject(session as Session) ?? '');
  /** Whose a session was, and with which data, when it was first seen in its request. */
  const earlier = new WeakMap<HonoSessionsSession, { who: string; entries: Set<unknown> }>();

  return {
    identify(c) {
      const session = sessionOf(c);
      const { _id, _data, _delete } = session.getCache();
      const who = _delete ? '' : subjectOf(session);
      if (!earlier.has(session)) earlier.set(session, { who, entries: new Set(Object.values(_data)) });
      if (who === '') return Promise.resolve(null);
      // A cookie that `start()` has not named shares one record with all such cookies of its person: none outlives its end.
      const name = (session.get(NAME) as string | null) ?? _id ?? 'unnamed';
      return Promise.resolve({
        id: `${name} ${who}`,
        subject: who,
        ...(createdAt && { createdAt: createdAt(session as Session) }),
      });
    },

    renew(c, forMs) {
      const session = sessionOf(c);
      const now = Date.now();
      // Also makes the library write the session, and its cookie.
      session.touch();
      const { _expire } = session.getCache();
      const leftMs = _expire === null ? Infinity : Date.parse(_expire) - now;
      if (leftMs >= forMs) return Promise.resolve();
      const [left, least] = [Math.round(leftMs / 1_000), Math.ceil(forMs / 1_000)];
      throw new SessionSecurityError(
        'invalid-option',
        `sessionMiddleware(): expireAfterSeconds is ${left}, so that the session would go before its time. ` +
          `Give ${least} or more, or leave it out: the gate enforces the idle limit.`,
      );
    },

    destroy(c) {
      // `deleteSession()` would take with it whoever signs in after this.
      renameSession(c, {});
      return Promise.resolve();
    },

    rotate(c) {
      const session = sessionOf(c);
      const { _data } = session.getCache();
      const before = earlier.get(session);
      const isOthers = before !== undefined && before.who !== '' && before.who !== subjectOf(session);
      // What the sign-in has set is a new entry, even if it has the same value.
      const kept = Object.entries(_data).filter(([, entry]) => !isOthers || !before.entries.has(entry));
      renameSession(c, Object.fromEntries(kept));
      session.set(NAME, crypto.randomUUID());
      return Promise.resolve();
    },
  };
}

/** The library deletes the session that its store has, and writes this data to one with a new id, at the end of the request. */
function renameSession(c: Context, data: SessionData['_data']): void {
  const session = sessionOf(c);
  const old = session.getCache();
  session.setCache({ _data: data, _expire: null, _delete: false, _accessed: null }, true);
  // A store in memory hands the same object to several requests, each of which may still write it back under the old id.
  old._data = {};
  c.set('session_key_rotation', true);
}

function sessionOf(c: Context): HonoSessionsSession {
  const session = c.get('session') as HonoSessionsSession | undefined;
  if (session) return session;
  throw new SessionSecurityError(
    'no-session',
    'honoSessions(): c.var.session is missing. Mount sessionMiddleware() of hono-sessions above the gate and the routes.',
  );
}
