/** Activity in the memory of one process: the default store. A restart forgets it all. */
import type { EndReason } from '../../policy.js';
import { SessionSecurityError } from '../error.js';
import { type ActivityStore, enrolled, type Facts, judge } from '../store.js';

export interface MemoryStoreOptions {
  /**
   * How many sessions are remembered, live and ended: from 1 up, 250 000 by default, at some 450 bytes each. A full
   * store refuses new sessions (503) and lets go of none before its time.
   */
  maxSessions?: number;
  /** The clock: milliseconds since 1970. By default the computer's, but one that goes on when that is set back. */
  now?: () => number;
}

/** `ended` is `null` while the session lives. */
interface Entry extends Facts {
  subject: string | undefined;
  ended: EndReason | null;
  dropAt: number;
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
  const entries = new Map<string, Entry>();
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
      if (entry.dropAt <= latest) entries.delete(id);
    }
    return before - entries.size;
  }

  function add(id: string, facts: Facts, keepMs: number, subject?: string): Entry {
    if (entries.size >= maxSessions) throw new Error(`memoryStore(): full, with ${maxSessions} sessions`);
    const entry: Entry = { ...facts, subject, ended: null, dropAt: latest + keepMs };
    entries.set(id, entry);
    return entry;
  }

  // `async` turns what is thrown into a rejection; nothing is awaited, so each method is one step.
  /* eslint-disable @typescript-eslint/require-await */
  return {
    async start(id, start) {
      const now = present();
      const known = entries.get(id);
      if (known) return known.ended === null ? 'exists' : 'ended';
      add(id, enrolled(start, 0, now), start.keepMs, start.subject);
      return 'started';
    },

    async touch(id, touch) {
      const now = present();
      const known = entries.get(id);
      if (!known && !touch.enrol) return null;
      const entry =
        known ?? add(id, enrolled(touch.enrol ?? {}, touch.idleMs, now), touch.keepMs, touch.enrol?.subject);
      const before = known ? known.activeAt : entry.createdAt;
      if (entry.ended !== null) return { live: false, reason: entry.ended, first: false };
      entry.dropAt = Math.max(entry.dropAt, now + touch.keepMs);
      const judged = judge(entry, touch, now);
      if ('reason' in judged) {
        entry.ended = judged.reason;
        return { live: false, reason: judged.reason, first: true };
      }
      entry.activeAt = judged.activeAt;
      return {
        live: true,
        idleMs: now - entry.activeAt,
        ageMs: now - entry.createdAt,
        movedMs: entry.activeAt - before,
      };
    },

    async end(id, { reason, keepMs }) {
      const now = present();
      const entry = entries.get(id) ?? add(id, { createdAt: now, activeAt: now }, keepMs);
      if (entry.ended !== null) return false;
      entry.ended = reason;
      entry.dropAt = Math.max(entry.dropAt, now + keepMs);
      return true;
    },

    async endAll(subject, { reason, keepMs }) {
      const now = present();
      const living = [...entries.values()].filter((entry) => entry.subject === subject && entry.ended === null);
      for (const entry of living) {
        entry.ended = reason;
        entry.dropAt = Math.max(entry.dropAt, now + keepMs);
      }
      return living.length;
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
