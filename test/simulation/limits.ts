/** What limits hold, at the server as they change, and in each page as it has been told of them. */
import type { Limits, Policy } from '../../src/policy.js';
import type { Page } from './page.js';
import type { World } from './world.js';

const SECOND = 1_000;
const DEFAULT_WARN_MS = 540_000;
const DEFAULT_EXPIRE_MS = 600_000;

export class KnownLimits {
  readonly #world: World;
  /** Since when each policy is the server's. */
  readonly #held: { from: number; policy: Policy }[];
  /** The answer that was asked for last, of those that each page has got. */
  readonly #told = new Map<Page, { askedAt: number; limits: Limits }>();

  constructor(world: World) {
    this.#world = world;
    this.#held = [{ from: -Infinity, policy: world.setting.policy }];
  }

  get policy(): Policy {
    return this.#held.at(-1)!.policy;
  }

  change(policy: Policy): void {
    this.#held.push({ from: this.#world.agenda.now, policy });
  }

  told(page: Page, askedAt: number, limits: Limits): void {
    if (askedAt >= (this.#told.get(page)?.askedAt ?? -Infinity)) this.#told.set(page, { askedAt, limits });
  }

  /** When a page that has heard of the server takes itself for over. */
  of(page: Page): Limits {
    const { own } = this.#world.setting;
    const server = this.#serverOf(page);
    return {
      warnAfterMs: Math.min(server?.warnAfterMs ?? Infinity, own?.warnAfterMs ?? (server ? Infinity : DEFAULT_WARN_MS)),
      expireAfterMs: Math.min(
        server?.expireAfterMs ?? Infinity,
        own?.expireAfterMs ?? (server ? Infinity : DEFAULT_EXPIRE_MS),
      ),
    };
  }

  #serverOf(page: Page): Limits | null {
    if (!page.wasLive) return null;
    // Which of two answers was asked for last, a page whose clock was set cannot tell.
    if (this.#held.length > 1 && page.tab.browser.settledAt > 0)
      return this.#most(this.#held.map(({ policy }) => policy));
    return this.#told.get(page)?.limits ?? this.policy;
  }

  #most = (all: Limits[]): Limits => ({
    warnAfterMs: Math.max(...all.map(({ warnAfterMs }) => warnAfterMs)),
    expireAfterMs: Math.max(...all.map(({ expireAfterMs }) => expireAfterMs)),
  });

  /** Of all that somebody may go by: what held a moment ago, and what the element says. */
  get strictest(): Limits {
    const { own } = this.#world.setting;
    const all: Limits[] = this.#recent.map(({ policy }) => policy);
    if (own) all.push(own);
    const expireAfterMs = Math.min(...all.map(({ expireAfterMs }) => expireAfterMs));
    const warnAfterMs = Math.min(...all.map(({ warnAfterMs }) => warnAfterMs));
    // An element that would warn only after the end warns a minute before it, or halfway (T8).
    const latest = expireAfterMs - Math.min(60 * SECOND, expireAfterMs / 2);
    return { warnAfterMs: warnAfterMs < expireAfterMs ? warnAfterMs : latest, expireAfterMs };
  }

  /** Who was told of longer ones may have been on time by those. */
  get haveShrunk(): boolean {
    const recent = this.#recent;
    return recent.some(({ policy }, i) => i > 0 && policy.expireAfterMs < recent[i - 1]!.policy.expireAfterMs);
  }

  get everHadLifetime(): boolean {
    return this.#held.some(({ policy }) => policy.lifetimeMs !== null);
  }

  /** By one of these a request has been answered that was sent then. */
  policiesSince(at: number): Policy[] {
    return this.#since(at).map(({ policy }) => policy);
  }

  #since(at: number) {
    return this.#held.filter((_, i) => (this.#held[i + 1]?.from ?? Infinity) > at);
  }

  get #recent() {
    if (this.#held.length === 1) return this.#held;
    const whileMs = 3 * this.#most(this.#held.map(({ policy }) => policy)).expireAfterMs;
    return this.#since(this.#world.agenda.now - whileMs);
  }
}
