/**
 * The life of a guarded page as a pure function: `step(state, event, now)` gives the next state, what is to be done
 * about it, and when to look again. The rules are those of docs/timing.md; what is seen follows from the state alone
 * ({@link isConcealed}, {@link countdown}), so that no lost effect can leave a page open.
 */
import { leadMs, reportAfterMs, standing, stricter, type EndReason, type Limits, type Standing } from '../policy.js';
import type { LiveReply, Reply } from '../protocol.js';

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
  /** What takes back a warning: any activity, or only the dialog's button. */
  extendOn: 'any' | 'button';
  /** How long an ended page may wait, concealed, for the same person; `null`: not at all. */
  lockForMs: number | null;
  /** This is the page to sign in on: a session that ended before it opened is nothing to guard here. */
  atSignIn: boolean;
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
  /** The latest activity that the server has confirmed. */
  readonly confirmedAt: Mark | null;
  readonly lifetime: { since: Mark; leftMs: number } | null;
  /** The person has put aside the warning of the lifetime's end. */
  readonly lifetimeNoted: boolean;
  readonly wasLive: boolean;
  readonly owner: string | null;
  readonly asking: { kind: AskKind; at: Mark; reports: Mark | null } | null;
  /** A question somebody wants asked as soon as may be. */
  readonly question: 'check' | 'wake' | null;
  readonly askedAt: Mark | null;
  readonly takenAt: Mark | null;
  readonly failures: number;
  readonly retry: { since: Mark; inMs: number } | null;
  /** Idle has reached the warning; the server is asked before it shows. */
  readonly doubt: { since: Mark; settled: boolean } | null;
  /** Concealed until it is known whether the session is over; without a reason there is no suspicion, only no proof. */
  readonly verifying: { since: Mark; reason: EndReason | null } | null;
  readonly pointer: { over: boolean; at: Mark } | null;
  /** The button was chosen: the warning goes wherever the pointer is. */
  readonly insisted: boolean;
  readonly lockedAt: Mark | null;
}

export type Event =
  /** Real input in this tab, at the event's own time; `overDialog` is absent for what is no pointer. */
  | { type: 'activity'; at: Mark; overDialog?: boolean }
  /** Real input in another tab, at its wall-clock time. */
  | { type: 'activity-elsewhere'; wall: number }
  /** Visible, focused, shown or resumed; `restored` from the back/forward cache. */
  | { type: 'woke'; restored?: boolean }
  | { type: 'online' }
  | { type: 'deadline' }
  | { type: 'reply'; reply: Reply }
  /** An answer another tab got. */
  | { type: 'reply-elsewhere'; reply: Reply; askedWall: number }
  /** `jitter` in [0, 1) spreads the repetitions of many browsers. */
  | { type: 'no-reply'; jitter: number; retryAfterMs: number | null }
  | { type: 'extend' }
  | { type: 'sign-out' }
  | { type: 'ended-elsewhere'; reason: EndReason }
  | { type: 'signed-in-elsewhere' }
  | { type: 'check' }
  | { type: 'configure'; config: Config }
  | { type: 'leave' };

export type Effect =
  | { type: 'ping'; kind: AskKind; idleMs: number | null; owner: string | null }
  /** The session is over; `by` whose word. Unless it is the server's, the server's session may still have to be ended. */
  | { type: 'end'; reason: EndReason; by: 'server' | 'clock' | 'person' }
  /** An ended page was brought back by the browser: leave it again. */
  | { type: 'leave' }
  /** The same person is back on a locked page. */
  | { type: 'resume' }
  /** Another person is: nothing of this page may be shown. */
  | { type: 'reload' };

export interface Step {
  state: State;
  effects: Effect[];
  /** When to send `deadline`, at the latest; `null`: nothing is due. */
  wakeInMs: number | null;
}

/** No tab sends two pings within it. */
const PING_GAP_MS = 1_000;
/** How long a pointer must stay still to have come to rest. */
const REST_MS = 500;
/** Without a server to ask: how long input from before a deadline may lie in a blocked page's queue. */
const QUEUE_MS = 100;

type Draft = { -readonly [K in keyof State]: State[K] };

/** The time since, as the clock that saw more of it has it (T4). */
export const elapsed = (since: Mark, now: Mark): number => Math.max(0, now.wall - since.wall, now.mono - since.mono);

