/**
 * What a guarded page knows, and what follows from that alone. Pure. What is seen is among it ({@link isConcealed},
 * {@link countdown}), so that no lost effect can leave a page open.
 */
import { standing, stricter, type EndReason, type Limits, type Standing } from '../policy.js';

/** One moment on both clocks, in milliseconds. The monotonic one may stop during sleep, the other may be set. */
export interface Mark {
  wall: number;
  mono: number;
}

export type Phase = 'dormant' | 'active' | 'warning' | 'ended' | 'locked';

/** Why a ping is sent. `leave` is fire and forget; all others are answered by a `reply` or a `no-reply`. */
export type AskKind = 'connect' | 'report' | 'warn' | 'extend' | 'expire' | 'wake' | 'check' | 'leave';

export interface Config {
  /** The element's own limits; what is absent comes from the server. */
  own: Partial<Limits>;
  /** Whether there is a server to ask. */
  canAsk: boolean;
  /** Whether other tabs hear what this one tells, so that one of them asks for all. */
  hasTabs: boolean;
  /** What takes back a warning: any activity, or only the dialog's button. */
  extendOn: 'any' | 'button';
  /** How long an ended page may wait, concealed, for the same person; `null`: not at all. */
  lockForMs: number | null;
  /** This is the page to sign in on: a session that ended before it opened is nothing to guard here. */
  atSignIn: boolean;
  /** The browser may have kept this page from an earlier visit, whose session is over: only the server can tell. */
  fromHistory: boolean;
  /** How long a ping may take. */
  timeoutMs: number;
}

export interface State {
  readonly phase: Phase;
  readonly reason: EndReason | null;
  readonly config: Config;
  readonly server: Partial<Limits>;
  readonly limits: Limits;
  /** The latest real activity known of, of this tab or another. */
  readonly activeAt: Mark;
  /** Nothing was seen yet: `activeAt` is only the moment the page came to be, never to be reported. */
  readonly presumed: boolean;
  /** When another tab told of the latest activity; {@link NEVER} if it was here. */
  readonly relayedAt: Mark;
  /** When the other tabs were last told of activity here. */
  readonly toldAt: Mark;
  /** The latest activity that the server has confirmed. */
  readonly confirmedAt: Mark;
  /** What was left of the lifetime, and when; `Infinity` where there is none. */
  readonly lifetime: { since: Mark; leftMs: number };
  /** The person has put aside the warning of the lifetime's end. */
  readonly lifetimeNoted: boolean;
  readonly wasLive: boolean;
  readonly owner: string | null;
  readonly asking: (Asked & { kind: AskKind }) | null;
  /** This tab wants to be the one that asks; `granted` once no other is about to. */
  readonly claim: { since: Mark; granted: boolean } | null;
  /** A question somebody wants asked as soon as may be. */
  readonly question: 'check' | 'wake' | null;
  readonly askedAt: Mark;
  /** When the latest answer that was taken over had been asked for. */
  readonly takenAt: Mark;
  readonly failures: number;
  /** No other question until so long after the latest: the gap between any two, or more after a failure. */
  readonly waitMs: number;
  /** Since when idle has reached the warning and the server is asked before it shows; {@link NEVER} once it was. */
  readonly doubt: Mark | null;
  /** Concealed until it is known whether the session is over; without a reason there is no suspicion, only no proof. */
  readonly verifying: Suspicion | null;
  readonly pointer: { over: boolean; at: Mark } | null;
  /** The button was chosen: the warning goes wherever the pointer is. */
  readonly insisted: boolean;
  readonly lockedAt: Mark;
}

/** What an answer answers: when it was asked for, and what activity it was told of. */
export interface Asked {
  at: Mark;
  reports: Mark | null;
}

export interface Suspicion {
  since: Mark;
  reason: EndReason | null;
  /** Only what the server says from then on clears it. */
  from: Mark;
}

export type Draft = { -readonly [K in keyof State]: State[K] };

/** No tab sends two pings within it. */
export const PING_GAP_MS = 1_000;
/** How long a pointer must stay still to have come to rest. */
const REST_MS = 500;
/** Two tabs date the same moment so far apart at most: browsers blur their clocks, each in its own way. */
const BLUR_MS = 100;

