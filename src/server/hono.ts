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
import { refuseEnded, refuseForNow } from './refusal.js';
import { createRoutes } from './routes.js';
import type { Sessions } from './session.js';
import { StoreFault, type Verdict } from './store.js';

export type { SessionAdapter } from './adapter.js';
export { SessionSecurityError, type SessionSecurityErrorCode } from './error.js';
export type { CurrentSession, SessionSecurityVariables } from './gate.js';
export type {
  PingRefused,
  SessionEnded,
  SessionEvent,
  SessionExpired,
  SessionSecurityHooks,
  SessionStarted,
} from './hooks.js';
export type { PolicySeconds, SessionSecurityOptions } from './options.js';
export type { Identity } from './session.js';
export {
  type ActivityStore,
  EndedInPart,
  type EndedVerdict,
  type LiveVerdict,
  StoreFault,
  type Verdict,
} from './store.js';

/** What is said of an end that did not come of itself. */
export interface EndOptions {
  /** `revoked`, by default: somebody else has ended it. `signed-out`: its own user has. */
  reason?: 'revoked' | 'signed-out';
  /**
   * The request that brings it about, if there is one: given to the hooks, and where its own session is among those
   * that end, the answer clears its cookie. All other cookies are cleared when they come again, and are refused then.
   */
  c?: Context;
}

export interface SessionSecurity {
  /**
   * Refuses, before any handler below it runs, a request whose session is over, and destroys the application's session.
   * Lets pass who is not signed in: what they may see is for the application to say.
   *
   * Mount it below the session's middleware and above the sign-in, which it lets everybody reach; with `app.mount()`
   * in the outer application, which alone knows the whole path.
   */
  gate: MiddlewareHandler<{ Variables: SessionSecurityVariables }>;
  /** `POST /ping` and `POST /sign-out`. Mount them below the session's middleware, and above what may match their paths as well. */
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
   * Gives the session of the request a new id, as after a change of what its user may do. It stays as old and as idle
   * as it was, and the old id ends as `replaced`: of requests with it that come at once, only one gets the new id. Where
   * the application gives its session a new id by itself, below the gate, the gate does the rest of this. Needs the option
   * `secret` where people have more than one page open: by it the others know that they are still the same person's.
   *
   * @throws {SessionSecurityError} `no-session` where nobody is signed in.
   * @throws {HTTPException} 401 where the session is over, 503 where the store cannot tell.
   */
  rotate(c: Context): Promise<void>;
  /**
   * Ends one session by its id, as the adapter names it (`c.var.sessionSecurity.session.id`), known or not: for an administrator, or a sign-out that comes from elsewhere. `true` for
   * the one call that ended it. `subject` is for the hooks, as the store does not tell whose it was.
   *
   * @throws {SessionSecurityError} `invalid-argument` for an empty id, or another reason.
   * @throws {StoreFault} Where the store cannot tell; with `c` as HTTPException 503.
   */
  end(id: string, options?: EndOptions & { subject?: string }): Promise<boolean>;
  /**
   * Signs out everywhere: ends all sessions of the subject that the store knows, and tells how many those were. The
   * subject is what the adapter names. With `c`, the session of the request ends in any case, if it is the subject's.
   * To keep the one at hand, as after a change of password, leave out `c` and call `start(c)` afterwards.
   *
   * @throws {SessionSecurityError} `unsupported` where the store cannot find sessions by subject; `invalid-argument` for
   *   an empty subject, or another reason.
   * @throws {StoreFault} Where the store cannot tell; with `c` as HTTPException 503.
   */
  endAll(subject: string, options?: EndOptions): Promise<number>;
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
    rotate: (c) => rotate(c, guard),
    end: (id, options = {}) => end(id, options, guard),
    endAll: (subject, options = {}) => endAll(subject, options, guard),
    peek: (c) => peek(c, guard),
  };
}

async function start(c: Context, guard: Guard): Promise<void> {
  const earlier = await signedIn(c, guard, 'start');
  await guard.options.session.rotate(c);
  const { who, policy } = await signedIn(c, guard, 'start');
  const result = await guard.ask(c, async (sessions) => {
    // Whom nobody has seen leaves no record behind.
    const verdict = await sessions.peek(earlier.who, earlier.policy);
    const replaced = verdict?.live && (await sessions.end(earlier.who, earlier.policy, 'replaced'));
    return sessions.begin(who, policy, replaced ? earlier.who : undefined);
  });
  if (result === 'started') return;
  await guard.destroy(c);
  if (result instanceof StoreFault) throw unavailable(c, result);
  throw unrotated();
}