const before = (mark: Mark, ms: number): Mark => ({ wall: mark.wall - ms, mono: mark.mono - ms });
const later = (a: Mark, b: Mark, now: Mark): Mark => (elapsed(a, now) <= elapsed(b, now) ? a : b);
const isLater = (a: Mark, b: Mark | null, now: Mark): boolean => b === null || elapsed(a, now) < elapsed(b, now);

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
    confirmedAt: null,
    lifetime: null,
    lifetimeNoted: false,
    wasLive: false,
    owner: null,
    asking: null,
    question: null,
    askedAt: null,
    takenAt: null,
    failures: 0,
    retry: null,
    doubt: null,
    verifying: null,
    pointer: null,
    insisted: false,
    lockedAt: null,
  };
}

/** First the clock, then the event, then what both make due. */
export function step(state: State, event: Event, now: Mark): Step {
  const s: Draft = { ...state };
  const effects: Effect[] = [];
  keepTime(s, event.type === 'activity' ? event.at : now, effects);
  take(s, event, now, effects);
  keepTime(s, now, effects);
  ask(s, now, effects);
  return { state: s, effects, wakeInMs: wakeInMs(s, now) };
}

/** Nothing of the page may be seen. */
export const isConcealed = (s: State): boolean => s.verifying !== null || s.phase === 'ended' || s.phase === 'locked';

export const idleMs = (s: State, now: Mark): number => elapsed(s.activeAt, now);

/** Whether the server knows enough to let a warning go (W5). */
export const isConfirmed = (s: State, now: Mark): boolean =>
  !s.config.canAsk || (s.confirmedAt !== null && elapsed(s.confirmedAt, now) < s.limits.warnAfterMs);

/** What is left, and of what: the idle limit or the lifetime. */
export function countdown(s: State, now: Mark): { cause: 'idle' | 'lifetime'; remainingMs: number } {
  const idleLeft = Math.max(0, s.limits.expireAfterMs - idleMs(s, now));
  const lifeLeft = s.lifetimeNoted ? Infinity : lifetimeLeft(s, now);
  return lifeLeft <= idleLeft ? { cause: 'lifetime', remainingMs: lifeLeft } : { cause: 'idle', remainingMs: idleLeft };
}

// The clock

function keepTime(s: Draft, now: Mark, effects: Effect[]): void {
  if (s.phase === 'locked' && s.lockedAt && elapsed(s.lockedAt, now) >= (s.config.lockForMs ?? 0)) {
    end(s, s.reason ?? 'idle', 'clock', now, effects);
  }
  if (s.phase !== 'active' && s.phase !== 'warning') return;
  const due = standingOf(s, now);
  if (due.phase === 'ended' && !s.verifying?.reason) s.verifying = { since: now, reason: due.reason };
  if (s.verifying) giveUp(s, due, now, effects);
  else if (due.phase === 'warning') warn(s, due.cause, now);
  else if (due.phase === 'active') calm(s, now);
}

function standingOf(s: State, now: Mark): Standing {
  const left = lifetimeLeft(s, now);
  return standing(s.limits, idleMs(s, now), left === Infinity || (s.lifetimeNoted && left > 0) ? null : left);
}

function lifetimeLeft({ lifetime }: State, now: Mark): number {
  return lifetime ? Math.max(0, lifetime.leftMs - elapsed(lifetime.since, now)) : Infinity;
}

function warn(s: Draft, cause: 'idle' | 'lifetime', now: Mark): void {
  if (s.phase === 'warning') return;
  if (cause === 'idle' && s.config.canAsk) {
    s.doubt ??= { since: now, settled: false };
    if (!s.doubt.settled && elapsed(s.doubt.since, now) < leadMs(s.limits)) return;
  }
  s.phase = 'warning';
  s.pointer = null;
  s.insisted = false;
}

function calm(s: Draft, now: Mark): void {
  s.doubt = null;
  if (s.phase === 'warning' && isConfirmed(s, now) && restInMs(s, now) === 0) s.phase = 'active';
}

/** How long until the pointer rests outside the dialog (A6). */
function restInMs({ insisted, pointer }: State, now: Mark): number {
  if (insisted || !pointer) return 0;
  return pointer.over ? Infinity : Math.max(0, REST_MS - elapsed(pointer.at, now));
}

