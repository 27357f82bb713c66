/** Sessions of better-auth, kept in its database or secondary storage. */
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { type CookieOptions, parse } from 'hono/utils/cookie';
import type { SessionAdapter } from '../adapter.js';
import { SessionSecurityError } from '../error.js';
import { cookieAge, cookiesNow, hideCookies, nameOf } from './cookie-jar.js';

/** What `betterAuth()` gives, as far as it is needed here. */
export interface BetterAuth {
  readonly options: object;
  readonly api: {
    getSession(request: {
      headers: Headers;
      query: { disableCookieCache: true; disableRefresh: true };
    }): Promise<{ session: BetterAuthSession } | null>;
    signOut(request: { headers: Headers; asResponse: true }): Promise<Response>;
  };
  readonly $context: Promise<{
    authCookies: Record<'sessionToken' | 'sessionData' | 'dontRememberToken', { name: string; attributes: object }>;
    internalAdapter: { updateSession(token: string, change: { expiresAt: Date }): Promise<unknown> };
  }>;
}

interface BetterAuthSession {
  id: string;
  token: string;
  userId: string;
  createdAt: Date;
  expiresAt: Date;
}

/**
 * Mount better-auth's handler below the gate. Each sign-in makes a session with an id of its own: `security.start(c)`
 * is needed with `strict` only, and then in the request that signs in.
 *
 * @throws {SessionSecurityError} `invalid-option` where sessions live in cookies alone, which nobody can renew or revoke.
 */
export function betterAuthSession(auth: BetterAuth): SessionAdapter {
  const { database, secondaryStorage } = auth.options as Record<string, unknown>;
  if (!database && !secondaryStorage) {
    throw new SessionSecurityError(
      'invalid-option',
      'betterAuthSession(): better-auth has neither a database nor a secondaryStorage, so that its sessions live in ' +
        'cookies alone, where they can be neither renewed in time nor revoked. Give it one of them.',
    );
  }

  /** Never as the cookie cache has it, which outlives the session. */
  const read = (c: Context) =>
    auth.api.getSession({ headers: headersNow(c), query: { disableCookieCache: true, disableRefresh: true } });

  const hide = async (c: Context) => {
    const { sessionToken, sessionData } = (await auth.$context).authCookies;
    hideCookies(c, (cookie) => {
      const name = nameOf(cookie);
      // A long cache is cut into `session_data.0`, `session_data.1`, …
      return name === sessionToken.name || name === sessionData.name || name.startsWith(`${sessionData.name}.`);
    });
  };

  return {
    async identify(c) {
      const found = await read(c);
      if (found === null) {
        // Or the application would find in the cookie cache who was signed out meanwhile.
        await hide(c);
        return null;
      }
      const { id, userId, createdAt } = found.session;
      return { id, subject: userId, createdAt: createdAt.getTime() };
    },

    async renew(c, forMs) {
      const found = await read(c);
      if (found === null) return;
      const { token, expiresAt } = found.session;
      const { authCookies, internalAdapter } = await auth.$context;
      const until = Math.max(expiresAt.getTime(), Date.now() + forMs);
      // The library would, too, at most once in its `updateAge`; for who is not to be remembered it never does.
      if (until > expiresAt.getTime()) await internalAdapter.updateSession(token, { expiresAt: new Date(until) });
      const cookies = parse(cookiesNow(c));
      const { name, attributes } = authCookies.sessionToken;
      const value = cookies[name];
      // Who is not to be remembered has a cookie that lasts as long as the browser; others have one that ages.
      if (value === undefined || authCookies.dontRememberToken.name in cookies) return;
      setCookie(c, name, value, {
        ...(attributes as CookieOptions),
        maxAge: cookieAge(until - Date.now()),
      });
    },

    async destroy(c) {
      const response = await auth.api.signOut({ headers: headersNow(c), asResponse: true });
      for (const cookie of response.headers.getSetCookie()) c.header('Set-Cookie', cookie, { append: true });
      await hide(c);
    },

    // The sign-in has just done so.
    rotate: () => Promise.resolve(),
  };
}

function headersNow(c: Context): Headers {
  const headers = new Headers(c.req.raw.headers);
  headers.set('Cookie', cookiesNow(c));
  return headers;
}
