/** When to ask the server next, and when to look at the clock again. Pure; the rules are those of docs/how-it-works.md. */
import { leadMs, reportAfterMs } from '../policy.js';
import {
  elapsed,
  hasNews,
  isConfirmed,
  isWatched,
  lifetimeLeft,
  lockLeft,
  NEVER,
  PING_GAP_MS,
  restInMs,
  standingOf,
  type AskKind,
  type Mark,
  type State,
  type Suspicion,
} from './state.js';

/** Without a server to ask: how long input from before a deadline may lie in a blocked page's queue. */
const QUEUE_MS = 100;
/** How long the tab in which somebody answered a warning is left to tell the server by itself. */
const RELAY_MS = 500;
/** How long a concealed page waits for another tab to ask. */
const VERIFY_TURN_MS = 1_000;

export interface Ask {
  kind: AskKind;
  inMs: number;
  /** How long another tab may take to ask the same; 0: this one need not wait for any. */
  turnMs: number;
}

export function nextAsk(s: State, now: Mark): Ask | null {
  const kind = nextKind(s, now);
  return (
    kind && {
      kind,
      inMs: Math.max(0, dueInMs(s, kind, now), s.waitMs - elapsed(s.askedAt, now)),
      turnMs: turnMs(s, kind),
    }
  );
}

/** The most urgent question; only the one that takes back a warning displaces another under way. */
function nextKind(s: State, now: Mark): AskKind | null {
  if (!s.config.canAsk || s.phase === 'ended') return null;
  const extending = !s.verifying && s.phase === 'warning' && hasNews(s, now) && !isConfirmed(s, now);
  if (s.asking && (!extending || s.asking.kind === 'extend')) return null;
  if (s.verifying && isWatched(s)) return 'expire';
  if (extending) return 'extend';
  if (s.question || !isWatched(s)) return s.question;
  if (s.doubt && s.doubt !== NEVER) return 'warn';
  if (s.takenAt === NEVER) return 'connect';
  return hasNews(s, now) ? 'report' : null;
}

function dueInMs(s: State, kind: AskKind, now: Mark): number {
  if (kind === 'report') return reportAfterMs(s.limits) - elapsed(s.confirmedAt, now);
  return kind === 'extend' ? RELAY_MS - elapsed(s.relayedAt, now) : 0;
}

/** One ping for all tabs, but where each must know for itself or somebody is waiting for the answer. */
function turnMs({ config, relayedAt, verifying }: State, kind: AskKind): number {
  const isOwn = kind === 'connect' || kind === 'check' || (kind === 'extend' && relayedAt === NEVER);
  if (!config.hasTabs || isOwn || verifying?.reason === null) return 0;
  return kind === 'expire' ? VERIFY_TURN_MS : config.timeoutMs + 1_000;
}

/**
 * After a failure: quickly at first, then at steps that shrink towards the deadline, the last one `lead` before it and
 * one at it; never more than twelve in the length of a session.
 */
export function retryInMs(s: State, jitter: number, retryAfterMs: number | null, now: Mark): number {
  const { expireAfterMs } = s.limits;
  const toDeadline = expireAfterMs - elapsed(s.confirmedAt === NEVER ? s.activeAt : s.confirmedAt, now);
  const toLastTry = toDeadline - leadMs(s.limits);
  const backOff = (s.failures < 3 ? 1_000 * 2 ** (s.failures - 1) : steadyMs(s, toLastTry)) * (1 + jitter / 2);
  const wanted = Math.max(PING_GAP_MS, backOff, retryAfterMs ?? 0);
  const latest = [toLastTry, toDeadline].find((ms) => ms >= PING_GAP_MS) ?? Infinity;
  // One that hangs must not stand in the way of the last.
  return latest <= wanted + s.config.timeoutMs ? latest : wanted;
}

function steadyMs({ phase, limits: { expireAfterMs } }: State, toLastTry: number): number {
  // Its person may be waiting before it.
  if (phase === 'locked') return expireAfterMs / 8;
  return toLastTry > 0 ? Math.max(expireAfterMs / 24, toLastTry / 2) : expireAfterMs / 2;
}

/** By the monotonic clock: a machine that sleeps meanwhile has given the server no time to answer. */
export function verifyLeftMs({ config }: State, { since, reason, from }: Suspicion, now: Mark): number {
  // Where there is no suspicion there is nothing to give up.
  if (reason === null) return Infinity;
  if (!config.canAsk) return QUEUE_MS - (now.mono - since.mono);
  return Math.max(since.mono, from.mono) + config.timeoutMs - now.mono;
}

/** In how long something is due; what lies behind is not due any more. `null`: nothing is. */
export function wakeInMs(s: State, now: Mark): number | null {
  const next = nextAsk(s, now);
  const due = [next?.inMs ?? 0, s.phase === 'locked' ? lockLeft(s, now) : 0];
  if (next && s.claim) due.push(next.turnMs - elapsed(s.claim.since, now));
  if (isWatched(s)) due.push(...deadlines(s, now));
  const nearest = Math.min(...due.filter((ms) => ms > 0));
  return nearest === Infinity ? null : nearest;
}

function deadlines(s: State, now: Mark): number[] {
  const { verifying, doubt } = s;
  // The lifetime's end stands also when its warning was put aside.
  const lifeLeft = lifetimeLeft(s, now);
  if (verifying) return [lifeLeft, verifyLeftMs(s, verifying, now)];
  const due = standingOf(s, now);
  return [
    lifeLeft,
    due.phase === 'ended' ? 0 : due.nextMs,
    doubt ? leadMs(s.limits) - elapsed(doubt, now) : 0,
    s.phase === 'warning' && due.phase === 'active' && isConfirmed(s, now) ? restInMs(s, now) : 0,
  ];
}
