/** The bounds of lifetimes (S6, T9): no activity, no ping and no new id moves the end of a session's life. */
import type { Mark } from '../../src/element/state.js';
import type { Policy } from '../../src/policy.js';
import type { Page } from './page.js';
import type { World } from './world.js';

const SECOND = 1_000;
/** See bounds.ts. */
const BLUR_MS = 200;

export class Lifetimes {
  readonly #world: World;
  /** What was left when each page heard the answer that was asked for last. */
  readonly #left = new Map<Page, { askedAt: number; mark: Mark; ms: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  #leftMs(begunAt: number, { lifetimeMs }: Policy): number {
    return lifetimeMs === null ? Infinity : begunAt + lifetimeMs - this.#world.agenda.now;
  }

  /** (c) The store's times are whole milliseconds. */
  touched(id: string, begunAt: number): void {
    const leftMs = this.#leftMs(begunAt, this.#world.bounds.limits.policy);
    if (leftMs < -1) this.#world.violated(`(c) ${id} lives ${Math.round(-leftMs)} ms after its lifetime`);
  }

  /** Called before the page itself hears of it. */
  answered(page: Page, sentAt: number, begunAt: number): void {
    const policies = this.#world.bounds.limits.policiesSince(sentAt);
    this.#told(page, sentAt, Math.max(...policies.map((policy) => this.#leftMs(begunAt, policy))));
  }

  /** What another tab hands on may be about the same person's next session. */
  handed(page: Page, askedAt: number, lifetimeLeftMs: number | null): void {
    this.#told(page, askedAt, lifetimeLeftMs ?? Infinity);
  }

  #told(page: Page, askedAt: number, ms: number): void {
    if (askedAt >= (this.#left.get(page)?.askedAt ?? -Infinity))
      this.#left.set(page, { askedAt, mark: page.tab.browser.mark, ms });
  }

  /** (a) A page that has heard of it counts by itself, with or without the server. */
  check(page: Page): void {
    const left = this.#left.get(page);
    if (!left) return;
    const { wall, mono } = page.tab.browser;
    const lateMs = Math.max(wall - left.mark.wall, mono - left.mark.mono) - left.ms;
    if (lateMs > SECOND + BLUR_MS)
      this.#world.violated(`(a) ${page.tab.name} is open, ${Math.round(lateMs)} ms after the lifetime`);
  }
}
