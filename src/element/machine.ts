/**
 * The life of a guarded page as a pure function: `step(state, event, now)` gives the next state, what is to be done
 * about it, and when to look again. The rules are those of docs/how-it-works.md.
 */
import { leadMs, stricter, type EndReason, type Standing } from '../policy.js';
import type { LiveReply, Reply, TabMessage } from '../protocol.js';
import { nextAsk, retryInMs, verifyLeftMs, wakeInMs } from './schedule.js';
import {
  before,
  countdown,
  elapsed,
  fromWall,
  hasNews,
  idleMs,
  isConfirmed,
  isGuarded,
  isLater,
  isWatched,
  later,
  lockLeft,
  NEVER,
  PING_GAP_MS,
  restInMs,
  standingOf,
  type Asked,
  type AskKind,
  type Config,
  type Draft,
  type Mark,
  type State,
  type Suspicion,
} from './state.js';

export type Event =
  /** Real input in this tab, at the event's own time; `overDialog` is absent for what is no pointer. */
  | { type: 'activity'; at: Mark; overDialog?: boolean }
  /** Visible, focused, shown or resumed; `restored` from the back/forward cache. */
  | { type: 'woke'; restored?: boolean }
  | { type: 'online' }
  | { type: 'deadline' }
  /** It is this tab's turn to ask. */
  | { type: 'claimed' }
  | { type: 'reply'; reply: Reply }
  /** `jitter` in [0, 1) spreads the repetitions of many browsers. */
  | { type: 'no-reply'; jitter: number; retryAfterMs: number | null }
  | { type: 'extend' }
  | { type: 'sign-out' }
  /** The application's own way to sign out was taken. */
  | { type: 'signing-out' }
  /** News from another tab; `isStranger`: it shows somebody else's session. */
  | { type: 'told'; message: TabMessage; isStranger: boolean }
  | { type: 'check' }
  | { type: 'configure'; config: Config }
  /** The page is left; `kept` in the back/forward cache. */
  | { type: 'leave'; kept?: boolean };

export type Effect =
  | { type: 'ping'; kind: AskKind; idleMs: number | null; owner: string | null }
  | { type: 'tell'; message: TabMessage }
  /** The session is over; `by` whose word. Unless it is the server's or another tab's, the server's session may still have to be ended. */
  | { type: 'end'; reason: EndReason; by: EndedBy }
  /** An ended page was brought back by the browser: leave it again. */
  | { type: 'leave' }
  /** The same person is back on a locked page. */
  | { type: 'resume' }
  /** Another person is, or nobody: nothing that the browser has kept of this page may be shown. */
  | { type: 'reload' };

type EndedMessage = TabMessage & { type: 'ended' };
type EndedBy = 'server' | 'clock' | 'person' | 'tab';

export interface Step {
  state: State;
  effects: Effect[];
  /** When to send `deadline`, at the latest; `null`: nothing is due. */
  wakeInMs: number | null;
}

/** After these a page may be kept for the same person: nobody has chosen to leave it. */
const LOCKING: EndReason[] = ['idle', 'lifetime', 'revoked'];
/** How long a sign-out may be under way to the server before a session that is still live counts as not signed out. */
const SIGN_OUT_MS = 10_000;
/** How often other tabs are told of activity at most. */
const TELL_EVERY_MS = 1_000;

/** First the clock, then the event, then what both make due. */
export function step(state: State, event: Event, now: Mark): Step {
  const s: Draft = { ...state };
  const effects: Effect[] = [];
  // A page that lay frozen while it waited for an answer has left the server no time for one.
  if (event.type === 'woke' && s.verifying && now.mono - s.verifying.since.mono > s.config.timeoutMs)
    suspect(s, s.verifying.reason, now);
  keepTime(s, event.type === 'activity' ? event.at : now, effects);
  // What came before anybody saw the warning is no answer to it, and counts like any other.
  const awaitsButton = state.phase === 'warning' && state.config.extendOn === 'button';
  if (event.type !== 'activity' || !awaitsButton) take(s, event, now, effects);
  keepTime(s, now, effects);
  if (event.type !== 'leave') ask(s, now, effects);
  return { state: s, effects, wakeInMs: wakeInMs(s, now) };
}

// The clock

function keepTime(s: Draft, now: Mark, effects: Effect[]): void {
  if (s.phase === 'locked' && lockLeft(s, now) <= 0) end(s, s.reason ?? 'idle', 'clock', now, effects);
  if (!isWatched(s)) return;
  const due = standingOf(s, now);
  // Another tab may have asked a moment ago, and found more recent activity.
  if (due.phase === 'ended' && !s.verifying?.reason) suspect(s, due.reason, now, before(now, leadMs(s.limits)));
  if (s.verifying) giveUp(s, s.verifying, due, now, effects);
  else if (due.phase === 'warning') warn(s, due.cause, now);
  else if (due.phase === 'active') calm(s, now);
}

