/**
 * The ping of django-session-security, for pages that still have its client: `GET {ping-url}?idleFor=N`, answered by the
 * whole seconds that the session has been idle, or by `"logout"`.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Guard } from './guard.js';
import { isTrusted } from './origin.js';
import { refuse, refuseForNow } from './refusal.js';
import { StoreFault } from './store.js';

/** That client rounds down what it tells, and reckons with what it was told, which is rounded down as well. */
const ROUNDED_OFF_MS = 2_000;

export const createDjangoPing =
  (guard: Guard): MiddlewareHandler =>
  async (c, next) => {
    // Hono leads HEAD here, too.
    if (c.req.method !== 'GET') return next();
    c.header('Cache-Control', 'no-store');
    if (!isFromOwnScript(c.req.raw, guard.options.origins)) {
      const detail = 'The request lacks X-Requested-With, or comes from a page of another origin.';
      guard.tellRefused(c, 'origin', detail);
      return refuse(c, 403, detail);
    }
    const visitor = await guard.visitor(c);
    if (visitor === null) return answer(c, 'logout');
    const { who, policy } = visitor;
    const idleMs = readIdleFor(c.req.url);
    // Without grace: whole seconds don't tell which activity was in time.
    const verdict = await guard.ask(c, (sessions) => sessions.touch(who, policy, { idleMs }));
    if (verdict instanceof StoreFault) return refuseForNow(c);
    if (!verdict?.live) {
      await guard.dismiss(c, verdict);
      return answer(c, 'logout');
    }
    await guard.renewIfDue(c, verdict, policy);
    // Rounded down: at the end its client loads the page anew, which must be refused by then.
    return answer(c, Math.floor(verdict.idleMs / 1_000));
  };

/**
 * No page of another origin can send this header unless the application lets it (CORS), and then a browser names that
 * origin. To a page's own it sends no `Origin` with a GET, and on plain http no Fetch Metadata either.
 */
function isFromOwnScript(request: Request, origins: readonly string[] | undefined): boolean {
  const { headers } = request;
  if (!headers.has('X-Requested-With')) return false;
  return (!headers.has('Origin') && !headers.has('Sec-Fetch-Site')) || isTrusted(request, origins ?? []);
}

/** `null`, a mere question, for anything but one value of 1 to 10 ASCII digits. */
function readIdleFor(url: string): number | null {
  const [value = '', ...more] = new URL(url).searchParams.getAll('idleFor');
  return more.length === 0 && /^[0-9]{1,10}$/.test(value) ? Number(value) * 1_000 + ROUNDED_OFF_MS : null;
}

const answer = (c: Context, seconds: number | 'logout'): Response =>
  c.body(JSON.stringify(seconds), 200, { 'Content-Type': 'application/json' });
