/** What can be set on the server half, and what of it makes sense. */
import type { Context } from 'hono';
import { DEFAULT_LIMITS, type Policy } from '../policy.js';
import type { SessionAdapter } from './adapter.js';
import { SessionSecurityError } from './error.js';
import { HOOKS, type SessionSecurityHooks } from './hooks.js';
import type { Identity } from './session.js';
import type { ActivityStore } from './store.js';

/** In seconds, as in HTTP and in the element's attributes; fractions are allowed. `0 < warnAfter < expireAfter`. */
export interface PolicySeconds {
  /** Idle time after which the page warns. */
  warnAfter: number;
  /** Idle time after which the session is over. */
  expireAfter: number;
  /** Age that no activity can exceed. None by default. */
  lifetime?: number;
}

export interface SessionSecurityOptions {
  /** The application's own sessions: who is signed in, how to renew and how to destroy. */
  session: SessionAdapter;
  /** Where activity is remembered. By default in the memory of this process: name another where there are several. */
  store?: ActivityStore;
  /**
   * The limits, or a function that knows them for each user or role. 540 and 600 seconds by default, without a lifetime.
   * A function that throws or gives what cannot be held makes the request fail (500).
   */
  policy?: PolicySeconds | ((c: Context, session: Identity) => PolicySeconds | Promise<PolicySeconds>);
  /** Paths that never count as activity: a string stands for itself and all below it. */
  passive?: (string | RegExp)[];
  /**
   * Which requests count as activity. `navigations`, the default: what a person asked for; the element reports the
   * rest. `all`: every request, for pages without the element. What is passive, from another site's script, or neither
   * sends nor gets a body (HEAD, OPTIONS) counts under none.
   */
  counts?: 'navigations' | 'all' | ((c: Context) => boolean);
  /** Other origins whose pages may ping and sign out, such as `https://app.example`. CORS is for the application to allow. */
  origins?: string[];
  /**
   * Known to all processes, 16 characters or more: lets a page notice that somebody else has signed in. Without it a
   * page only notices another session, and takes a session that was given a new id (`rotate()`) for one.
   */
  secret?: string;
  /** Where who is refused signs in: a path, or an http(s) URL. The gate lets everybody reach it. */
  signInUrl?: string;
  /**
   * Other paths by which people sign in, such as those that a form is sent to or a provider leads back to: the gate lets
   * everybody reach them as well, but who comes with a session that is over comes as nobody. Only while the store cannot
   * tell do they come as they are: so ask for the password again before you link an account there. A string stands for
   * itself and all below it. Unneeded for routes above the gate.
   */
  signInPaths?: (string | RegExp)[];
  /** Sessions begin by `start()` only, and any other is refused. By default they are enrolled when first seen. */
  strict?: boolean;
  /** What a reply that ends a session tells the browser to clear (W3C Clear Site Data). Nothing by default. */
  clearSiteData?: ('cache' | 'cookies' | 'storage')[];
  /**
   * `django`: pages with the client of django-session-security may ping as well, by `GET {ping}?idleFor=N`, where that
   * bears `X-Requested-With`, as jQuery's requests do. Not served by default.
   */
  compat?: 'django';
  /** Told of what happens to sessions, for an audit trail or an alarm. A hook that throws or rejects changes no answer. */
  on?: SessionSecurityHooks;
}