/** What has not happened yet is infinitely long ago. */
export const NEVER: Mark = { wall: -Infinity, mono: -Infinity };

/** The time since, as the clock that saw more of it has it (T4). */
export const elapsed = (since: Mark, now: Mark): number => Math.max(0, now.wall - since.wall, now.mono - since.mono);

export const before = (mark: Mark, ms: number): Mark => ({ wall: mark.wall - ms, mono: mark.mono - ms });
export const later = (a: Mark, b: Mark, now: Mark): Mark => (elapsed(a, now) <= elapsed(b, now) ? a : b);
export const isLater = (a: Mark, b: Mark, now: Mark): boolean => elapsed(a, now) < elapsed(b, now);

/** A wall-clock time of another tab on both clocks here; `null` if it is none, or lies ahead: then the clocks disagree. */
export function fromWall(wall: number | null, now: Mark): Mark | null {
  const ageMs = now.wall - (wall ?? Infinity);
  return ageMs < -BLUR_MS ? null : before(now, Math.max(0, ageMs));
}

/** A page as it connects. `since`: when it came to be, or, if that is too long ago to mean anything, now (T11). */
export function begin(config: Config, since: Mark, now: Mark): State {
  const limits = stricter(config.own);
  return {
    phase: 'active',
    reason: null,
    config,
    server: {},
    limits,
    activeAt: elapsed(since, now) < limits.warnAfterMs ? since : now,
    presumed: true,
    relayedAt: NEVER,
    toldAt: NEVER,
    confirmedAt: NEVER,
    lifetime: { since: now, leftMs: Infinity },
    lifetimeNoted: false,
    wasLive: false,
    owner: null,
    asking: null,
    claim: null,
    question: null,
    askedAt: NEVER,
    takenAt: NEVER,
    failures: 0,
    waitMs: PING_GAP_MS,
    doubt: null,
    verifying: null,
    pointer: null,
    insisted: false,
    lockedAt: NEVER,
  };
}

/** Nothing of the page may be seen. */
export const isConcealed = (s: State): boolean => s.verifying !== null || s.phase === 'ended' || s.phase === 'locked';

export const isWatched = (s: State): boolean => s.phase === 'active' || s.phase === 'warning';

/** There is a session to lose, as far as anybody can tell. */
export const isGuarded = (s: State): boolean => isWatched(s) && (s.wasLive || !s.config.canAsk);

export const idleMs = (s: State, now: Mark): number => elapsed(s.activeAt, now);

/** There is activity that the server has not been told of, by this tab or another. */
export const hasNews = (s: State, now: Mark): boolean =>
  !s.presumed && elapsed(s.confirmedAt, now) - idleMs(s, now) > BLUR_MS;

/** Whether the server knows enough to let a warning go (W5). */
export const isConfirmed = (s: State, now: Mark): boolean =>
  !s.config.canAsk || elapsed(s.confirmedAt, now) < s.limits.warnAfterMs;

/** What is left, and of what: the idle limit or the lifetime. */
export function countdown(s: State, now: Mark): { cause: 'idle' | 'lifetime'; remainingMs: number } {
  const idleLeft = Math.max(0, s.limits.expireAfterMs - idleMs(s, now));
  const lifeLeft = s.lifetimeNoted ? Infinity : lifetimeLeft(s, now);
  return lifeLeft <= idleLeft ? { cause: 'lifetime', remainingMs: lifeLeft } : { cause: 'idle', remainingMs: idleLeft };
}

export function standingOf(s: State, now: Mark): Standing {
  const left = lifetimeLeft(s, now);
  return standing(s.limits, idleMs(s, now), left === Infinity || (s.lifetimeNoted && left > 0) ? null : left);
}

export const lifetimeLeft = ({ lifetime: { since, leftMs } }: State, now: Mark): number =>
  Math.max(0, leftMs - elapsed(since, now));

export const lockLeft = ({ config, lockedAt }: State, now: Mark): number =>
  (config.lockForMs ?? 0) - elapsed(lockedAt, now);

/** How long until the pointer rests outside the dialog (A6). */
export function restInMs({ insisted, pointer }: State, now: Mark): number {
  if (insisted || !pointer) return 0;
  return pointer.over ? Infinity : Math.max(0, REST_MS - elapsed(pointer.at, now));
}
