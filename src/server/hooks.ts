/** What the application is told of: beginnings and ends, refused pings, a store that fails. Its audit trail is made of it. */
import type { Context } from 'hono';
import { bytesOf, hexOf, sha256 } from './digest.js';
import type { EndedBy, Identity, Witness } from './session.js';

/** What all events of one session bear. */
export interface SessionEvent {
  /** When it was noticed, which for an expiry may be long after the deadline: UTC, as ISO 8601 (RFC 3339) has it. */
  time: string;
  /** The session's id as a SHA-256 digest in hex, as `sha256sum` prints it. Never the id, which is as good as a password. */
  session: string;
  /** Who signed in; `null` where nobody tells. */
  subject: string | null;
}

export interface SessionStarted extends SessionEvent {
  /** The digest of the session that this one took the place of, whose end is told by itself; `null` for none. */
  replaces: string | null;
}

export interface SessionExpired extends SessionEvent {
  reason: 'idle' | 'lifetime';
}

export interface SessionEnded extends SessionEvent {
  /** Signed out by its user, revoked by somebody else, or replaced by another sign-in or another id. */
  reason: EndedBy;
}

export interface PingRefused {
  /** UTC, as ISO 8601 (RFC 3339) has it. */
  time: string;
  /** Which route refused: the path as it was asked for. */
  path: string;
  /** Sent from a page of another origin, or nobody says from which; not by the protocol; not by POST. */
  why: 'origin' | 'malformed' | 'method';
  /** What was wrong, in words without anything that the client sent. */
  detail: string;
}

/**
 * Each is called before the answer goes out. None changes it: what a hook throws is dropped, and nobody waits for its
 * promise (on platforms with `waitUntil` the process does). Nothing is ever written to the console.
 *
 * An end is told once: never twice, and not at all only if the process dies, or the connection to the store breaks,
 * between the store's step and its answer. `c` is the request that brought it about or to light; `null` where there
 * was none.
 */
export interface SessionSecurityHooks {
  /** A session began by `start()`, was enrolled when it was first seen, or goes on under a new id. */
  started?(event: SessionStarted, c: Context | null): unknown;
  /** A session was found past its idle limit or its lifetime. */
  expired?(event: SessionExpired, c: Context | null): unknown;
  /** A session was ended: by its user, by `end()` and `endAll()`, or by another that took its place. */
  ended?(event: SessionEnded, c: Context | null): unknown;
  /** A ping, or a sign-out, was refused before the session was touched: by its origin, its form, or its method. */
  pingRefused?(event: PingRefused, c: Context): unknown;
  /** The store failed, was silent for 3 s, or answered nonsense: what it was is the error's `cause`. */
  storeFault?(error: Error, c: Context | null): unknown;
}

export const HOOKS: readonly (keyof SessionSecurityHooks)[] = [
  'started',
  'expired',
  'ended',
  'pingRefused',
  'storeFault',
];

/** Calls a hook, whatever it does, and lets it finish where the platform stops at the answer. */
export function tell(c: Context | null, hook: () => unknown): void {
  const told = (async () => {
    try {
      await hook();
    } catch {
      // An application's fault in telling is no reason to refuse or let pass anybody.
    }
  })();
  try {
    c?.executionCtx.waitUntil(told);
  } catch {
    // There is no such thing on this platform, which needs none.
  }
}

export const now = (): string => new Date().toISOString();

/** Tells the hooks of what the store says on behalf of a request. */
export function createReporter(on: SessionSecurityHooks, c: Context | null): Witness {
  const eventOf = async ({ id, subject }: Identity) => ({
    time: now(),
    session: hexOf(await sha256(id)),
    subject: subject ?? null,
  });
  return {
    async began(who, replaced) {
      if (!on.started) return;
      const event = { ...(await eventOf(who)), replaces: replaced ? hexOf(await sha256(replaced.id)) : null };
      tell(c, () => on.started?.(event, c));
    },
    async over(who, reason, first) {
      if (!first || !(on.expired || on.ended)) return;
      const event = await eventOf(who);
      if (reason === 'idle' || reason === 'lifetime') tell(c, () => on.expired?.({ ...event, reason }, c));
      else tell(c, () => on.ended?.({ ...event, reason }, c));
    },
    allOver(subject, reason, sessions) {
      const time = now();
      for (const session of sessions)
        tell(c, () => on.ended?.({ time, session: hexOf(bytesOf(session)), subject, reason }, c));
      return Promise.resolve();
    },
  };
}
