/**
 * What a store that outlives its process writes down of a session, and what each call makes of it. Pure: the SQLite and
 * Durable Object stores run it as it is; the scripts of the Redis and PostgreSQL stores repeat it, line by line.
 */
import type { EndReason } from '../../policy.js';
import {
  enrolled,
  type Entry,
  type Start,
  type StartResult,
  stepMs,
  type Touch,
  touched,
  type Verdict,
} from '../store.js';

export interface SessionRecord extends Entry {
  /** The latest time that any call has seen, written when it is {@link stepMs} later: should the clock be set back. */
  seenAt: number;
  /** When it may be dropped. */
  dropAt: number;
  /** Whose session it is, hashed; `null` if nobody told. */
  subject: string | null;
}

/** The answer to a call, and what is to be written for it; `null` where nothing is. */
export interface Change<Answer> {
  answer: Answer;
  record: SessionRecord | null;
}

export function start(known: SessionRecord | undefined, start: Start, clock: number): Change<StartResult> {
  if (known) return { answer: known.ended === null ? 'exists' : 'ended', record: null };
  const dropAt = dropTime(undefined, clock, start.keepMs);
  const subject = start.subject ?? null;
  return { answer: 'started', record: { ...enrolled(start, 0, clock), ended: null, seenAt: clock, dropAt, subject } };
}

export function touch(known: SessionRecord | undefined, touch: Touch, clock: number): Change<Verdict | null> {
  const now = present(known, clock);
  const after = touched(known, touch, now);
  if (after === null) return { answer: null, record: null };
  const { entry, verdict } = after;
  if (known && known.ended !== null) return { answer: verdict, record: null };
  const dropAt = dropTime(known, now, touch.keepMs);
  const worthwhile =
    !known ||
    entry.ended !== null ||
    entry.activeAt > known.activeAt ||
    dropAt > known.dropAt ||
    now - known.seenAt >= stepMs(touch.policy);
  const subject = known ? known.subject : (touch.enrol?.subject ?? null);
  return { answer: verdict, record: worthwhile ? { ...entry, seenAt: now, dropAt, subject } : null };
}

export function end(
  known: SessionRecord | undefined,
  { reason, keepMs }: { reason: EndReason; keepMs: number },
  clock: number,
): Change<boolean> {
  const now = present(known, clock);
  if (known && known.ended !== null) return { answer: false, record: null };
  const { createdAt, activeAt, subject } = known ?? { createdAt: now, activeAt: now, subject: null };
  const dropAt = dropTime(known, now, keepMs);
  return { answer: true, record: { createdAt, activeAt, ended: reason, seenAt: now, dropAt, subject } };
}

const present = (known: SessionRecord | undefined, clock: number): number => Math.max(clock, known?.seenAt ?? clock);

/** Put off with something to spare, so that not every touch has to. */
function dropTime(known: SessionRecord | undefined, now: number, keepMs: number): number {
  return known && known.dropAt >= now + keepMs ? known.dropAt : now + sparedMs(keepMs);
}

const sparedMs = (keepMs: number): number => keepMs + keepMs / 8 + 60_000;
