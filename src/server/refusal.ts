/** What is answered to a request that may not pass. */
import type { Context } from 'hono';
import type { EndReason } from '../policy.js';
import { isNavigation } from './origin.js';

/** How long a client should wait for a store that fails: long enough for a failover, short enough for a person. */
const RETRY_AFTER_SECONDS = 5;

const TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' };

const ENDED: Record<EndReason, string> = {
  idle: 'The session ended because nobody was active.',
  lifetime: 'The session reached its longest duration.',
  'signed-out': 'The session was signed out.',
  revoked: 'The session was revoked.',
  replaced: 'Another sign-in took the place of the session.',
};

/** In words for a person who navigates; for a script as RFC 9457 has it, with the title of the status. */
export function refuse(
  c: Context,
  status: keyof typeof TITLES,
  detail: string,
  { headers, ...members }: { reason?: EndReason; headers?: Record<string, string> } = {},
): Response {
  const problem = { type: 'about:blank', title: TITLES[status], status, detail, ...members };
  const [type, body] = isNavigation(c.req.raw)
    ? ['text/plain; charset=UTF-8', detail]
    : ['application/problem+json', JSON.stringify(problem)];
  return c.body(body, status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
}

/** The store cannot tell whether the session lives. */
export function refuseForNow(c: Context): Response {
  const headers = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
  return refuse(c, 503, 'The state of the session cannot be told at the moment. Please try again.', { headers });
}

/** The session is over, or, with `reason: null`, was never begun. Who navigates is led to the sign-in, and back from there. */
export function refuseEnded(c: Context, reason: EndReason | null, signInUrl: string | undefined): Response {
  if (signInUrl !== undefined && isNavigation(c.req.raw)) {
    c.header('Cache-Control', 'no-store');
    return c.redirect(signInLocation(c, signInUrl, placeOf(c)), 303);
  }
  return reason === null
    ? refuse(c, 401, 'The session was not begun by a sign-in. Please sign in.')
    : refuse(c, 401, `${ENDED[reason]} Please sign in again.`, { reason });
}

/** The address of the sign-in as it may stand in a header, where ASCII alone is safe; with the place to come back to. */
export function signInLocation(c: Context, signInUrl: string, next: string | null = null): string {
  const url = new URL(signInUrl, c.req.url);
  if (next !== null && pathOf(next) !== url.pathname) url.searchParams.set('next', next);
  return signInUrl.startsWith('/') ? url.pathname + url.search + url.hash : url.href;
}

/** Where to come back to: what was asked for, or the page that a form was sent from. A path on this host, or `null`. */
function placeOf(c: Context): string | null {
  const here = new URL(c.req.url);
  const referer = c.req.header('Referer') ?? '';
  if (c.req.method === 'GET') return safePath(here);
  if (!URL.canParse(referer)) return null;
  const from = new URL(referer);
  return from.host === here.host ? safePath(from) : null;
}

/** `null` for a path that a browser could take for a host, now or once somebody has decoded it. */
function safePath({ pathname, search }: URL): string | null {
  return /^\/(?![/\\]|%2f|%5c|%0\w)/i.test(pathname) ? pathname + search : null;
}

const pathOf = (place: string): string => new URL(place, 'http://localhost').pathname;
