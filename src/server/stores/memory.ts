/** Activity in the memory of one process: the default store. A restart forgets it all. */
import type { EndReason } from '../../policy.js';
import { SessionSecurityError } from '../error.js';
import { type ActivityStore, enrolled, type Entry, touched } from '../store.js';

export interface MemoryStoreOptions {
  /**
   * How many sessions are remembered, live and ended: from 1 up, 250 000 by default, at some 210 bytes each, 350
   * with a subject. A full store refuses new sessions (503) and lets go of none before its time.
   */
  maxSessions?: number;
  /** The clock: milliseconds since 1970. By default the computer's, but one that goes on when that is set back. */
  now?: () => number;
}

interface Held extends Entry {
  dropAt: number;
  subject: string | undefined;
}

/** How many entries each call looks at for garbage: more than the one it may add, so that garbage cannot pile up. */
const ENTRIES_PER_CALL = 4;

/** @throws {SessionSecurityError} `invalid-option`, for a `maxSessions` that is no whole number from 1 up. */
export function memoryStore({
  maxSessions = 250_000,
  now: clock = steadyClock(),
}: MemoryStoreOptions = {}): ActivityStore {
  if (!Number.isSafeInteger(maxSessions) || maxSessions < 1) {
    throw new SessionSecurityError(
      'invalid-option',
      `memoryStore(): maxSessions is ${maxSessions}. Give a whole number from 1 up.`,
    );
  }
  const entries = new Map<string, Held>();
  /** The ids of each person's sessions, live and ended. Few each, and for few a set takes five times as much memory. */
  const bySubject = new Map<string, string[]>();
  let cursor = entries.entries();
  let latest = -Infinity;

  function present(): number {
    latest = Math.max(latest, clock());
    collect(ENTRIES_PER_CALL);
    return latest;
  }

  function collect(count: number): number {
    const before = entries.size;
    for (let looked = 0; looked < count; looked++) {
      const next = cursor.next();
      if (next.done) {
        cursor = entries.entries();
        break;
      }
      const [id, entry] = next.value;
      if (entry.dropAt <= latest) drop(id, entry);
    }
    return before - entries.size;
  }

  function add(id: string, entry: Entry, keepMs: number, subject?: string): void {
    if (entries.size >= maxSessions) throw new Error(`memoryStore(): full, with ${maxSessions} sessions`);
    const { createdAt, activeAt, ended } = entry;
    entries.set(id, { createdAt, activeAt, ended, dropAt: latest + keepMs, subject });
    if (subject === undefined) return;
    const ids = bySubject.get(subject);
    if (ids) ids.push(id);
    else bySubject.set(subject, [id]);
  }

  function drop(id: string, { subject }: Held): void {
    entries.delete(id);
    if (subject === undefined) return;
    const ids = bySubject.get(subject) ?? [];
    if (ids.length > 1) ids.splice(ids.indexOf(id), 1);
    else bySubject.delete(subject);
  }

  function end(entry: Held, reason: EndReason, keepMs: number): boolean {
    if (entry.ended !== null) return false;
    entry.ended = reason;
    entry.dropAt = Math.max(entry.dropAt, latest + keepMs);
    return true;
  }

  // `async` turns what is thrown into a rejection; nothing is awaited, so each method is one step.
  /* eslint-disable @typescript-eslint/require-await */
  return {
    async start(id, start) {
      const now = present();
      const known = entries.get(id);
      if (known) return known.ended === null ? 'exists' : 'ended';
      add(id, { ...enrolled(start, 0, now), ended: null }, start.keepMs, start.subject);
      return 'started';
    },

    async touch(id, touch) {
      const now = present();
      const known = entries.get(id);
      const after = touched(known, touch, now);
      if (after === null) return null;
      const { entry, verdict } = after;
      if (!known) add(id, entry, touch.keepMs, touch.enrol?.subject);
      else if (known.ended === null) {
        known.activeAt = entry.activeAt;
        known.ended = entry.ended;
        known.dropAt = Math.max(known.dropAt, now + touch.keepMs);
      }
      return verdict;
    },

    async end(id, { reason, keepMs }) {
      const now = present();
      const known = entries.get(id);
      if (known) return end(known, reason, keepMs);
      add(id, { createdAt: now, activeAt: now, ended: reason }, keepMs);
      return true;
    },

    async endAll(subject, { reason, keepMs }) {
      present();
      const held = [...(bySubject.get(subject) ?? [])].map((id) => entries.get(id));
      return held.filter((entry) => entry && end(entry, reason, keepMs)).length;
    },

    async sweep() {
      cursor = entries.entries();
      latest = Math.max(latest, clock());
      return collect(entries.size);
    },
  };
}

/** The wall clock; once that is set back, the monotonic one carries on from there. That one alone stops in sleep. */
function steadyClock(): () => number {
  let offset = -Infinity;
  return () => {
    const [wall, monotonic] = [Date.now(), performance.now()];
    offset = Math.max(offset, wall - monotonic);
    return Math.max(wall, Math.floor(monotonic + offset));
  };
}