/** Ends what could not be verified in time, and reveals what, without a server, input in the queue has disproved. */
function giveUp(s: Draft, due: Standing, now: Mark, effects: Effect[]): void {
  if (!s.verifying) return;
  const { since, reason } = s.verifying;
  if (!s.config.canAsk && reason === 'idle' && due.phase !== 'ended') s.verifying = null;
  // By the monotonic clock: a machine that sleeps meanwhile has given the server no time to answer.
  else if (now.mono - since.mono >= verifyMs(s, reason)) end(s, reason ?? 'idle', 'clock', now, effects);
}

function verifyMs(s: State, reason: EndReason | null): number {
  if (!s.config.canAsk) return QUEUE_MS;
  return reason === null ? Infinity : s.config.timeoutMs;
}

// The events

function take(s: Draft, event: Event, now: Mark, effects: Effect[]): void {
  if (s.phase === 'ended') {
    if (event.type === 'woke' && event.restored) effects.push({ type: 'leave' });
    return;
  }
  switch (event.type) {
    case 'activity':
      return act(s, event.at, event.overDialog, now);
    case 'activity-elsewhere':
      return actElsewhere(s, event.wall, now);
    case 'woke':
      return wake(s, event.restored === true, now);
    case 'online':
      s.retry = null;
      return wake(s, false, now);
    case 'deadline':
      return;
    case 'reply':
      return answer(s, event.reply, now, effects);
    case 'reply-elsewhere':
      return hear(s, event.reply, atWall(event.askedWall, now), null, now, effects);
    case 'no-reply':
      return miss(s, event.jitter, event.retryAfterMs, now, effects);
    case 'extend':
      return extend(s, now);
    case 'sign-out':
      return end(s, 'signed-out', 'person', now, effects);
    case 'ended-elsewhere':
      if (s.wasLive || !s.config.canAsk) s.verifying = { since: now, reason: event.reason };
      return;
    case 'signed-in-elsewhere':
      s.question = 'check';
      if (s.wasLive && s.phase !== 'locked') s.verifying ??= { since: now, reason: null };
      return;
    case 'check':
      s.question = 'check';
      return;
    case 'configure':
      s.config = event.config;
      s.limits = stricter(s.config.own, s.server);
      return;
    case 'leave':
      return leave(s, now, effects);
  }
}

const isWatched = (s: State): boolean => s.phase === 'active' || s.phase === 'warning';

function act(s: Draft, at: Mark, overDialog: boolean | undefined, now: Mark): void {
  if (!isWatched(s) || (s.phase === 'warning' && s.config.extendOn === 'button' && !s.verifying)) return;
  // Concealed: only what was done before the deadline, and lay in the queue of a blocked page, still counts (T6).
  if (s.verifying && (s.verifying.reason !== 'idle' || standingOf(s, at).phase === 'ended')) return;
  s.activeAt = later(s.activeAt, at, now);
  s.presumed = false;
  if (s.phase === 'warning' && overDialog !== undefined) s.pointer = { over: overDialog, at };
}

function actElsewhere(s: Draft, wall: number, now: Mark): void {
  if (!isWatched(s) || (s.phase === 'warning' && s.config.extendOn === 'button')) return;
  // A time that lies ahead says that the two clocks disagree: the server knows.
  if (wall > now.wall) s.question = 'check';
  else s.activeAt = later(s.activeAt, atWall(wall, now), now);
}

const atWall = (wall: number, now: Mark): Mark => before(now, Math.max(0, now.wall - wall));

function wake(s: Draft, restored: boolean, now: Mark): void {
  if (!isWatched(s)) return;
  if (restored && s.config.canAsk) s.verifying ??= { since: now, reason: null };
  if (s.takenAt && elapsed(s.takenAt, now) >= s.limits.warnAfterMs) s.question ??= 'wake';
}

function extend(s: Draft, now: Mark): void {
  if (!isWatched(s) || s.verifying) return;
  if (countdown(s, now).cause === 'lifetime') s.lifetimeNoted = true;
  s.activeAt = now;
  s.presumed = false;
  s.insisted = true;
  if (s.phase === 'active') s.question = 'check';
}

function leave(s: Draft, now: Mark, effects: Effect[]): void {
  if (!s.config.canAsk || s.verifying || !hasNews(s, now)) return;
  const unreportedMs = (s.confirmedAt ? elapsed(s.confirmedAt, now) : Infinity) - idleMs(s, now);
  if (unreportedMs > Math.min(30_000, s.limits.warnAfterMs / 4)) effects.push(pingEffect(s, 'leave', now));
}

// The server's word

function answer(s: Draft, reply: Reply, now: Mark, effects: Effect[]): void {
  if (!s.asking) return;
  const { at, reports } = s.asking;
  s.asking = null;
  hear(s, reply, at, reports, now, effects);
}

