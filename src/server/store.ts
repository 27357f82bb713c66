/**
 * What a store of activity promises, how it judges, and the check that it kept its promise.
 * All durations and times are milliseconds; times are by the store's own clock.
 */
import { END_REASONS, type EndReason, leadMs, type Policy, standing } from '../policy.js';

/**
 * Remembers when each session began and was last active, and which are over.
 *
 * Every method is one atomic step for one id. It takes as the present the latest time the store has seen, so that
 * a clock set back revives no session; the limits stand still until it has caught up. It keeps facts, never deadlines: a changed policy
 * applies at once. An ended record is final, and kept for `keepMs`; time to live only collects garbage. A store that
 * cannot hold one more session rejects, rather than forget another. Touches may be lost in a crash, ends may not.
 */
export interface ActivityStore {
  /** Begins a session at idle 0. One that exists, or has ended, is left as it is. */
  start(id: string, start: Start): Promise<StartResult>;
  /**
   * Reports an activity, or, with `idleMs: null`, only asks. In this order: has it ended? is it past a deadline?
   * then the latest activity is the later of the known and the reported one. `null`: not known, and not to be enrolled.
   */
  touch(id: string, touch: Touch): Promise<Verdict | null>;
  /** Ends the session, known or not. `true` for the one call that ended it. */
  end(id: string, end: { reason: EndReason; keepMs: number }): Promise<boolean>;
  /**
   * Ends all sessions of one person: every one that was begun with this `subject` before the call, and none begun after
   * it. Tells which this call ended, by the SHA-256 of their ids in base64url. If it rejects, some may have ended: call
   * it again. Which those were, an {@link EndedInPart} tells.
   */
  endAll?(subject: string, end: { reason: EndReason; keepMs: number }): Promise<string[]>;
  /** Drops what nobody needs any more, and tells how many records that were. For stores that don't do so by themselves. */
  sweep?(): Promise<number>;
}

export type StartResult = 'started' | 'exists' | 'ended';

export interface SignIn {
  /** When the person signed in, if the application knows. Milliseconds since 1970, by the application's clock. */
  createdAt?: number;
  /** Who signed in. */
  subject?: string;
}

export interface Start extends SignIn {
  /** How long the record must outlive its latest use. */
  keepMs: number;
}

export interface Touch {
  /** How long ago the activity was, from 0 up; `null` only asks. */
  idleMs: number | null;
  policy: Policy;
  /** How late a report may come of an activity that was in time. */
  graceMs: number;
  /** How long the record must outlive this touch. */
  keepMs: number;
  /** Begins the session if it is not known. */
  enrol?: SignIn;
}

export type Verdict = LiveVerdict | EndedVerdict;

export interface LiveVerdict {
  live: true;
  /** Time since the latest activity. */
  idleMs: number;
  /** Time since the session began. */
  ageMs: number;
  /** How far this touch moved the latest activity: 0 if it did not. */
  movedMs: number;
  /** `true` for the one touch that began the session. */
  first: boolean;
}

export interface EndedVerdict {
  live: false;
  reason: EndReason;
  /** `true` for the one touch that found the session past its deadline. */
  first: boolean;
}

/** What is remembered of a live session. */
export interface Facts {
  createdAt: number;
  activeAt: number;
}

/** What is remembered of any session; `ended` is `null` while it lives. */
export interface Entry extends Facts {
  ended: EndReason | null;
}

/** A store that failed, was silent, or answered nonsense. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
}

/** Not all sessions of a person could be ended, for the reason that is its `cause`. */
export class EndedInPart extends Error {
  override readonly name = 'EndedInPart';
  /** Those that were, as {@link ActivityStore.endAll} names them. */
  readonly sessions: readonly string[];

  constructor(sessions: readonly string[], cause: unknown) {
    super(`not all sessions could be ended, only ${sessions.length}`, { cause });
    this.sessions = sessions;
  }
}

/**
 * The facts a session begins with when it is first seen. Seeing it is activity, unless the application tells when it
 * began and nothing says that anybody was active since.
 */
