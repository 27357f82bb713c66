/**
 * The life of a guarded page as a pure function: `step(state, event, now)` gives the next state, what is to be done
 * about it, and when to look again. The rules are those of docs/how-it-works.md; what is seen follows from the state alone
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
  /** The latest activity that the server has confirmed. */
  readonly confirmedAt: Mark;
  /** What was left of the lifetime, and when; `Infinity` where there is none. */
  readonly lifetime: { since: Mark; leftMs: number };
  /** The person has put aside the warning of the lifetime's end. */
  readonly lifetimeNoted: boolean;
  readonly wasLive: boolean;
  readonly owner: string | null;
  readonly asking: (Asked & { kind: AskKind }) | null;
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
interface Asked {
  at: Mark;
  reports: Mark | null;
}

interface Suspicion {
  since: Mark;
  reason: EndReason | null;
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
  /** Another person is, or nobody: nothing that the browser has kept of this page may be shown. */
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

/** What has not happened yet is infinitely long ago. */
const NEVER: Mark = { wall: -Infinity, mono: -Infinity };

type Draft = { -readonly [K in keyof State]: State[K] };

/** The time since, as the clock that saw more of it has it (T4). */
export const elapsed = (since: Mark, now: Mark): number => Math.max(0, now.wall - since.wall, now.mono - since.mono);

export const before = (mark: Mark, ms: number): Mark => ({ wall: mark.wall - ms, mono: mark.mono - ms });
const later = (a: Mark, b: Mark, now: Mark): Mark => (elapsed(a, now) <= elapsed(b, now) ? a : b);
const isLater = (a: Mark, b: Mark, now: Mark): boolean => elapsed(a, now) < elapsed(b, now);

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
    confirmedAt: NEVER,
    lifetime: { since: now, leftMs: Infinity },
    lifetimeNoted: false,
    wasLive: false,
    owner: null,
    asking: null,
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

/** First the clock, then the event, then what both make due. */
export function step(state: State, event: Event, now: Mark): Step {
  const s: Draft = { ...state };
  const effects: Effect[] = [];
  // A page that lay frozen while it waited for an answer has left the server no time for one.
  if (event.type === 'woke' && s.verifying && now.mono - s.verifying.since.mono > s.config.timeoutMs)
    suspect(s, s.verifying.reason, now);
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
  !s.config.canAsk || elapsed(s.confirmedAt, now) < s.limits.warnAfterMs;

/** What is left, and of what: the idle limit or the lifetime. */
export function countdown(s: State, now: Mark): { cause: 'idle' | 'lifetime'; remainingMs: number } {
  const idleLeft = Math.max(0, s.limits.expireAfterMs - idleMs(s, now));
  const lifeLeft = s.lifetimeNoted ? Infinity : lifetimeLeft(s, now);
  return lifeLeft <= idleLeft ? { cause: 'lifetime', remainingMs: lifeLeft } : { cause: 'idle', remainingMs: idleLeft };
}

// The clock

function keepTime(s: Draft, now: Mark, effects: Effect[]): void {
  if (s.phase === 'locked' && lockLeft(s, now) <= 0) end(s, s.reason ?? 'idle', 'clock', now, effects);
  if (!isWatched(s)) return;
  const due = standingOf(s, now);
  if (due.phase === 'ended' && !s.verifying?.reason) suspect(s, due.reason, now);
  if (s.verifying) giveUp(s, s.verifying, due, now, effects);
  else if (due.phase === 'warning') warn(s, due.cause, now);
  else if (due.phase === 'active') calm(s, now);
}

const lockLeft = ({ config, lockedAt }: State, now: Mark): number => (config.lockForMs ?? 0) - elapsed(lockedAt, now);

function standingOf(s: State, now: Mark): Standing {
  const left = lifetimeLeft(s, now);
  return standing(s.limits, idleMs(s, now), left === Infinity || (s.lifetimeNoted && left > 0) ? null : left);
}

const lifetimeLeft = ({ lifetime: { since, leftMs } }: State, now: Mark): number =>
  Math.max(0, leftMs - elapsed(since, now));

function warn(s: Draft, cause: 'idle' | 'lifetime', now: Mark): void {
  if (s.phase === 'warning') return;
  if (cause === 'idle' && s.config.canAsk) {
    if (!s.doubt) s.waitMs = PING_GAP_MS;
    s.doubt ??= now;
    if (elapsed(s.doubt, now) < leadMs(s.limits)) return;
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

/** Conceals, and has the server asked at once, whatever the back-off says and whatever it is being asked already. */
function suspect(s: Draft, reason: EndReason | null, now: Mark): void {
  s.verifying = { since: now, reason };
  s.waitMs = PING_GAP_MS;
  s.asking = null;
}

/** Ends what could not be verified in time, and reveals what, without a server, input in the queue has disproved. */
function giveUp(s: Draft, { since, reason }: Suspicion, due: Standing, now: Mark, effects: Effect[]): void {
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
      // A time that lies ahead says that the clocks disagree: the server knows.
      if (event.wall > now.wall) s.question = 'check';
      else if (isWatched(s)) note(s, before(now, now.wall - event.wall), now);
      return;
    case 'woke':
      return wake(s, event.restored === true, now);
    case 'online':
      s.waitMs = PING_GAP_MS;
      return wake(s, false, now);
    case 'reply':
      if (s.asking) hear(s, event.reply, s.asking, now, effects);
      return;
    case 'reply-elsewhere':
      if (event.askedWall > now.wall) s.question = 'check';
      else hear(s, event.reply, { at: before(now, now.wall - event.askedWall), reports: null }, now, effects);
      return;
    case 'no-reply':
      if (s.asking) miss(s, event.jitter, event.retryAfterMs, now, effects);
      return;
    case 'extend':
      return extend(s, now);
    case 'sign-out':
      return end(s, 'signed-out', 'person', now, effects);
    case 'ended-elsewhere':
    case 'signed-in-elsewhere':
      if (!isGuarded(s)) s.question = 'check';
      else suspect(s, 'reason' in event ? event.reason : (s.verifying?.reason ?? null), now);
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

/** There is a session to lose, as far as anybody can tell. */
const isGuarded = (s: State): boolean => isWatched(s) && (s.wasLive || !s.config.canAsk);

function act(s: Draft, at: Mark, overDialog: boolean | undefined, now: Mark): void {
  if (!isWatched(s) || (s.phase === 'warning' && s.config.extendOn === 'button')) return;
  // Concealed: only what was done before the deadline, and lay in the queue of a blocked page, still counts (T6).
  if (s.verifying && (s.verifying.reason !== 'idle' || standingOf(s, at).phase === 'ended')) return;
  note(s, at, now);
  if (s.phase === 'warning') s.pointer = overDialog === undefined ? null : { over: overDialog, at };
}

function note(s: Draft, at: Mark, now: Mark): void {
  s.activeAt = later(s.activeAt, at, now);
  s.presumed = false;
}

function wake(s: Draft, restored: boolean, now: Mark): void {
  if (restored && s.config.canAsk && isWatched(s) && !s.verifying) suspect(s, null, now);
  const isStale = s.takenAt !== NEVER && elapsed(s.takenAt, now) >= s.limits.warnAfterMs;
  if (s.phase === 'locked' || (isWatched(s) && (isStale || s.failures > 0))) s.question ??= 'wake';
}

function extend(s: Draft, now: Mark): void {
  if (!isWatched(s) || s.verifying) return;
  if (countdown(s, now).cause === 'lifetime') s.lifetimeNoted = true;
  note(s, now, now);
  s.insisted = true;
  if (s.phase === 'active') s.question = 'check';
}

function leave(s: Draft, now: Mark, effects: Effect[]): void {
  if (!s.config.canAsk || s.verifying || !hasNews(s, now)) return;
  if (elapsed(s.confirmedAt, now) - idleMs(s, now) > Math.min(30_000, s.limits.warnAfterMs / 4))
    effects.push(pingEffect(s, 'leave', now));
}

// The server's word

function hear(s: Draft, reply: Reply, asked: Asked, now: Mark, effects: Effect[]): void {
  if (asked === s.asking) s.asking = null;
  if (!isLater(asked.at, s.takenAt, now)) return;
  const isFirst = s.takenAt === NEVER;
  s.takenAt = asked.at;
  s.failures = 0;
  s.waitMs = PING_GAP_MS;
  if (reply.state === 'live') return hearLive(s, reply, asked, now, effects);
  if (s.phase === 'locked') return;
  const { reason } = reply.state === 'ended' ? reply : { reason: null };
  if (s.wasLive || s.verifying?.reason || (reason && !s.config.atSignIn)) {
    end(s, reason ?? s.verifying?.reason ?? 'signed-out', 'server', now, effects);
  } else {
    s.phase = 'dormant';
    s.verifying = s.doubt = null;
    if (isFirst && s.config.fromHistory) effects.push({ type: 'reload' });
  }
}

function hearLive(s: Draft, reply: LiveReply, { at, reports }: Asked, now: Mark, effects: Effect[]): void {
  const isOther = s.owner !== null && reply.owner !== null && reply.owner !== s.owner;
  const wasLocked = s.phase === 'locked';
  if (wasLocked) effects.push({ type: isOther ? 'reload' : 'resume' });
  else if (isOther) end(s, 'replaced', 'server', now, effects);
  if (isOther) return;
  if (!isWatched(s)) s.phase = 'active';
  s.reason = null;
  s.wasLive = true;
  s.owner ??= reply.owner;
  s.server = { warnAfterMs: reply.warnAfterMs, expireAfterMs: reply.expireAfterMs };
  s.limits = stricter(s.config.own, s.server);
  s.lifetime = { since: at, leftMs: reply.lifetimeLeftMs ?? Infinity };
  // Counted from the asking, so that a slow answer never makes a session look longer.
  const known = before(at, reply.idleMs);
  // Never back: or an answer that was slower than the last would make news of what was told long ago.
  s.confirmedAt = later(later(s.confirmedAt, known, now), reports ?? known, now);
  s.activeAt = s.presumed ? known : later(s.activeAt, known, now);
  s.presumed = false;
  if (s.doubt && !isLater(s.doubt, at, now)) s.doubt = NEVER;
  verify(s, at, now, effects);
}

/** Reveals what the server's answer has cleared of suspicion, and ends what it has not. */
function verify(s: Draft, askedAt: Mark, now: Mark, effects: Effect[]): void {
  // What was asked before, or lay about while the machine slept, is no answer to it.
  if (!s.verifying || isLater(s.verifying.since, askedAt, now) || elapsed(askedAt, now) > s.config.timeoutMs) return;
  const due = standingOf(s, now);
  if (due.phase === 'ended') end(s, due.reason, 'clock', now, effects);
  else s.verifying = null;
}

function miss(s: Draft, jitter: number, retryAfterMs: number | null, now: Mark, effects: Effect[]): void {
  if (s.asking?.kind === 'check') s.question = 'check';
  s.asking = null;
  s.failures += 1;
  s.waitMs = elapsed(s.askedAt, now) + retryInMs(s, jitter, retryAfterMs, now);
  if (s.doubt) s.doubt = NEVER;
  const reason = s.verifying?.reason;
  // A jump of the wall clock alone proves nothing: after sleep the network is often not up yet.
  const onlyJumped = standingOf(s, { wall: -Infinity, mono: now.mono }).phase !== 'ended';
  const isTimed = reason === 'idle' || reason === 'lifetime';
  if (reason && !(isTimed && onlyJumped)) end(s, reason, 'clock', now, effects);
}

/**
 * Quickly at first, then at steps that shrink towards the deadline, the last one `lead` before it and one at it;
 * never more than twelve in the length of a session.
 */
function retryInMs(s: State, jitter: number, retryAfterMs: number | null, now: Mark): number {
  const { expireAfterMs } = s.limits;
  const toDeadline = expireAfterMs - elapsed(s.confirmedAt === NEVER ? s.activeAt : s.confirmedAt, now);
  const toLastTry = toDeadline - leadMs(s.limits);
  const steady = toLastTry > 0 ? Math.max(expireAfterMs / 24, toLastTry / 2) : expireAfterMs / 2;
  const backOff = (s.failures < 3 ? 1_000 * 2 ** (s.failures - 1) : steady) * (1 + jitter / 2);
  const wanted = Math.max(PING_GAP_MS, backOff, retryAfterMs ?? 0);
  const latest = [toLastTry, toDeadline].find((ms) => ms >= PING_GAP_MS) ?? Infinity;
  // One that hangs must not stand in the way of the last.
  return latest <= wanted + s.config.timeoutMs ? latest : wanted;
}

function end(s: Draft, reason: EndReason, by: 'server' | 'clock' | 'person', now: Mark, effects: Effect[]): void {
  const locks = s.config.lockForMs !== null && s.phase !== 'locked' && by !== 'person' && reason !== 'replaced';
  s.phase = locks ? 'locked' : 'ended';
  s.reason = reason;
  // Of what comes after, neither older answers say anything nor older activity.
  s.lockedAt = s.takenAt = now;
  s.confirmedAt = NEVER;
  s.presumed = true;
  s.waitMs = PING_GAP_MS;
  s.verifying = s.doubt = s.asking = s.question = null;
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
  s.waitMs = PING_GAP_MS;
}

/** A ping reports only news: to repeat what the server knows could but round it in the session's favour (T7). */
function pingEffect(s: State, kind: AskKind, now: Mark): Effect & { type: 'ping' } {
  const reports = hasNews(s, now);
  return { type: 'ping', kind, idleMs: reports ? idleMs(s, now) : null, owner: reports ? s.owner : null };
}

function nextAsk(s: State, now: Mark): { kind: AskKind; inMs: number } | null {
  const kind = nextKind(s, now);
  const dueMs = kind === 'report' ? reportAfterMs(s.limits) - elapsed(s.confirmedAt, now) : 0;
  return kind && { kind, inMs: Math.max(0, dueMs, s.waitMs - elapsed(s.askedAt, now)) };
}

/** The most urgent question; only the one that takes back a warning displaces another under way. */
function nextKind(s: State, now: Mark): AskKind | null {
  if (!s.config.canAsk || s.phase === 'ended') return null;
  const extending = !s.verifying && s.phase === 'warning' && hasNews(s, now) && !isConfirmed(s, now);
  if (s.asking && (!extending || s.asking.kind === 'extend')) return null;
  if (s.verifying) return 'expire';
  if (extending) return 'extend';
  if (s.question || !isWatched(s)) return s.question;
  if (s.doubt && s.doubt !== NEVER) return 'warn';
  if (s.takenAt === NEVER) return 'connect';
  return hasNews(s, now) ? 'report' : null;
}

function wakeInMs(s: State, now: Mark): number | null {
  const due = [nextAsk(s, now)?.inMs ?? 0, s.phase === 'locked' ? lockLeft(s, now) : 0];
  if (isWatched(s)) due.push(...deadlines(s, now));
  const next = Math.min(...due.filter((ms) => ms > 0));
  return next === Infinity ? null : next;
}

/** In how long each deadline is; what lies behind is not due any more. */
function deadlines(s: State, now: Mark): number[] {
  const { verifying, doubt } = s;
  // The lifetime's end stands also when its warning was put aside.
  const lifeLeft = lifetimeLeft(s, now);
  if (verifying) return [lifeLeft, verifyMs(s, verifying.reason) - (now.mono - verifying.since.mono)];
  const due = standingOf(s, now);
  return [
    lifeLeft,
    due.phase === 'ended' ? 0 : due.nextMs,
    doubt ? leadMs(s.limits) - elapsed(doubt, now) : 0,
    s.phase === 'warning' && due.phase === 'active' && isConfirmed(s, now) ? restInMs(s, now) : 0,
  ];
}
