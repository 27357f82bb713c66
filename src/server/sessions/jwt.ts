/** Sessions in a cookie of the application's own: a JSON Web Token (RFC 7519), or whatever else it can verify and sign. */
import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { type CookieOptions, parse } from 'hono/utils/cookie';
import type { SessionAdapter } from '../adapter.js';
import { cookieAge, cookiesNow, hideCookies, nameOf } from './cookie-jar.js';

/** The registered claims (RFC 7519, 4.1) that are read or written here; all others are kept. */
export interface Claims extends Record<string, unknown> {
  /** Who is signed in; a token without it is nobody's. */
  sub?: string | number;
  /**
   * Names the sign-in. Give each its own (`crypto.randomUUID()`). A token without one is named by what was signed, so
   * that two of one person with the same claims are one session; one that is no JWT by all of it, so that another
   * spelling of it would be another session: give that a name.
   */
  jti?: string;
  /** When they signed in, in seconds since 1970. Renewal keeps it. */
  iat?: number;
  /** When the token expires, in seconds since 1970. Without it the token never does, and the gate alone ends it. */
  exp?: number;
}

export interface JwtSessionOptions {
  /** The cookie's whole name, such as `token` or `__Host-token`. */
  cookie: string;
  /**
   * What the cookie is set with, and removed. Default: `HttpOnly`, `SameSite=Lax` and `Path=/`, and the age that its
   * token has left.
   */
  cookieOptions?: CookieOptions;
  /** What the token claims; rejects one that doesn't hold. Then nobody is signed in, whatever the reason, and no handler sees it. */
  verify: (token: string, c: Context) => Claims | Promise<Claims>;
  /** A token that claims this: issued at renewal and at `start()`. */
  sign: (claims: Claims, c: Context) => string | Promise<string>;
  /** Called when the session ends or its token is replaced at a sign-in. For who remembers tokens; else the gate does. */
  revoke?: (claims: Claims, c: Context) => void | Promise<void>;
}

/** Sign in by setting the cookie, and call `security.start(c)`; sign out by deleting it, or by the route. */
export function jwtSession(options: JwtSessionOptions): SessionAdapter {
  const { cookie: name, verify, sign, revoke } = options;
  const cookieOptions: CookieOptions = { httpOnly: true, sameSite: 'Lax', path: '/', ...options.cookieOptions };

  const read = async (c: Context): Promise<{ token: string; claims: Claims } | null> => {
    const token = parse(cookiesNow(c), name)[name] ?? '';
    if (token === '') return null;
    try {
      return { token, claims: await verify(token, c) };
    } catch {
      // A verifier that is out of order must not let an ended session pass for a visitor without one.
      hide(c);
      return null;
    }
  };
  const hide = (c: Context) => hideCookies(c, (cookie) => nameOf(cookie) === name);
  const put = async (c: Context, claims: Claims, leastMs = 0) => {
    const ageMs = cookieOptions.maxAge === undefined ? null : cookieOptions.maxAge * 1_000;
    const livesMs = [leftMs(claims), ageMs].filter((ms) => ms !== null);
    // Without either it lasts as long as the browser. It is never gone before its token.
    const maxAge = livesMs.length === 0 ? {} : { maxAge: cookieAge(Math.max(...livesMs, leastMs)) };
    setCookie(c, name, await sign(claims, c), { ...cookieOptions, ...maxAge });
  };

  return {
    async identify(c) {
      const found = await read(c);
      if (found === null) return null;
      const { sub = '', iat } = found.claims;
      const subject = String(sub);
      if (subject === '') return null;
      return { id: await jtiOf(found), subject, ...(iat !== undefined && { createdAt: iat * 1_000 }) };
    },

    async renew(c, forMs) {
      const found = await read(c);
      if (found === null) return;
      const left = leftMs(found.claims);
      const isShort = left !== null && left < forMs;
      // A cookie's age is not told: one that is set with an age is set again each time.
      if (!isShort && cookieOptions.maxAge === undefined) return;
      const exp = Math.ceil((Date.now() + forMs) / 1_000);
      await put(c, { ...found.claims, jti: await jtiOf(found), ...(isShort && { exp }) }, forMs);
    },

    async destroy(c) {
      const found = await read(c);
      hide(c);
      deleteCookie(c, name, cookieOptions);
      if (found) await revoke?.(found.claims, c);
    },

    async rotate(c) {
      const found = await read(c);
      if (found === null) return;
      await put(c, { ...found.claims, jti: crypto.randomUUID() });
      await revoke?.(found.claims, c);
    },
  };
}

const leftMs = ({ exp }: Claims): number | null => (exp === undefined ? null : exp * 1_000 - Date.now());

/**
 * The token's name, or else the SHA-256 of what is signed of it, letter by letter. Its signature may be written in
 * several ways, each of which would be another name.
 */
async function jtiOf({ token, claims }: { token: string; claims: Claims }): Promise<string> {
  if (claims.jti !== undefined) return claims.jti;
  const signed = isJose(token) ? token.slice(0, token.lastIndexOf('.')) : token;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(signed)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A compact JWS or JWE begins with a header in JSON (RFC 7515, 3.1). In another token the secret may stand behind its last dot. */
function isJose(token: string): boolean {
  const [header = '', ...more] = token.split('.');
  try {
    const decoded: unknown = JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')));
    return more.length > 0 && typeof decoded === 'object' && decoded !== null;
  } catch {
    return false;
  }
}