function hear(s: Draft, reply: Reply, askedAt: Mark, reports: Mark | null, now: Mark, effects: Effect[]): void {
  s.failures = 0;
  s.retry = null;
  if (!isLater(askedAt, s.takenAt, now)) return;
  s.takenAt = askedAt;
  if (reply.state === 'live') return hearLive(s, reply, askedAt, reports, now, effects);
  if (s.phase === 'locked') return;
  const guarded = s.wasLive || s.verifying?.reason;
  if (guarded) end(s, reply.state === 'ended' ? reply.reason : 'signed-out', 'server', now, effects);
  else if (reply.state === 'ended' && !s.config.atSignIn) end(s, reply.reason, 'server', now, effects);
  else sleep(s);
}

function sleep(s: Draft): void {
  s.phase = 'dormant';
  s.verifying = null;
  s.doubt = null;
}

function hearLive(s: Draft, reply: LiveReply, at: Mark, reports: Mark | null, now: Mark, effects: Effect[]): void {
  const isOther = s.owner !== null && reply.owner !== null && reply.owner !== s.owner;
  if (s.phase === 'locked') {
    effects.push({ type: isOther ? 'reload' : 'resume' });
    if (isOther) return;
  } else if (isOther) {
    return end(s, 'replaced', 'server', now, effects);
  }
  s.phase = s.phase === 'warning' ? 'warning' : 'active';
  s.reason = null;
  s.wasLive = true;
  s.owner ??= reply.owner;
  s.server = { warnAfterMs: reply.warnAfterMs, expireAfterMs: reply.expireAfterMs };
  s.limits = stricter(s.config.own, s.server);
  s.lifetime = reply.lifetimeLeftMs === null ? null : { since: at, leftMs: reply.lifetimeLeftMs };
  // Counted from the asking, so that a slow answer never makes a session look longer.
  const known = before(at, reply.idleMs);
  s.confirmedAt = reports ? later(known, reports, now) : known;
  s.activeAt = s.presumed || s.lockedAt ? known : later(s.activeAt, known, now);
  s.presumed = false;
  s.lockedAt = null;
  if (s.doubt && !isLater(s.doubt.since, at, now)) s.doubt = { ...s.doubt, settled: true };
  verify(s, at, now, effects);
}

/** Reveals what the server's answer has cleared of suspicion, and ends what it has not. */
function verify(s: Draft, askedAt: Mark, now: Mark, effects: Effect[]): void {
  if (!s.verifying) return;
  const { since, reason } = s.verifying;
  const asked = !isLater(since, askedAt, now);
  const due = standingOf(s, now);
  if (due.phase === 'ended') {
    if (asked) end(s, due.reason, 'clock', now, effects);
  } else if (asked || reason === 'idle' || reason === 'lifetime') {
    s.verifying = null;
  }
}

function miss(s: Draft, jitter: number, retryAfterMs: number | null, now: Mark, effects: Effect[]): void {
  s.asking = null;
  s.failures += 1;
  s.retry = { since: now, inMs: retryInMs(s, jitter, retryAfterMs, now) };
  if (s.doubt) s.doubt = { ...s.doubt, settled: true };
  const reason = s.verifying?.reason;
  if (!reason) return;
  // A jump of the wall clock alone proves nothing: after sleep the network is often not up yet.
  const monoNow = { wall: -Infinity, mono: now.mono };
  const timed = reason === 'idle' || reason === 'lifetime';
  if (!timed || standingOf(s, monoNow).phase === 'ended') end(s, reason, 'clock', now, effects);
}

/**
 * Quickly at first, then at steps that shrink towards the deadline, the last one `lead` before it and one at it;
 * never more than twelve in the length of a session.
 */
function retryInMs(s: State, jitter: number, retryAfterMs: number | null, now: Mark): number {
  const { expireAfterMs } = s.limits;
  const toDeadline = expireAfterMs - elapsed(s.confirmedAt ?? s.activeAt, now);
  const toLastTry = toDeadline - leadMs(s.limits);
  const quick = s.failures <= 4;
  const steady = Math.min(expireAfterMs / 6, Math.max(expireAfterMs / 24, toLastTry > 0 ? toLastTry / 2 : Infinity));
  const backOff = (quick ? 1_000 * 2 ** (s.failures - 1) : steady) * (1 + jitter / 2);
  const wanted = Math.max(PING_GAP_MS, backOff, retryAfterMs ?? 0);
  const latest = toLastTry >= PING_GAP_MS ? toLastTry : toDeadline >= PING_GAP_MS ? toDeadline : Infinity;
  return Math.min(wanted, latest);
}

