/**
 * When a session is active, warned of and over: the one rule both halves share.
 * Pure. All durations are milliseconds.
 */

/** Why a session is over. */
export type EndReason = 'idle' | 'lifetime' | 'signed-out' | 'revoked' | 'replaced';

export const END_REASONS: readonly EndReason[] = ['idle', 'lifetime', 'signed-out', 'revoked', 'replaced'];

/** The two idle limits. `0 < warnAfterMs < expireAfterMs`. */
export interface Limits {
  /** Idle time after which the warning shows. */
  warnAfterMs: number;
  /** Idle time after which the session is over. */
  expireAfterMs: number;
}

/** What a server holds a session to. */
export interface Policy extends Limits {
  /** Age that no activity can exceed, or `null` where there is none. */
  lifetimeMs: number | null;
}

/** The limits where nobody names any: those of django-session-security. */
export const DEFAULT_LIMITS: Limits = { warnAfterMs: 540_000, expireAfterMs: 600_000 };

/** The shortest warning that WCAG 2.2 (2.2.1, Timing Adjustable) lets pass. */
export const SHORTEST_WARNING_MS = 20_000;

/** Where a session stands, and in how long it will stand elsewhere if nothing happens. */
export type Standing =
  | { phase: 'active'; nextMs: number }
  | { phase: 'warning'; cause: 'idle' | 'lifetime'; nextMs: number }
  | { phase: 'ended'; reason: 'idle' | 'lifetime' };

/** `lifetimeLeftMs` is `null` where no lifetime is set. A limit is reached at its very millisecond. */
export function standing(limits: Limits, idleMs: number, lifetimeLeftMs: number | null): Standing {
  const lifeMs = lifetimeLeftMs ?? Infinity;
  if (lifeMs <= 0) return { phase: 'ended', reason: 'lifetime' };
  const leftMs = limits.expireAfterMs - idleMs;
  if (leftMs <= 0) return { phase: 'ended', reason: 'idle' };
  const toIdleWarning = limits.warnAfterMs - idleMs;
  const toLifetimeWarning = lifeMs - warningMs(limits);
  if (toIdleWarning > 0 && toLifetimeWarning > 0) {
    return { phase: 'active', nextMs: Math.min(toIdleWarning, toLifetimeWarning) };
  }
  return lifeMs <= leftMs
    ? { phase: 'warning', cause: 'lifetime', nextMs: lifeMs }
    : { phase: 'warning', cause: 'idle', nextMs: leftMs };
}

/** How long a warning shows before the end. */
export const warningMs = ({ warnAfterMs, expireAfterMs }: Limits): number => expireAfterMs - warnAfterMs;

/** How long before a deadline the last preparation for it is made: an unanswered question, a late ping. */
export const leadMs = (limits: Limits): number => Math.min(5_000, warningMs(limits) / 4);

/**
 * How old the last confirmed activity may grow before a newer one is reported (T12): half of the session, and in any
 * case before another tab, which knows of no activity since, asks whether to warn (T2).
 */
export const reportAfterMs = (limits: Limits): number =>
  Math.min(limits.warnAfterMs - Math.min(leadMs(limits), limits.warnAfterMs / 4), limits.expireAfterMs / 2);

/**
 * The stricter of two sources for each limit (T8), so that a page is never looser than its server.
 * Where nobody names an end, {@link DEFAULT_LIMITS} does. Where the warning would come at or after the end,
 * or is not named, it comes a minute before it; halfway, if the session is shorter than two minutes.
 */
export function stricter(own: Partial<Limits>, server: Partial<Limits> = {}): Limits {
  const warnAfterMs = Math.min(own.warnAfterMs ?? Infinity, server.warnAfterMs ?? Infinity);
  const named = Math.min(own.expireAfterMs ?? Infinity, server.expireAfterMs ?? Infinity);
  const latest = warnAfterMs < Infinity ? warnAfterMs + 60_000 : 0;
  const expireAfterMs = named < Infinity ? named : Math.max(DEFAULT_LIMITS.expireAfterMs, latest);
  return {
    expireAfterMs,
    warnAfterMs: warnAfterMs < expireAfterMs ? warnAfterMs : expireAfterMs - Math.min(60_000, expireAfterMs / 2),
  };
}
