/** What is done to a session on behalf of one request, whether at the gate or by a route. */
import type { Context } from 'hono';
import type { Policy } from '../policy.js';
import { SessionSecurityError } from './error.js';
import { DEFAULT_POLICY, type SessionSecurityOptions, toPolicy } from './options.js';
import { createSessions, type Identity, type Sessions } from './session.js';
import { type LiveVerdict, StoreFault } from './store.js';
import { memoryStore } from './stores/memory.js';

/** Who is signed in, and what they are held to. */
export interface Visitor {
  who: Identity;
  policy: Policy;
}

/**
 * How far, as a part of the idle limit, activity moves before the application's session is renewed again. Renewal
 * writes that session, and where it lives in a cookie may undo what another request has just written: so seldom.
 */
const RENEWAL_STEP = 1 / 10;

export class Guard {
  readonly options: SessionSecurityOptions;
  readonly #sessions: Sessions;
  readonly #fixedPolicy: Policy;

  constructor(options: SessionSecurityOptions) {
    const { store = memoryStore(), strict = false, policy } = options;
    this.options = options;
    this.#sessions = createSessions(store, strict);
    this.#fixedPolicy = typeof policy === 'object' ? toPolicy(policy, 'invalid-option') : DEFAULT_POLICY;
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
    return typeof policy === 'function' ? toPolicy(await policy(c, who), 'invalid-policy') : this.#fixedPolicy;
  }

  /** What the store says, or, reported to the hook, why it cannot. Any other error is for the application to see. */
  async ask<T>(c: Context, question: (sessions: Sessions) => Promise<T>): Promise<T | StoreFault> {
    try {
      return await question(this.#sessions);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      this.options.on?.storeFault?.(error, c);
      return error;
    }
  }

  async destroy(c: Context): Promise<void> {
    const { session, clearSiteData = [] } = this.options;
    await session.destroy(c);
    if (clearSiteData.length > 0) c.header('Clear-Site-Data', clearSiteData.map((kind) => `"${kind}"`).join(', '));
  }

  async renewIfDue(c: Context, { ageMs, idleMs, movedMs }: LiveVerdict, { expireAfterMs }: Policy): Promise<void> {
    const stepMs = expireAfterMs * RENEWAL_STEP;
    const step = (activeMs: number) => Math.floor(activeMs / stepMs);
    // Only the one touch that enters a new step renews, however many come at once.
    const entered = step(ageMs - idleMs) > step(ageMs - idleMs - movedMs);
    if (entered) await this.options.session.renew(c, expireAfterMs + stepMs);
  }
}

function checkIdentity({ id, subject, createdAt }: Identity): void {
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