function end(s: Draft, reason: EndReason, by: 'server' | 'clock' | 'person', now: Mark, effects: Effect[]): void {
  const locks = s.config.lockForMs !== null && s.phase !== 'locked' && by !== 'person' && reason !== 'replaced';
  s.phase = locks ? 'locked' : 'ended';
  s.lockedAt = locks ? now : null;
  s.reason = reason;
  s.verifying = null;
  s.doubt = null;
  s.asking = null;
  s.question = null;
  s.retry = null;
  effects.push({ type: 'end', reason, by });
}

// The next question

/** There is activity that the server has not been told of. */
export const hasNews = (s: State, now: Mark): boolean => !s.presumed && isLater(s.activeAt, s.confirmedAt, now);

function ask(s: Draft, now: Mark, effects: Effect[]): void {
  const next = nextAsk(s, now);
  if (!next || next.inMs > 0) return;
  const ping = pingEffect(s, next.kind, now);
  effects.push(ping);
  s.asking = { kind: next.kind, at: now, reports: ping.idleMs === null ? null : s.activeAt };
  s.askedAt = now;
  s.question = null;
  s.retry = null;
}

/** A ping reports only news: to repeat what the server knows could but round it in the session's favour (T7). */
function pingEffect(s: State, kind: AskKind, now: Mark): Effect & { type: 'ping' } {
  const reports = hasNews(s, now) && s.phase !== 'locked';
  return { type: 'ping', kind, idleMs: reports ? idleMs(s, now) : null, owner: reports ? s.owner : null };
}

/** The most urgent question and when it may be asked; those that bear on what is shown displace one under way. */
function nextAsk(s: State, now: Mark): { kind: AskKind; inMs: number } | null {
  if (!s.config.canAsk || s.phase === 'ended') return null;
  const gap = s.askedAt ? Math.max(0, PING_GAP_MS - elapsed(s.askedAt, now)) : 0;
  const afterRetry = Math.max(gap, s.retry ? s.retry.inMs - elapsed(s.retry.since, now) : 0);
  const kind = s.asking?.kind;
  if (s.verifying) return kind === 'expire' ? null : { kind: 'expire', inMs: afterRetry };
  if (s.phase === 'warning' && hasNews(s, now) && !isConfirmed(s, now))
    return kind === 'extend' ? null : { kind: 'extend', inMs: afterRetry };
  if (s.asking) return null;
  if (s.question) return { kind: s.question, inMs: gap };
  if (!isWatched(s)) return null;
  if (s.doubt && !s.doubt.settled) return { kind: 'warn', inMs: gap };
  if (s.takenAt === null) return { kind: 'connect', inMs: afterRetry };
  if (!hasNews(s, now)) return null;
  const age = s.confirmedAt ? elapsed(s.confirmedAt, now) : Infinity;
  return { kind: 'report', inMs: Math.max(afterRetry, reportAfterMs(s.limits) - age) };
}

function wakeInMs(s: State, now: Mark): number | null {
  const due: number[] = [nextAsk(s, now)?.inMs ?? Infinity];
  if (s.phase === 'locked' && s.lockedAt) due.push((s.config.lockForMs ?? 0) - elapsed(s.lockedAt, now));
  if (isWatched(s)) due.push(...deadlines(s, now));
  const next = Math.min(...due);
  return next === Infinity ? null : Math.max(0, next);
}

function deadlines(s: State, now: Mark): number[] {
  const { verifying, doubt } = s;
  if (verifying) return [verifyMs(s, verifying.reason) - (now.mono - verifying.since.mono), expiryIn(s, now)];
  const due = standingOf(s, now);
  return [
    due.phase === 'ended' ? 0 : due.nextMs,
    expiryIn(s, now),
    doubt && !doubt.settled ? leadMs(s.limits) - elapsed(doubt.since, now) : Infinity,
    s.phase === 'warning' && due.phase === 'active' && isConfirmed(s, now) ? restInMs(s, now) : Infinity,
  ].filter((ms) => ms > 0);
}

/** The lifetime's end, which stands also when its warning was put aside. */
const expiryIn = (s: State, now: Mark): number => lifetimeLeft(s, now) || Infinity;