export function enrolled({ createdAt }: SignIn, idleMs: number | null, now: number): Facts {
  if (createdAt === undefined) return { createdAt: now - (idleMs ?? 0), activeAt: now - (idleMs ?? 0) };
  const began = Math.min(createdAt, now);
  return { createdAt: began, activeAt: idleMs === null ? began : Math.max(began, now - idleMs) };
}

/** When a session was last active after a touch, or why it is over. */
export function judge(
  { createdAt, activeAt }: Facts,
  { idleMs, policy, graceMs }: Touch,
  now: number,
): { activeAt: number } | { reason: EndReason } {
  const deadline = activeAt + policy.expireAfterMs;
  const reported = idleMs === null ? activeAt : Math.max(activeAt, now - idleMs);
  const past = now >= deadline;
  const inTimeButLate = past && reported < deadline && now - deadline <= graceMs;
  const worthwhile = reported - activeAt >= stepMs(policy);
  const latest = inTimeButLate || (!past && worthwhile) ? reported : activeAt;
  const lifetimeLeftMs = policy.lifetimeMs === null ? null : createdAt + policy.lifetimeMs - now;
  const where = standing(policy, now - latest, lifetimeLeftMs);
  return where.phase === 'ended' ? { reason: where.reason } : { activeAt: latest };
}

/** Smaller steps are not worth a write. The element's bounds leave the lead to spare, and no more. */
export const stepMs = (policy: Policy): number => Math.min(1_000, leadMs(policy));

/** What a touch makes of what is known, and the answer. `null`: not known, and not to be enrolled. */
export function touched(
  known: Entry | undefined,
  touch: Touch,
  now: number,
): { entry: Entry; verdict: Verdict } | null {
  if (!known && !touch.enrol) return null;
  const entry = known ?? { ...enrolled(touch.enrol ?? {}, touch.idleMs, now), ended: null };
  if (entry.ended !== null) return { entry, verdict: { live: false, reason: entry.ended, first: false } };
  const judged = judge(entry, touch, now);
  if ('reason' in judged) {
    const { reason } = judged;
    return { entry: { ...entry, ended: reason }, verdict: { live: false, reason, first: true } };
  }
  const { activeAt } = judged;
  const { createdAt } = entry;
  const movedMs = activeAt - (known ? known.activeAt : createdAt);
  const verdict: Verdict = { live: true, idleMs: now - activeAt, ageMs: now - createdAt, movedMs, first: !known };
  return { entry: { createdAt, activeAt, ended: null }, verdict };
}

/** The verdict in a store's answer. Throws for anything that is none, and for a live one beyond the policy. */
export function checkVerdict(answer: unknown, policy: Policy): Verdict | null {
  if (answer === null) return null;
  if (typeof answer === 'object') {
    const { live, idleMs, ageMs, movedMs, reason, first } = answer as Record<string, unknown>;
    const isTimed = isDuration(idleMs) && isDuration(ageMs) && isDuration(movedMs) && idleMs <= ageMs;
    if (live === true && isTimed && typeof first === 'boolean') {
      const lifetimeLeftMs = policy.lifetimeMs === null ? null : policy.lifetimeMs - ageMs;
      if (standing(policy, idleMs, lifetimeLeftMs).phase !== 'ended') return { live, idleMs, ageMs, movedMs, first };
    }
    if (live === false && isEndReason(reason) && typeof first === 'boolean') return { live, reason, first };
  }
  throw new TypeError('the store answered a touch with what is no verdict');
}

export function checkStartResult(answer: unknown): StartResult {
  if (answer === 'started' || answer === 'exists' || answer === 'ended') return answer;
  throw new TypeError('the store answered a start with what is no result of one');
}

export function checkEnded(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer;
  throw new TypeError('the store answered an end with neither true nor false');
}

export function checkSessions(answer: unknown): string[] {
  if (Array.isArray(answer) && answer.every((session) => typeof session === 'string' && DIGEST.test(session)))
    return answer as string[];
  throw new TypeError('the store answered an end of all with what are no digests of sessions');
}

/** SHA-256 in base64url. */
const DIGEST = /^[\w-]{43}$/;

const isDuration = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;

const isEndReason = (value: unknown): value is EndReason => (END_REASONS as readonly unknown[]).includes(value);