function warn(s: Draft, cause: 'idle' | 'lifetime', now: Mark): void {
  if (s.phase === 'warning') return;
  if (cause === 'idle' && s.config.canAsk) {
    if (!s.doubt) s.waitMs = PING_GAP_MS;
    // An answer that moved the warning by a moment need not be asked for again.
    s.doubt ??= elapsed(s.takenAt, now) < leadMs(s.limits) / 2 ? NEVER : now;
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

/** Conceals, and has the server asked at once, whatever the back-off says and whatever it is being asked already. */
function suspect(s: Draft, reason: EndReason | null, now: Mark, from = now): void {
  // Old news makes no older answer good enough.
  s.verifying = { since: now, reason, from: s.verifying ? later(s.verifying.from, from, now) : from };
  s.waitMs = PING_GAP_MS;
  s.asking = s.claim = null;
}

/** Ends what could not be verified in time, and reveals what, without a server, input in the queue has disproved. */
function giveUp(s: Draft, suspicion: Suspicion, due: Standing, now: Mark, effects: Effect[]): void {
  if (!s.config.canAsk && suspicion.reason === 'idle' && due.phase !== 'ended') s.verifying = null;
  else if (verifyLeftMs(s, suspicion, now) <= 0) end(s, suspicion.reason ?? 'idle', 'clock', now, effects);
}

// The events

function take(s: Draft, event: Event, now: Mark, effects: Effect[]): void {
  if (s.phase === 'ended') {
    if (event.type === 'woke' && event.restored) effects.push({ type: 'leave' });
    return;
  }
  switch (event.type) {
    case 'activity':
      return act(s, event.at, event.overDialog, now, effects);
    case 'woke':
      return wake(s, event.restored === true, now, effects);
    case 'online':
      s.waitMs = PING_GAP_MS;
      return wake(s, false, now, effects);
    case 'claimed':
      if (s.claim) s.claim = { ...s.claim, granted: true };
      return;
    case 'reply':
      if (s.asking) hear(s, event.reply, s.asking, now, effects);
      return;
    case 'no-reply':
      if (s.asking) miss(s, event.jitter, event.retryAfterMs, now, effects);
      return;
    case 'extend':
      return extend(s, now, effects);
    case 'sign-out':
      return end(s, 'signed-out', 'person', now, effects);
    case 'signing-out':
      return watchSignOut(s, now, effects);
    case 'told':
      return hearTab(s, event.message, event.isStranger, now, effects);
    case 'check':
      s.question = 'check';
      return;
    case 'configure':
      s.config = event.config;
      s.limits = stricter(s.config.own, s.server);
      return;
    case 'leave':
      return leave(s, event.kept === true, now, effects);
  }
}

function act(s: Draft, at: Mark, overDialog: boolean | undefined, now: Mark, effects: Effect[]): void {
  if (!isWatched(s)) return;
  // Concealed: only what was done before the deadline, and lay in the queue of a blocked page, still counts (T6).
  if (s.verifying && (s.verifying.reason !== 'idle' || standingOf(s, at).phase === 'ended')) return;
  note(s, at, now);
  const everyMs = s.phase === 'warning' ? 0 : Math.min(TELL_EVERY_MS, s.limits.warnAfterMs / 10);
  if (elapsed(s.toldAt, now) >= everyMs) tellActivity(s, now, effects);
  if (s.phase === 'warning') s.pointer = overDialog === undefined ? null : { over: overDialog, at };
}

function note(s: Draft, at: Mark, now: Mark): void {
  s.activeAt = later(s.activeAt, at, now);
  s.presumed = false;
  s.relayedAt = NEVER;
}

function tellActivity(s: Draft, now: Mark, effects: Effect[]): void {
  if (!isGuarded(s)) return;
  s.toldAt = now;
  effects.push({ type: 'tell', message: { type: 'activity', at: s.activeAt.wall } });
}

function wake(s: Draft, restored: boolean, now: Mark, effects: Effect[]): void {
  if (restored && isWatched(s) && !s.verifying?.reason) {
    if (s.config.canAsk) suspect(s, null, now);
    // Only a new page tells whether the session is still there.
    else effects.push({ type: 'reload' });
  }
  const isStale = s.takenAt !== NEVER && elapsed(s.takenAt, now) >= s.limits.warnAfterMs;
  if (s.phase === 'locked' || (isWatched(s) && (isStale || s.failures > 0))) s.question ??= 'wake';
  // Somebody waits before it.
  if (s.phase === 'locked') s.waitMs = PING_GAP_MS;
}

function extend(s: Draft, now: Mark, effects: Effect[]): void {
  if (!isWatched(s) || s.verifying) return;
  if (countdown(s, now).cause === 'lifetime') s.lifetimeNoted = true;
  note(s, now, now);
  tellActivity(s, now, effects);
  s.insisted = true;
  if (s.phase === 'active') s.question = 'check';
}

/** The page goes on until the application's answer replaces it, or until it turns out that it did not sign out. */
function watchSignOut(s: Draft, now: Mark, effects: Effect[]): void {
  if (!isGuarded(s)) return;
  effects.push({ type: 'tell', message: { type: 'ended', reason: 'signed-out', by: 'person', at: now.wall } });
  s.question = 'check';
  s.askedAt = now;
}

function leave(s: Draft, isKept: boolean, now: Mark, effects: Effect[]): void {
  if (!isWatched(s) || s.verifying) return;
  const isNew = hasNews(s, now);
  if (isNew && s.relayedAt === NEVER && isLater(s.activeAt, s.toldAt, now)) tellActivity(s, now, effects);
  const untoldMs = isNew ? elapsed(s.confirmedAt, now) - idleMs(s, now) : 0;
  if (s.config.canAsk && untoldMs > Math.min(30_000, s.limits.warnAfterMs / 4))
    effects.push(pingEffect(s, 'leave', now));
  // Concealed before it is put away: the first frame of its return must show nothing (C8).
  if (isKept) suspect(s, null, now);
}

// The other tabs' word

function hearTab(s: Draft, message: TabMessage, isStranger: boolean, now: Mark, effects: Effect[]): void {
  const at = fromWall(message.at, now);
  // A time that lies ahead says that the clocks disagree: the server knows.
  if (!at) s.question ??= 'wake';
  else if (isStranger) meetStranger(s, message.type, at, now);
  else if (message.type === 'activity') relay(s, at, now);
  else if (message.type === 'ended') doubtEnd(s, message, at, now, effects);
  else if (s.phase !== 'locked') hear(s, message.reply, { at, reports: fromWall(message.reports, now) }, now, effects);
  // Somebody has signed in; only the server tells this page who, and not by an answer that is under way already.
  // And at once, since the other tab has reached it.
  else if (isLater(at, s.takenAt, now)) [s.question, s.waitMs] = ['check', PING_GAP_MS];
}

function relay(s: Draft, at: Mark, now: Mark): void {
  if (!isGuarded(s) || !isLater(at, s.activeAt, now)) return;
  note(s, at, now);
  s.relayedAt = now;
}

/** Another session is live in this browser: whoever's page this is, it must not stay beside it (C7). */
function meetStranger(s: Draft, type: TabMessage['type'], at: Mark, now: Mark): void {
  // Whose the own session is, is not known yet; an answer that is under way may come from before the end of another.
  if (s.takenAt === NEVER) s.question = type === 'ended' ? 'check' : s.question;
  else if (type !== 'answer' || !isLater(at, s.takenAt, now)) return;
  else if (!isGuarded(s)) s.question = 'check';
  else if (!s.verifying) suspect(s, null, now);
}

/** News of an end is neither believed nor passed over: it may be old, or about a sign-out that did not succeed. */
function doubtEnd(s: Draft, { reason, by }: EndedMessage, at: Mark, now: Mark, effects: Effect[]): void {
  // A sign-out takes its time to reach the server, and what that said meanwhile means nothing.
  const from = by === 'person' ? before(at, -SIGN_OUT_MS) : at;
  if (s.takenAt === NEVER && s.config.canAsk) s.question = 'check';
  if (!isGuarded(s) || isLater(s.takenAt, from, now)) return;
  // What has lain in a frozen tab may be about a session before this one: only an answer to the same question is believed.
  const isAnswer = s.verifying?.reason && !isLater(s.verifying.since, at, now);
  if (!s.config.canAsk || (by !== 'person' && isAnswer)) end(s, reason, 'tab', now, effects);
  // A clock that knew less than this tab does.
  else if (by === 'clock' && standingOf(s, now).phase !== 'ended') s.question ??= 'wake';
  else suspect(s, reason, now, from);
}

// The server's word

function hear(s: Draft, reply: Reply, asked: Asked, now: Mark, effects: Effect[]): void {
  const isOwn = asked === s.asking;
  if (isOwn) s.asking = s.claim = null;
  if (!isLater(asked.at, s.takenAt, now)) return;
  const isFirst = s.takenAt === NEVER;
  s.takenAt = asked.at;
  s.failures = 0;
  s.waitMs = PING_GAP_MS;
  // Whatever made this tab wonder, another has just asked.
  if (s.question === 'wake' && elapsed(asked.at, now) < leadMs(s.limits)) s.question = null;
  if (reply.state === 'live') {
    hearLive(s, reply, asked, now, effects);
    if (isOwn && isGuarded(s)) effects.push({ type: 'tell', message: answer(reply, asked) });
    return;
  }
  if (s.phase === 'locked') return;
  const { reason } = reply.state === 'ended' ? reply : { reason: null };
  // A question may have crossed with a new id of the same session: another one bears the new cookie.
  if (reason === 'replaced' && isGuarded(s) && !s.verifying) return suspect(s, reason, now);
  if (s.wasLive || s.verifying?.reason || (reason && !s.config.atSignIn)) {
    end(s, reason ?? s.verifying?.reason ?? 'signed-out', 'server', now, effects);
  } else {
    s.phase = 'dormant';
    s.doubt = null;
    // What the browser has kept may be from before the end of a session: concealed until it is loaded anew.
    if (s.verifying || (isFirst && s.config.fromHistory)) effects.push({ type: 'reload' });
  }
}

/** What the other tabs hear of an answer; whose session it is, they tell by other means. */
const answer = (reply: LiveReply, { at, reports }: Asked): TabMessage => ({
  type: 'answer',
  at: at.wall,
  reply: { ...reply, owner: null },
  reports: reports?.wall ?? null,
});

function hearLive(s: Draft, reply: LiveReply, { at, reports }: Asked, now: Mark, effects: Effect[]): void {
  const wasLocked = s.phase === 'locked';
  const isSame = s.owner === reply.owner && s.owner !== null;
  // A locked page is shown to nobody of whom it isn't known that it is theirs.
  const isOther = !isSame && (wasLocked || (s.owner !== null && reply.owner !== null));
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
  // What another tab has asked a moment before need not be asked again.
  if (s.doubt && elapsed(at, now) <= elapsed(s.doubt, now) + leadMs(s.limits)) s.doubt = NEVER;
  verify(s, at, now, effects);
}

/** Reveals what the server's answer has cleared of suspicion, and ends what it has not. */
function verify(s: Draft, askedAt: Mark, now: Mark, effects: Effect[]): void {
  if (!s.verifying) return;
  const { since, from } = s.verifying;
  // What lay about while the machine slept is no answer.
  const clears = askedAt.mono >= from.mono && elapsed(askedAt, now) <= s.config.timeoutMs;
  const due = standingOf(s, now);
  if (!clears) s.waitMs = Math.max(PING_GAP_MS, Math.min(now.mono - since.mono, from.mono - now.mono));
  else if (due.phase === 'ended') end(s, due.reason, 'clock', now, effects);
  else s.verifying = null;
}

function miss(s: Draft, jitter: number, retryAfterMs: number | null, now: Mark, effects: Effect[]): void {
  if (s.asking?.kind === 'check' || s.phase === 'locked') s.question = 'check';
  s.asking = s.claim = null;
  s.failures += 1;
  s.waitMs = elapsed(s.askedAt, now) + retryInMs(s, jitter, retryAfterMs, now);
  if (s.doubt) s.doubt = NEVER;
  const reason = s.verifying?.reason;
  // A jump of the wall clock alone proves nothing: after sleep the network is often not up yet.
  const onlyJumped = standingOf(s, { wall: -Infinity, mono: now.mono }).phase !== 'ended';
  const isTimed = reason === 'idle' || reason === 'lifetime';
  if (reason && !(isTimed && onlyJumped)) end(s, reason, 'clock', now, effects);
}

function end(s: Draft, reason: EndReason, by: EndedBy, now: Mark, effects: Effect[]): void {
  const locks = s.config.lockForMs !== null && s.phase !== 'locked' && LOCKING.includes(reason);
  if (by !== 'tab' && isGuarded(s))
    effects.push({ type: 'tell', message: { type: 'ended', reason, by, at: now.wall } });
  s.phase = locks ? 'locked' : 'ended';
  s.reason = reason;
  // Of what comes after, neither older answers say anything nor older activity.
  s.lockedAt = s.takenAt = now;
  s.confirmedAt = NEVER;
  s.presumed = true;
  s.waitMs = PING_GAP_MS;
  s.verifying = s.doubt = s.asking = s.claim = s.question = null;
  effects.push({ type: 'end', reason, by });
}

// The next question

function ask(s: Draft, now: Mark, effects: Effect[]): void {
  const next = nextAsk(s, now);
  if (!next || next.inMs > 0) {
    // An answer that another tab got has come in between.
    if (!s.asking) s.claim = null;
    return;
  }
  if (next.turnMs > 0) {
    // A turn is for one question, not for the one that displaces it as well.
    if (s.asking && s.claim && !isLater(s.claim.since, s.asking.at, now)) s.claim = null;
    s.claim ??= { since: now, granted: false };
    if (!s.claim.granted && elapsed(s.claim.since, now) < next.turnMs) return;
  } else {
    // Whoever needs no turn keeps none, or the one for two questions would last as long as both.
    s.claim = null;
  }
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