async function rotate(c: Context, guard: Guard): Promise<void> {
  const earlier = await signedIn(c, guard, 'rotate');
  // The old id goes first: of all who would exchange it, one may.
  const left = await guard.ask(c, (sessions) => sessions.leave(earlier.who, earlier.policy));
  if (left instanceof StoreFault) throw unavailable(c, left);
  if (left?.live === false) {
    await guard.dismiss(c, left);
    throw new HTTPException(401, { res: refuseEnded(c, left.reason, guard.options.signInUrl) });
  }
  await guard.options.session.rotate(c);
  const { who, policy } = await signedIn(c, guard, 'rotate');
  if (who.id === earlier.who.id) throw unrotated();
  if (left === null) return;
  const resumed = await guard.ask(c, (sessions) => sessions.resume(who, policy, left));
  // The gate, which renews what goes on as it was, finds another session after the handler.
  if (!(resumed instanceof StoreFault)) return guard.renew(c, policy);
  await guard.destroy(c);
  throw unavailable(c, resumed);
}

async function end(
  id: string,
  { reason = 'revoked', c, subject }: EndOptions & { subject?: string },
  guard: Guard,
): Promise<boolean> {
  checkEnd('end', 'id', id, reason);
  const who = { id, ...(subject !== undefined && { subject }) };
  const ended = await told(c, guard, (sessions) => sessions.end(who, guard.commonPolicy, reason));
  if (c && (await guard.identify(c))?.id === id) await guard.destroy(c);
  return ended;
}

async function endAll(subject: string, { reason = 'revoked', c }: EndOptions, guard: Guard): Promise<number> {
  checkEnd('endAll', 'subject', subject, reason);
  const ended = await told(c, guard, (sessions) => sessions.endAll(subject, guard.commonPolicy, reason));
  if (ended === null) {
    throw new SessionSecurityError(
      'unsupported',
      'endAll(): the store has no endAll(), so that it cannot find sessions by subject. Use one that has.',
    );
  }
  const own = c ? await guard.visitor(c) : null;
  if (!c || own?.who.subject !== subject) return ended.length;
  await guard.destroy(c);
  // One that the store did not know yet.
  const isOwn = await told(c, guard, (sessions) => sessions.end(own.who, own.policy, reason));
  return isOwn ? ended.length + 1 : ended.length;
}

async function peek(c: Context, guard: Guard): Promise<Verdict | null> {
  const visitor = await guard.visitor(c);
  return visitor && told(c, guard, (sessions) => sessions.peek(visitor.who, visitor.policy));
}

async function signedIn(c: Context, guard: Guard, action: 'start' | 'rotate'): Promise<Visitor> {
  const visitor = await guard.visitor(c);
  if (visitor) return visitor;
  throw new SessionSecurityError(
    'no-session',
    `${action}(): nobody is signed in. Write the application's session first, then call it.`,
  );
}

async function told<T>(c: Context | undefined, guard: Guard, question: (sessions: Sessions) => T | Promise<T>) {
  const answer = await guard.ask(c ?? null, question);
  if (!(answer instanceof StoreFault)) return answer;
  throw c ? unavailable(c, answer) : answer;
}

function checkEnd(action: string, name: string, value: unknown, reason: unknown): void {
  const fault = (name: string, value: unknown, remedy: string) =>
    new SessionSecurityError('invalid-argument', `${action}(): ${name} is ${String(value)}. ${remedy}`);
  if (typeof value !== 'string') throw fault(name, typeof value, 'Give a string.');
  if (value === '') throw fault(name, 'empty', 'Give whose session it is.');
  if (reason !== 'revoked' && reason !== 'signed-out')
    throw fault('reason', reason, 'Give "revoked" or "signed-out", or leave it out.');
}

const unrotated = (): SessionSecurityError =>
  new SessionSecurityError('invalid-identity', "The session adapter's rotate() gave the session no new id.");

const unavailable = (c: Context, cause: StoreFault): HTTPException =>
  new HTTPException(503, { res: refuseForNow(c), cause });