/** @throws {SessionSecurityError} `invalid-option`, for the first option without a usable value. */
export function checkOptions({
  session,
  store,
  policy,
  passive,
  counts,
  origins,
  secret,
  signInUrl,
  signInPaths,
  clearSiteData,
  compat,
  on,
}: SessionSecurityOptions): void {
  checkAdapter(session);
  for (const method of ['start', 'touch', 'end'] as const) {
    if (store !== undefined && typeof (store as Partial<ActivityStore> | null)?.[method] !== 'function')
      refuse('store', store, `Give a store, such as memoryStore(): it has no ${method}().`);
  }
  if (typeof policy === 'object') toPolicy(policy, 'invalid-option');
  else if (policy !== undefined && typeof policy !== 'function') refuse('policy', policy, 'Give limits or a function.');
  for (const [option, paths] of Object.entries({ passive, signInPaths })) {
    const unfit = paths?.find((path) => !(path instanceof RegExp) && (!isPath(path) || /[?#]/.test(path)));
    if (unfit !== undefined) refuse(option, unfit, 'Give paths such as "/news", or RegExps.');
  }
  if (counts !== undefined && counts !== 'navigations' && counts !== 'all' && typeof counts !== 'function') {
    refuse('counts', counts, 'Give "navigations", "all", or a function.');
  }
  for (const origin of origins ?? []) {
    if (!isOrigin(origin))
      refuse('origins', origin, 'Give scheme, host and port alone, such as "https://app.example".');
  }
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 16)) {
    // The value stays out of the message, which may end in a log.
    refuse('secret', typeof secret === 'string' ? `${secret.length} characters` : typeof secret, 'Give 16 or more.');
  }
  if (signInUrl !== undefined && !isPath(signInUrl) && !isHttpUrl(signInUrl)) {
    refuse('signInUrl', signInUrl, 'Give a path such as "/sign-in", or an http(s) URL.');
  }
  for (const kind of clearSiteData ?? []) {
    if (!['cache', 'cookies', 'storage'].includes(kind))
      refuse('clearSiteData', kind, 'Give "cache", "cookies", "storage".');
  }
  if (compat !== undefined && (compat as string) !== 'django')
    refuse('compat', compat, 'Give "django", or leave it out.');
  for (const [name, hook] of Object.entries(on ?? {})) {
    const isHook = (HOOKS as readonly string[]).includes(name) && (hook === undefined || typeof hook === 'function');
    if (!isHook) refuse(`on.${name}`, hook, `Give functions, named ${HOOKS.join(', ')}.`);
  }
}

/** @throws {SessionSecurityError} With the given code, for limits that cannot be held. */
export function toPolicy(
  limits: Partial<PolicySeconds> | null | undefined,
  code: 'invalid-option' | 'invalid-policy',
): Policy {
  const { warnAfter, expireAfter, lifetime } = limits ?? {};
  // Rounded down, so that no limit is looser than it was set.
  const toMs = (name: keyof PolicySeconds, seconds: unknown) => {
    const ms = typeof seconds === 'number' ? Math.floor(seconds * 1_000) : NaN;
    if (Number.isSafeInteger(ms) && ms > 0) return ms;
    return refuse(`policy.${name}`, seconds, 'Give seconds, more than 0.', code);
  };
  const policy = {
    warnAfterMs: toMs('warnAfter', warnAfter),
    expireAfterMs: toMs('expireAfter', expireAfter),
    lifetimeMs: lifetime === undefined ? null : toMs('lifetime', lifetime),
  };
  if (policy.warnAfterMs < policy.expireAfterMs) return policy;
  return refuse('policy.warnAfter', warnAfter, `Give less than policy.expireAfter, ${String(expireAfter)}.`, code);
}

export const DEFAULT_POLICY: Policy = { ...DEFAULT_LIMITS, lifetimeMs: null };

function checkAdapter(session: unknown): void {
  const remedy = 'Give an adapter, such as honoSession() from session-security/sessions/hono-session.';
  if (typeof session !== 'object' || session === null) return refuse('session', session, remedy);
  for (const method of ['identify', 'renew', 'destroy', 'rotate']) {
    const value = (session as Record<string, unknown>)[method];
    if (typeof value !== 'function') refuse(`session.${method}`, value, remedy);
  }
}

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && /^\/(?![/\\])[^\\\s]*$/.test(value) && URL.canParse(value, 'http://localhost');

const isHttpUrl = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

const isOrigin = (value: string): boolean => isHttpUrl(value) && new URL(value).origin === value;

function refuse(
  option: string,
  value: unknown,
  remedy: string,
  code: 'invalid-option' | 'invalid-policy' = 'invalid-option',
): never {
  throw new SessionSecurityError(code, `sessionSecurity(): ${option} is ${String(value)}. ${remedy}`);
}
