/** The gate: which requests pass, which count as activity, and what becomes of the session after the handler. */
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { getPath } from 'hono/utils/url';
import type { Guard, Visitor } from './guard.js';
import type { SessionSecurityOptions } from './options.js';
import { isCrossSite, isUserNavigation } from './origin.js';
import { refuseEnded, refuseForNow } from './refusal.js';
import { isOwnRoute } from './routes.js';
import type { Identity } from './session.js';
import { type LiveVerdict, StoreFault } from './store.js';

/** What the gate tells the handlers below it. */
export interface SessionSecurityVariables {
  /** The session of the request, as it stood before the handler; `null` where nobody is signed in. */
  sessionSecurity: { session: Identity; verdict: LiveVerdict } | null;
}

export function createGate(guard: Guard): MiddlewareHandler<{ Variables: SessionSecurityVariables }> {
  const { options } = guard;
  return createMiddleware<{ Variables: SessionSecurityVariables }>(async (c, next) => {
    c.set('sessionSecurity', null);
    if (isOwnRoute(c)) return next();
    if (isSignIn(c, options)) {
      const living = await clearTheWay(c, guard);
      await next();
      if (living && (await guard.identify(c)) === null) await endWithApplication(c, guard, living);
      return;
    }
    const visitor = await guard.visitor(c);
    if (visitor === null) return next();
    const { who, policy } = visitor;
    const idleMs = countsAsActivity(c, options) ? 0 : null;
    const verdict = await guard.ask(c, (sessions) => sessions.touch(who, policy, { idleMs }));
    if (verdict instanceof StoreFault) return refuseForNow(c);
    if (!verdict?.live) {
      await guard.destroy(c);
      return refuseEnded(c, verdict?.reason ?? null, options.signInUrl);
    }
    c.set('sessionSecurity', { session: who, verdict });
    await next();
    await settle(c, guard, visitor, verdict);
  });
}

/** After the handler: renews what is due, and holds the application to the end of a session, its own or another's doing. */
async function settle(c: Context, guard: Guard, { who, policy }: Visitor, verdict: LiveVerdict): Promise<void> {
  const now = await guard.identify(c);
  if (now === null) return endWithApplication(c, guard, { who, policy });
  if (now.id === who.id) return guard.renewIfDue(c, verdict, policy);
  // Either a sign-in began the new id, or a slow handler has written back what was signed out meanwhile.
  const itsPolicy = await guard.policyFor(c, now);
  const revived = await guard.ask(c, async (sessions) => {
    const [before, after] = await Promise.all([sessions.peek(who, policy), sessions.peek(now, itsPolicy)]);
    return before?.live === false && after === null;
  });
  if (revived instanceof StoreFault) answerForNow(c);
  if (revived !== false) await guard.destroy(c);
}

/** The application has signed its user out by its own means: a copy of the cookie must not outlive that. */
async function endWithApplication(c: Context, guard: Guard, { who, policy }: Visitor): Promise<void> {
  const ended = await guard.ask(c, (sessions) => sessions.end(who, policy, 'signed-out'));
  if (ended instanceof StoreFault) answerForNow(c);
}

/** In the place of the handler's answer, which would say that all is well, and whose headers Hono would lend to this one. */
function answerForNow(c: Context): void {
  c.res = undefined;
  c.res = refuseForNow(c);
}

/**
 * Whoever signs in must not go on with the id of a session that is over: it would be refused at once. Returns who has
 * one that lives.
 */
async function clearTheWay(c: Context, guard: Guard): Promise<Visitor | null> {
  const visitor = await guard.visitor(c);
  if (visitor === null) return null;
  const verdict = await guard.ask(c, (sessions) => sessions.peek(visitor.who, visitor.policy));
  if (verdict instanceof StoreFault || verdict === null) return null;
  if (!verdict.live) await guard.destroy(c);
  return verdict.live ? visitor : null;
}

function countsAsActivity(
  c: Context,
  { passive = [], counts = 'navigations', origins = [] }: SessionSecurityOptions,
): boolean {
  const { raw: request, path, method } = c.req;
  if (method === 'OPTIONS' || method === 'HEAD' || passive.some((pattern) => covers(pattern, path))) return false;
  if (counts === 'navigations' || isCrossSite(request, origins)) return isUserNavigation(request);
  return counts === 'all' || counts(c);
}

function covers(pattern: string | RegExp, path: string): boolean {
  // `search` starts at the beginning, even for a pattern with the flag `g`.
  if (pattern instanceof RegExp) return path.search(pattern) !== -1;
  return path === pattern || path.startsWith(pattern.endsWith('/') ? pattern : `${pattern}/`);
}

function isSignIn(c: Context, { signInUrl }: SessionSecurityOptions): boolean {
  if (signInUrl === undefined) return false;
  const url = new URL(signInUrl, c.req.url);
  // The path as Hono routes it: any other reading of it could let pass what is then routed elsewhere.
  return url.host === new URL(c.req.url).host && getPath(new Request(url)) === c.req.path;
}
