/**
 * The server half for Hono: a gate that refuses sessions past their limits, and the routes that the element talks to.
 *
 * @example
 * const security = sessionSecurity({ session: honoSession({ subject: (data) => data.userId }), signInUrl: '/sign-in' })
 * const app = new Hono().use(useSession()).route('/session', security.routes).use(security.gate)
 */
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { SessionSecurityError } from './error.js';
import { createGate, type SessionSecurityVariables } from './gate.js';
import { Guard, type Visitor } from './guard.js';
import { checkOptions, type SessionSecurityOptions } from './options.js';
import { refuseForNow } from './refusal.js';
import { createRoutes } from './routes.js';
import { StoreFault, type Verdict } from './store.js';

export type { SessionAdapter } from './adapter.js';
export { SessionSecurityError, type SessionSecurityErrorCode } from './error.js';
export type { SessionSecurityVariables } from './gate.js';
export type { PolicySeconds, SessionSecurityOptions } from './options.js';
export type { Identity } from './session.js';
export type { ActivityStore, EndedVerdict, LiveVerdict, Verdict } from './store.js';

export interface SessionSecurity {
  /**
   * Refuses, before any handler below it runs, a request whose session is over, and destroys the application's session.
   * Lets pass who is not signed in: what they may see is for the application to say.
   *
   * Mount it below the session's middleware and above the sign-in, which it lets everybody reach; with `app.mount()`
   * in the outer application, which alone knows the whole path.
   */
  gate: MiddlewareHandler<{ Variables: SessionSecurityVariables }>;
  /** `POST /ping` and `POST /sign-out`. Mount them below the session's middleware. */
  routes: Hono;
  /**
   * Begins the record at sign-in, once the application's session is written. That gets a new id, lest somebody planted
   * the one it had; whoever's sign-in had that id before, it ends as `replaced`. Required with `strict`; else what lets
   * the lifetime begin anew with another sign-in.
   *
   * @throws {SessionSecurityError} `no-session` where nobody is signed in.
   * @throws {HTTPException} 503 where the store cannot tell: the sign-in is then undone.
   */
  start(c: Context): Promise<void>;
  /**
   * Where the session of the request stands; `null` where nobody is signed in, or the session has not begun. Asking is
   * neither activity nor a beginning, and destroys nothing.
   *
   * @throws {HTTPException} 503 where the store cannot tell.
   */
  peek(c: Context): Promise<Verdict | null>;
}

/** @throws {SessionSecurityError} `invalid-option`, naming the option, its value and what to give instead. */
export function sessionSecurity(options: SessionSecurityOptions): SessionSecurity {
  checkOptions(options);
  const guard = new Guard(options);
  return {
    gate: createGate(guard),
    routes: createRoutes(guard),
    start: (c) => start(c, guard),
    peek: (c) => peek(c, guard),
  };
}

async function start(c: Context, guard: Guard): Promise<void> {
  const earlier = await signedIn(c, guard);
  await guard.options.session.rotate(c);
  const { who, policy } = await signedIn(c, guard);
  const result = await guard.ask(c, async (sessions) => {
    // Whom nobody has seen leaves no record behind.
    const verdict = await sessions.peek(earlier.who, earlier.policy);
    if (verdict?.live) await sessions.end(earlier.who, earlier.policy, 'replaced');
    return sessions.begin(who, policy);
  });
  if (result === 'started') return;
  await guard.destroy(c);
  if (result instanceof StoreFault) throw unavailable(c, result);
  throw new SessionSecurityError('invalid-identity', "The session adapter's rotate() gave the session no new id.");
}

async function peek(c: Context, guard: Guard): Promise<Verdict | null> {
  const visitor = await guard.visitor(c);
  if (visitor === null) return null;
  const verdict = await guard.ask(c, (sessions) => sessions.peek(visitor.who, visitor.policy));
  if (verdict instanceof StoreFault) throw unavailable(c, verdict);
  return verdict;
}

async function signedIn(c: Context, guard: Guard): Promise<Visitor> {
  const visitor = await guard.visitor(c);
  if (visitor) return visitor;
  throw new SessionSecurityError(
    'no-session',
    "start(): nobody is signed in. Write the application's session first, then call it.",
  );
}

const unavailable = (c: Context, cause: StoreFault): HTTPException =>
  new HTTPException(503, { res: refuseForNow(c), cause });
