/** Activity in the memory of one process: the default store. A restart forgets it all. */
import { END_REASONS, type EndReason } from '../../policy.js';
import { digest } from '../digest.js';
import { SessionSecurityError } from '../error.js';
import { type ActivityStore, enrolled, type Entry, touched } from '../store.js';

export interface MemoryStoreOptions {
  /**
   * How many sessions are remembered, live and ended: from 1 up, 250 000 by default, at some 80 bytes each, 150 with a
   * subject, beside what their names take. A full store refuses new sessions (503) and lets go of none before its time.
   */
  maxSessions?: number;
  /** The clock: milliseconds since 1970. By default the computer's, but one that goes on when that is set back. */
  now?: () => number;
}

/** How many sessions each call looks at for garbage: more than the one it may add, so that garbage cannot pile up. */
const LOOKS_PER_CALL = 4;

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
  const table = new Table();
  const slots = new Maps<number>();
  /** The slots of each person's sessions, live and ended. Most have one, for which a list would be dear. */
  const bySubject = new Maps<number | number[]>();
  let size = 0;
  let cursor = 0;
  let latest = -Infinity;

  function present(): number {
    latest = Math.max(latest, clock());
    for (let looked = 0; looked < Math.min(LOOKS_PER_CALL, table.length); looked++) {
      cursor = (cursor + 1) % table.length;
      if (table.dropAt(cursor) <= latest) drop(cursor);
    }
    return latest;
  }

  const find = (id: string) => slots.of(id).get(id);

  function add(id: string, entry: Entry, keepMs: number, subject?: string): void {
    if (size >= maxSessions) throw new Error(`memoryStore(): full, with ${maxSessions} sessions`);
    size++;
    const slot = table.take(id, subject);
    table.write(slot, entry, latest + keepMs);
    slots.of(id).set(id, slot);
    if (subject === undefined) return;
    const theirs = bySubject.of(subject);
    const known = theirs.get(subject);
    if (Array.isArray(known)) known.push(slot);
    else theirs.set(subject, known === undefined ? slot : [known, slot]);
  }

  function drop(slot: number): void {
    size--;
    const { id, subject } = table.free(slot);
    slots.of(id).delete(id);
    if (subject === undefined) return;
    const theirs = bySubject.of(subject);
    const known = theirs.get(subject);
    if (Array.isArray(known) && known.length > 1) known.splice(known.indexOf(slot), 1);
    else theirs.delete(subject);
  }

  function end(slot: number, reason: EndReason, keepMs: number): boolean {
    const entry = table.read(slot);
    if (entry.ended !== null) return false;
    table.write(slot, { ...entry, ended: reason }, latest + keepMs);
    return true;
  }

  // `async` turns what is thrown into a rejection; nothing is awaited before all is done, so each method is one step.
  /* eslint-disable @typescript-eslint/require-await */
  return {
    async start(id, start) {
      const now = present();
      const known = find(id);
      if (known !== undefined) return table.read(known).ended === null ? 'exists' : 'ended';
      add(id, { ...enrolled(start, 0, now), ended: null }, start.keepMs, start.subject);
      return 'started';
    },

    async touch(id, touch) {
      const now = present();
      const slot = find(id);
      const known = slot === undefined ? undefined : table.read(slot);
      const after = touched(known, touch, now);
      if (after === null) return null;
      const { entry, verdict } = after;
      if (slot === undefined) add(id, entry, touch.keepMs, touch.enrol?.subject);
      else if (known?.ended === null) table.write(slot, entry, now + touch.keepMs);
      return verdict;
    },

    async end(id, { reason, keepMs }) {
      const now = present();
      const known = find(id);
      if (known !== undefined) return end(known, reason, keepMs);
      add(id, { createdAt: now, activeAt: now, ended: reason }, keepMs);
      return true;
    },

    async endAll(subject, { reason, keepMs }) {
      present();
      const theirs = [bySubject.of(subject).get(subject) ?? []].flat();
      const ids = theirs.filter((slot) => end(slot, reason, keepMs)).map((slot) => table.idOf(slot));
      return Promise.all(ids.map(digest));
    },
  };
}

/**
 * A map in many small ones. Each growth of a large one would hold up everybody for as long as it takes to copy it: a
 * tenth of a second for a million.
 */
