/**
 * The end of sessions by word of the OpenID provider: OpenID Connect Back-Channel Logout 1.0, as relying party.
 *
 * @example
 * const logout = oidcLogout({ security, issuer: 'https://id.example', clientId: 'intranet', jwks: 'https://id.example/jwks' })
 * app.post('/session/back-channel-logout', logout)
 */
import type { Context, Handler } from 'hono';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { readBody } from './body.js';
import { hexOf, sha256 } from './digest.js';
import { SessionSecurityError } from './error.js';
import { InvalidToken, type LogoutToken, verifyLogoutToken } from './logout-token.js';
import { replayMemory, type ReplayMemory } from './replay-memory.js';

export { replayMemory, type ReplayMemory, type ReplayMemoryOptions } from './replay-memory.js';

/** What the provider says: whose sign-in at the provider is over. */
export interface ProviderLogout {
  issuer: string;
  /** The user, by the provider's name for them; `null` where it names only the session. */
  sub: string | null;
  /** The provider's session, the same as in the ID Token of the sign-in; `null`: all sessions of the user are meant. */
  sid: string | null;
}

/** All sessions of a subject, as the session adapter names it, or those with these ids; `null`: nobody is signed in. */
export type Whom = { subject: string } | { ids: readonly string[] } | null;

export interface OidcLogoutOptions {
  /** What `sessionSecurity()` gave. */
  security: {
    endAll(subject: string, options: { reason: 'revoked' }): Promise<number>;
    end(id: string, options: { reason: 'revoked' }): Promise<boolean>;
  };
  /** The provider, letter by letter as its ID Tokens name it (`iss`). */
  issuer: string;
  /** The application's own `client_id`, or all of them. A token that is for anybody else besides is refused. */
  clientId: string | readonly string[];
  /**
   * The provider's keys: the address that its metadata calls `jwks_uri`, by https unless it is this computer's own; or
   * a function, as jose's `createRemoteJWKSet` gives.
   */
  jwks: string | JWTVerifyGetKey;
  /** How the provider signs (`id_token_signed_response_alg`), by asymmetric keys. `['RS256']` by default. */
  algorithms?: readonly string[];
  /** Takes tokens, too, whose header has the `typ` of any JWT, or none: for older providers. `false` by default. */
  acceptUntyped?: boolean;
  /**
   * Whose sessions are meant. By default all of the subject `sub`; then a token with a `sid` alone is refused, and one
   * with both ends all sessions of `sub`. A rejection makes the logout fail, so that the provider may repeat it.
   */
  find?(logout: ProviderLogout, c: Context): Whom | Promise<Whom>;
  /** Where tokens are remembered, lest one be used again. By default in this process: name another where there are several. */
  replays?: ReplayMemory;
  /** The clock: milliseconds since 1970. By default the computer's. */
  now?: () => number;
  /** Told what happened; must not throw. */
  on?: {
    /** A request was refused, or the logout failed: the error says why. */
    refused?(error: Error, c: Context): void;
  };
}

/** Tokens are one or two thousand bytes. A provider waits a few seconds for its answer. */
const BODY = { maxBytes: 16_384, timeoutMs: 10_000 };

/**
 * Answers the provider's POST: 200 once the sessions have ended, 400 for what is no valid logout token and where the
 * logout failed. Mount it above what asks for cookies or an origin, such as `csrf()`. The pages learn of the end at
 * their next ping.
 *
 * @throws {SessionSecurityError} `invalid-option`, naming the option, its value and what to give instead.
 */
