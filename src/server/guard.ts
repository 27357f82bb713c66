/** What is done to a session on behalf of one request, whether at the gate or by a route. */
import type { Context } from 'hono';
import type { Policy } from '../policy.js';
import { SessionSecurityError } from './error.js';
import { createReporter, now, type PingRefused, tell } from './hooks.js';
import { DEFAULT_POLICY, type SessionSecurityOptions, toPolicy } from './options.js';
import { createOwnerTags } from './owner.js';
import { createSessions, type Identity, type Sessions } from './session.js';
import { type ActivityStore, type EndedVerdict, type LiveVerdict, StoreFault } from './store.js';
import { memoryStore } from './stores/memory.js';
import { type Watch, Watches } from './watch.js';

/** Who is signed in, and what they are held to. */
export interface Visitor {
  who: Identity;
  policy: Policy;
}

/**
 * How far, as a part of the idle limit, activity moves before a request renews the application's session again. Renewal
 * writes that session, and where it lives in a cookie may undo what another request has just written: so seldom.
 */
const RENEWAL_STEP = 1 / 10;

export class Guard {
  readonly options: SessionSecurityOptions;
  /** What everybody is held to; `null` where that differs. */
  readonly commonPolicy: Policy | null;
  readonly ownerTag: (who: Identity) => Promise<string>;
  readonly #store: ActivityStore;
  readonly #watches = new Watches();

  constructor(options: SessionSecurityOptions) {
    const { store = memoryStore(), policy } = options;
    this.options = options;
    this.ownerTag = createOwnerTags(options.secret);
    this.#store = store;
    this.commonPolicy =
      typeof policy === 'function' ? null : policy ? toPolicy(policy, 'invalid-option') : DEFAULT_POLICY;
  }

  async identify(c: Context): Promise<Identity | null> {
    const who = await this.options.session.identify(c);
    if (who !== null) checkIdentity(who);
    return who;
  }

  async visitor(c: Context): Promise<Visitor | null> {
    const who = await this.identify(c);
    return who && { who, policy: await this.policyFor(c, who) };
  }

  async policyFor(c: Context, who: Identity): Promise<Policy> {
    const { policy } = this.options;
    if (typeof policy === 'function') return toPolicy(await policy(c, who), 'invalid-policy');
    return this.commonPolicy ?? DEFAULT_POLICY;
  }

  /** What the store says, or, reported to the hook, why it cannot. Any other error is for the application to see. */
  async ask<T>(c: Context | null, question: (sessions: Sessions) => T | Promise<T>): Promise<T | StoreFault> {
    try {
      return await question(this.#sessions(c));
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      tell(c, () => this.options.on?.storeFault?.(error, c));
      return error;
    }
  }

  /** Follows the session for the length of the request. */
  watch(c: Context, { who, policy }: Visitor, verdict: LiveVerdict): Watch {
    return this.#watches.open(who, leftMs(verdict, policy), async () => {
      const policy = await this.policyFor(c, who);
      const verdict = await this.ask(c, (sessions) => sessions.peek(who, policy));
      return verdict instanceof StoreFault || !verdict?.live ? null : leftMs(verdict, policy);
    });
  }

  tellRefused(c: Context, why: PingRefused['why'], detail: string): void {
    tell(c, () => this.options.on?.pingRefused?.({ time: now(), path: c.req.path, why, detail }, c));
  }

  /** Requests under way hear of the end of their session before the application does. */
  #sessions(c: Context | null): Sessions {
    const { on = {}, strict = false } = this.options;
    const reporter = createReporter(on, c);
    return createSessions(this.#store, strict, {
      ...reporter,
      over: (who, reason, first) => {
        this.#watches.end(who.id);
        return reporter.over(who, reason, first);
      },
      allOver: (subject, reason, sessions) => {
        this.#watches.endAll(subject);
        return reporter.allOver(subject, reason, sessions);
      },
    });
  }

  async destroy(c: Context): Promise<void> {
    const { session, clearSiteData = [] } = this.options;
    await session.destroy(c);
    if (clearSiteData.length > 0) c.header('Clear-Site-Data', clearSiteData.map((kind) => `"${kind}"`).join(', '));
  }

  /** Who comes with a session that is over. */
  async dismiss(c: Context, verdict: EndedVerdict | null): Promise<void> {
    // What took its place has a cookie of its own, which may have overtaken this request.
    if (verdict?.reason !== 'replaced') await this.destroy(c);
  }

  async renewIfDue(c: Context, { ageMs, idleMs, movedMs }: LiveVerdict, policy: Policy): Promise<void> {
    const step = (activeMs: number) => Math.floor(activeMs / (policy.expireAfterMs * RENEWAL_STEP));
    // Only the one touch that enters a new step renews, however many come at once.
    if (step(ageMs - idleMs) > step(ageMs - idleMs - movedMs)) await this.renew(c, policy);
  }

  async renew(c: Context, { expireAfterMs }: Policy): Promise<void> {
    await this.options.session.renew(c, expireAfterMs + expireAfterMs * RENEWAL_STEP);
  }
}

/** In how many milliseconds a session is over if nobody is active. */
const leftMs = ({ idleMs, ageMs }: LiveVerdict, { expireAfterMs, lifetimeMs }: Policy): number =>
  Math.min(expireAfterMs - idleMs, (lifetimeMs ?? Infinity) - ageMs);

export function checkIdentity({ id, subject, createdAt }: Identity): void {
  const fault = (what: string) =>
    new SessionSecurityError(
      'invalid-identity',
      `The session adapter's identify() gave ${what}. Nobody can be let pass by it.`,
    );
  if (typeof id !== 'string' || id === '') throw fault('no id, or none that is a string');
  if (subject !== undefined && (typeof subject !== 'string' || subject === ''))
    throw fault('a subject that is no string');
  if (createdAt !== undefined && !Number.isFinite(createdAt))
    throw fault(`${createdAt} for createdAt, which is no time`);
}