class Maps<V> {
  readonly #maps: Map<string, V>[] = [];

  of(key: string): Map<string, V> {
    // FNV-1a. Nobody needs to be kept from choosing keys that meet in one map, which is only slower.
    let hash = 0x811c9dc5;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
    return (this.#maps[hash & 0xff] ??= new Map());
  }
}

/** The table grows by a block at a time, so that nothing of it is ever copied. */
const SLOTS_PER_BLOCK = 4_096;

/** Where in a slot's bytes the times are, and whether and why its session is over. Objects would take twice as many. */
const [CREATED_AT, ACTIVE_AT, DROP_AT, ENDED, BYTES_PER_SLOT] = [0, 8, 16, 24, 25];

interface Block {
  facts: DataView;
  ids: string[];
  subjects: (string | undefined)[];
}

/** What is remembered of each session, in a slot of its own. */
class Table {
  /** How many slots there are, free ones included. */
  length = 0;
  /** The slot that was freed last; it tells in its `CREATED_AT` which was before it. */
  #free = -1;
  readonly #blocks: Block[] = [];

  /** A free slot. */
  take(id: string, subject: string | undefined): number {
    const slot = this.#free === -1 ? this.length++ : this.#free;
    const { facts, ids, subjects } = this.#blockOf(slot);
    if (slot === this.#free) this.#free = facts.getFloat64(placeOf(slot) + CREATED_AT);
    facts.setFloat64(placeOf(slot) + DROP_AT, 0);
    ids[slot % SLOTS_PER_BLOCK] = id;
    subjects[slot % SLOTS_PER_BLOCK] = subject;
    return slot;
  }

  free(slot: number): { id: string; subject: string | undefined } {
    const { facts, ids, subjects } = this.#blockOf(slot);
    const [id, subject] = [this.idOf(slot), subjects[slot % SLOTS_PER_BLOCK]];
    ids[slot % SLOTS_PER_BLOCK] = '';
    subjects[slot % SLOTS_PER_BLOCK] = undefined;
    facts.setFloat64(placeOf(slot) + CREATED_AT, this.#free);
    facts.setFloat64(placeOf(slot) + DROP_AT, Infinity);
    this.#free = slot;
    return { id, subject };
  }

  read(slot: number): Entry {
    const { facts } = this.#blockOf(slot);
    const at = placeOf(slot);
    const ended = END_REASONS[facts.getUint8(at + ENDED) - 1] ?? null;
    return { createdAt: facts.getFloat64(at + CREATED_AT), activeAt: facts.getFloat64(at + ACTIVE_AT), ended };
  }

  /** Kept until `dropAt`, or for longer if it was before. */
  write(slot: number, { createdAt, activeAt, ended }: Entry, dropAt: number): void {
    const { facts } = this.#blockOf(slot);
    const at = placeOf(slot);
    facts.setFloat64(at + CREATED_AT, createdAt);
    facts.setFloat64(at + ACTIVE_AT, activeAt);
    facts.setFloat64(at + DROP_AT, Math.max(facts.getFloat64(at + DROP_AT), dropAt));
    facts.setUint8(at + ENDED, ended === null ? 0 : 1 + END_REASONS.indexOf(ended));
  }

  dropAt(slot: number): number {
    return this.#blockOf(slot).facts.getFloat64(placeOf(slot) + DROP_AT);
  }

  idOf(slot: number): string {
    return this.#blockOf(slot).ids[slot % SLOTS_PER_BLOCK] ?? '';
  }

  #blockOf(slot: number): Block {
    return (this.#blocks[Math.floor(slot / SLOTS_PER_BLOCK)] ??= {
      facts: new DataView(new ArrayBuffer(SLOTS_PER_BLOCK * BYTES_PER_SLOT)),
      ids: [],
      subjects: [],
    });
  }
}

const placeOf = (slot: number): number => (slot % SLOTS_PER_BLOCK) * BYTES_PER_SLOT;

/** The wall clock; once that is set back, the monotonic one carries on from there. That one alone stops in sleep. */
function steadyClock(): () => number {
  let offset = -Infinity;
  return () => {
    const [wall, monotonic] = [Date.now(), performance.now()];
    offset = Math.max(offset, wall - monotonic);
    return Math.max(wall, Math.floor(monotonic + offset));
  };
}