export function oidcLogout(options: OidcLogoutOptions): Handler {
  checkOptions(options);
  const { issuer, clientId, jwks, algorithms = ['RS256'], acceptUntyped = false, now = Date.now, on } = options;
  const expected = {
    issuer,
    clientIds: [clientId].flat(),
    keys: typeof jwks === 'string' ? createRemoteJWKSet(new URL(jwks)) : jwks,
    algorithms: [...algorithms],
    isTyped: !acceptUntyped,
  };
  const replays = options.replays ?? replayMemory({ now });
  return async (c) => {
    c.header('Cache-Control', 'no-store');
    try {
      const logout = await verifyLogoutToken(await readToken(c), expected, now());
      const id = hexOf(await sha256(JSON.stringify([logout.issuer, logout.jti])));
      if (await replays.has(id)) throw new InvalidToken('the token has been used before');
      await end(await whom(logout, options, c), options);
      // Only now: one whose logout failed may be sent again.
      await replays.add(id, logout.replayableMs);
      return c.body(null, 200);
    } catch (error) {
      on?.refused?.(error instanceof Error ? error : new Error('the logout failed', { cause: error }), c);
      return c.json(explain(error), 400);
    }
  };
}

async function readToken(c: Context): Promise<string> {
  const [type = ''] = (c.req.header('Content-Type') ?? '').split(';');
  if (c.req.method !== 'POST' || type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    throw new InvalidToken('the request is no POST of application/x-www-form-urlencoded');
  const body = await readBody(c, BODY);
  if ('fault' in body) throw new InvalidToken(body.fault);
  const [token, ...more] = new URLSearchParams(body.text).getAll('logout_token');
  if (token === undefined || more.length > 0) throw new InvalidToken('"logout_token" is not there, once');
  return token;
}

async function whom({ issuer, sub, sid }: LogoutToken, options: OidcLogoutOptions, c: Context): Promise<Whom> {
  if (options.find) return options.find({ issuer, sub, sid }, c);
  if (sub === null) throw new InvalidToken('"sub" is missing, and this application does not know "sid"');
  return { subject: sub };
}

async function end(who: Whom, { security }: OidcLogoutOptions): Promise<void> {
  if (who === null) return;
  if ('subject' in who) await security.endAll(who.subject, { reason: 'revoked' });
  else await Promise.all(who.ids.map((id) => security.end(id, { reason: 'revoked' })));
}

/** In the words of OAuth 2.0 (RFC 6749, 5.2), which section 2.8 allows. What is wrong on our side is not for others to know. */
function explain(error: unknown): { error: string; error_description: string } {
  const code = error instanceof errors.JOSEError ? error.code : '';
  const isTheirs = /^ERR_(?:JW[ST]_|JOSE_ALG|JOSE_NOT|JWKS_NO_MATCH)/.test(code);
  return error instanceof InvalidToken || (error instanceof Error && isTheirs)
    ? { error: 'invalid_request', error_description: error.message }
    : { error: 'server_error', error_description: 'The logout failed. It may be tried again.' };
}

function checkOptions({ security, issuer, clientId, jwks, algorithms = ['RS256'] }: OidcLogoutOptions): void {
  const refuse = (option: string, value: unknown, remedy: string): never => {
    throw new SessionSecurityError('invalid-option', `oidcLogout(): ${option} is ${String(value)}. ${remedy}`);
  };
  for (const method of ['endAll', 'end']) {
    const value = (security as unknown as Record<string, unknown> | undefined)?.[method];
    if (typeof value !== 'function') refuse(`security.${method}`, value, 'Give what sessionSecurity() gave.');
  }
  if (typeof issuer !== 'string' || issuer === '') refuse('issuer', issuer, 'Give the "iss" of its ID Tokens.');
  const clientIds: readonly unknown[] = [clientId].flat();
  if (clientIds.length === 0 || clientIds.some((id) => typeof id !== 'string' || id === ''))
    refuse('clientId', clientId, 'Give the application’s client_id.');
  if (typeof jwks !== 'function' && !isSafeUrl(jwks))
    refuse('jwks', jwks, 'Give the provider’s jwks_uri, by https, or a function.');
  if (algorithms.length === 0 || algorithms.some((name) => !/^(?:RS|PS|ES)\d{3}$|^EdDSA$|^Ed25519$/.test(name)))
    refuse('algorithms', algorithms, 'Give asymmetric ones, such as "RS256" or "ES256".');
}

/** Whoever could change the keys on their way could sign everybody out. */
function isSafeUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
