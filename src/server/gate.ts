/** The gate: which requests pass, which count as activity, and what becomes of the session after the handler. */
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { getPath } from 'hono/utils/url';
import type { Guard, Visitor } from './guard.js';
import type { SessionSecurityOptions } from './options.js';
import { isCrossSite, isUserNavigation } from './origin.js';
import { refuseEnded, refuseForNow } from './refusal.js';
import { isOwnRoute } from './routes.js';
import type { Identity, Sessions } from './session.js';
import { type LiveVerdict, StoreFault } from './store.js';
import { closeWithResponse } from './watch.js';

/** What the gate tells the handlers below it. */
export interface SessionSecurityVariables {
  /** The session of the request; `null` where nobody is signed in, and where the gate lets everybody pass. */
  sessionSecurity: CurrentSession | null;
}

export interface CurrentSession {
  session: Identity;
  /** How it stood before the handler. */
  verdict: LiveVerdict;
  /**
   * Aborts when the session is over, for handlers that go on for long: streams, sockets, long polling. At once where
   * this process sees the end, by any request; else at the deadline, which is when the store is asked, and as long as
   * the session goes on, at each new one. Where the store cannot tell, it aborts as well. A stream counts as no activity.
   *
   * Ask for it before the response: it is followed until the response has ended, that of a WebSocket's upgrade until
   * the session has. Nothing is spent on who does not ask. Its `reason` is a `DOMException` named `AbortError`.
   */
  readonly signal: AbortSignal;
}

export function createGate(guard: Guard): MiddlewareHandler<{ Variables: SessionSecurityVariables }> {
  const { options } = guard;
  const isPassive = matcher(options.passive ?? []);
  const isSignInPath = matcher(options.signInPaths ?? []);
  return createMiddleware<{ Variables: SessionSecurityVariables }>(async (c, next) => {
    c.set('sessionSecurity', null);
    if (isOwnRoute(c)) return next();
    if (isSignInPath(c.req.path) || isSignIn(c, options)) {
      const living = await clearTheWay(c, guard);
      await next();
      if (living) await settle(c, guard, living);
      return;
    }
    const visitor = await guard.visitor(c);
    if (visitor === null) return next();
    const { who, policy } = visitor;
    const idleMs = !isPassive(c.req.path) && countsAsActivity(c, options) ? 0 : null;
    const verdict = await guard.ask(c, (sessions) => sessions.touch(who, policy, { idleMs }));
    if (verdict instanceof StoreFault) return refuseForNow(c);
    if (!verdict?.live) {
      await guard.dismiss(c, verdict);
      return refuseEnded(c, verdict?.reason ?? null, options.signInUrl);
    }
    const watch = guard.watch(c, visitor, verdict);
    c.set('sessionSecurity', {
      session: who,
      verdict,
      get signal() {
        return watch.signal;
      },
    });
    try {
      await next();
      if (await settle(c, guard, visitor)) await guard.renewIfDue(c, verdict, policy);
    } catch (error) {
      // What was begun has nobody left who reads it.
      watch.end();
      if (c.finalized) void c.res.body?.cancel().catch(() => undefined);
      throw error;
    }
    closeWithResponse(c, watch);
  });
}

/** After the handler: holds the application to the end of a session, its own or another's doing. `true`: it goes on as it was. */
async function settle(c: Context, guard: Guard, visitor: Visitor): Promise<boolean> {
  const now = await guard.identify(c);
  if (now === null) {
    await endWithApplication(c, guard, visitor);
    return false;
  }
  if (now.id === visitor.who.id) return true;
  const policy = await guard.policyFor(c, now);
  const isRevived = await guard.ask(c, (sessions) => followNewId(sessions, visitor, { who: now, policy }));
  if (isRevived instanceof StoreFault) answerForNow(c);
  if (isRevived !== false) await guard.destroy(c);
  return false;
}

/**
 * The session has a new id. Either a sign-in began it, or the application has rotated the old one, or a slow handler
 * has written back what was signed out meanwhile: then `true`.
 */
async function followNewId(sessions: Sessions, { who, policy }: Visitor, now: Visitor): Promise<boolean> {
  if ((await sessions.peek(now.who, now.policy)) !== null) {
    // Begun by a sign-in whose token was new already: of the one before, a copy must not live on.
    await sessions.end(who, policy, 'replaced');
    return false;
  }
  const left = await sessions.leave(who, policy);
  // A new id makes nobody younger, nor more active; but somebody else begins anew.
  if (left?.live && who.subject === now.who.subject) await sessions.resume(now.who, now.policy, left);
  if (left?.live !== false) return false;
  // What was handed out with it may be kept, whatever becomes of the cookie.
  await sessions.end(now.who, now.policy, 'replaced');
  return true;
}

/** The application has signed its user out by its own means: a copy of the cookie must not outlive that. */
async function endWithApplication(c: Context, guard: Guard, { who, policy }: Visitor): Promise<void> {
  const ended = await guard.ask(c, (sessions) => sessions.end(who, policy, 'signed-out'));
  if (ended instanceof StoreFault) answerForNow(c);
}

/** In the place of the handler's answer, which would say that all is well, and whose headers Hono would lend to this one. */
function answerForNow(c: Context): void {
  void c.res.body?.cancel().catch(() => undefined);
  c.res = undefined;
  c.res = refuseForNow(c);
}

/**
 * Whoever signs in must not go on with the id of a session that is over: it would be refused at once. Returns who has
 * one that is not over, as far as anybody knows.
 */
async function clearTheWay(c: Context, guard: Guard): Promise<Visitor | null> {
  const visitor = await guard.visitor(c);
  if (visitor === null) return null;
  const verdict = await guard.ask(c, (sessions) => sessions.peek(visitor.who, visitor.policy));
  // Also where nobody can tell: should the application sign them out below, that must be recorded, or refused.
  if (verdict instanceof StoreFault || verdict?.live !== false) return visitor;
  await guard.destroy(c);
  return null;
}

function countsAsActivity(c: Context, { counts = 'navigations', origins = [] }: SessionSecurityOptions): boolean {
  const { raw: request, method } = c.req;
  if (method === 'OPTIONS' || method === 'HEAD') return false;
  if (counts === 'navigations' || isCrossSite(request, origins)) return isUserNavigation(request);
  return counts === 'all' || counts(c);
}

function matcher(patterns: (string | RegExp)[]): (path: string) => boolean {
  const covering = patterns.map((pattern) => {
    // `search` starts at the beginning, even for a pattern with the flag `g`.
    if (pattern instanceof RegExp) return (path: string) => path.search(pattern) !== -1;
    const own = routedPath(new URL(pattern, 'http://localhost'));
    const below = own.endsWith('/') ? own : `${own}/`;
    return (path: string) => path === own || path.startsWith(below);
  });
  return (path) => covering.some((covers) => covers(path));
}

function isSignIn(c: Context, { signInUrl }: SessionSecurityOptions): boolean {
  if (signInUrl === undefined) return false;
  const url = new URL(signInUrl, c.req.url);
  return url.host === new URL(c.req.url).host && routedPath(url) === c.req.path;
}

/**
 * The path as Hono routes it: any other reading of it could let pass what is then routed elsewhere. Hono looks at the
 * address alone, and to make a whole request of it, for each one that comes, would cost more than all the rest.
 */
const routedPath = ({ href }: URL): string => getPath({ url: href } as Request);
