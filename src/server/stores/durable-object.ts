/**
 * Activity in Cloudflare's Durable Objects: one object for each session, wherever its requests come in, and one for each
 * person, which knows that person's sessions.
 */
import { digest } from '../digest.js';
import type { ActivityStore, SignIn, Start, StartResult, Touch, Verdict } from '../store.js';
import { type Change, end, type SessionRecord, start, touch } from './record.js';

/** As a binding of the class {@link SessionActivity} is. */
export interface SessionActivityNamespace<Id> {
  idFromName(name: string): Id;
  get(id: Id): SessionActivityStub;
}

interface SessionActivityStub {
  fetch(url: string, init: { method: string; body: string }): Promise<SessionActivityResponse>;
}

interface SessionActivityResponse {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}

/** What {@link SessionActivity} uses of an object's state. */
export interface SessionActivityState {
  storage: {
    get(key: string): Promise<unknown>;
    put(key: string, value: unknown): Promise<void>;
    list(): Promise<Map<string, unknown>>;
    delete(key: string): Promise<boolean>;
    deleteAll(): Promise<void>;
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
  };
}

type Ending = Parameters<ActivityStore['end']>[1];

/** What the store asks of an object: of a session's, or, the last three, of a person's. */
type Call =
  | { do: 'start'; start: Start; indexedUntil: number | null }
  | { do: 'touch'; touch: Touch; indexedUntil: number | null }
  | { do: 'end'; end: Ending; subject: string | null }
  | { do: 'index'; session: string; until: number }
  | { do: 'sessions' }
  | { do: 'forget'; sessions: string[] };

/** In the place of an answer: write this into the person's object first, then ask again. */
interface Untold {
  subject: string;
  until: number;
}

type Answer<T> = { answer: T } | { untold: Untold };

/** How many sessions of one person are ended at a time. */
const ENDED_AT_ONCE = 6;

/** Each request to an object needs an address, though it goes nowhere but there. */
const ADDRESS = 'https://session-activity/';

/**
 * The store for a Worker that has a binding of the class {@link SessionActivity}:
 * `durableObjectStore(env.SESSION_ACTIVITY)`.
 */
export function durableObjectStore<Id>(namespace: SessionActivityNamespace<Id>): ActivityStore {
  async function ask<T>(name: string, call: Call): Promise<T> {
    const object = namespace.get(namespace.idFromName(name));
    const response = await object.fetch(ADDRESS, { method: 'POST', body: JSON.stringify(call) });
    if (!response.ok) throw new Error(`durableObjectStore(): the object answered ${response.status}`);
    return (await response.json()) as T;
  }

  /** The record of a session with a subject never outlives its entry with that person: the entry is written first. */
  async function change<T>(id: string, call: (indexedUntil: number | null) => Call): Promise<T> {
    const session = await digest(id);
    let indexedUntil: number | null = null;
    for (;;) {
      const result: Answer<T> = await ask(`session:${session}`, call(indexedUntil));
      if ('answer' in result) return result.answer;
      const { subject, until }: Untold = result.untold;
      await ask(`subject:${subject}`, { do: 'index', session, until });
      indexedUntil = until;
    }
  }

  return {
    async start(id, options) {
      const begin = await hashed(options);
      return change<StartResult>(id, (indexedUntil) => ({ do: 'start', start: begin, indexedUntil }));
    },

    async touch(id, options) {
      const report = options.enrol ? { ...options, enrol: await hashed(options.enrol) } : options;
      return change<Verdict | null>(id, (indexedUntil) => ({ do: 'touch', touch: report, indexedUntil }));
    },

    async end(id, ending) {
      return change<boolean>(id, () => ({ do: 'end', end: ending, subject: null }));
    },

    async endAll(subject, ending) {
      const whose = await digest(subject);
      const sessions = await ask<string[]>(`subject:${whose}`, { do: 'sessions' });
      let count = 0;
      for (let from = 0; from < sessions.length; from += ENDED_AT_ONCE) {
        const some = sessions.slice(from, from + ENDED_AT_ONCE);
        const results = await Promise.all(
          some.map((session) =>
            ask<{ answer: boolean | null }>(`session:${session}`, { do: 'end', end: ending, subject: whose }),
          ),
        );
        count += results.filter(({ answer }) => answer === true).length;
        const over = some.filter((_, index) => results[index]?.answer !== null);
        await ask(`subject:${whose}`, { do: 'forget', sessions: over });
      }
      return count;
    },
  };
}

async function hashed<T extends SignIn>(signIn: T): Promise<T> {
  return signIn.subject === undefined ? signIn : { ...signIn, subject: await digest(signIn.subject) };
}

/**
 * The object: export it from the Worker's main module, and bind it as a Durable Object with SQLite storage.
 *
 * A call is one step: nothing else happens in an object between its reading and its writing, and its answer leaves only
 * once what it wrote is safe. An alarm empties the object when nobody needs it any more.
 */
export class SessionActivity {
  readonly #storage: SessionActivityState['storage'];

  constructor({ storage }: SessionActivityState) {
    this.#storage = storage;
  }

  /** The clock: milliseconds since 1970. */
  protected now(): number {
    return Date.now();
  }

  /** @internal For {@link durableObjectStore} only. */
  async fetch(request: Request): Promise<Response> {
    return Response.json(await this.#answer((await request.json()) as Call));
  }

  /** @internal Drops what is due. */
  async alarm(): Promise<void> {
    const now = this.now();
    const kept = await this.#storage.list();
    const times = [...kept].map(([key, value]) => [key, keptUntil(value)] as const);
    const next = Math.min(...times.map(([, until]) => until).filter((until) => until > now));
    if (next === Infinity) return this.#storage.deleteAll();
    for (const [key, until] of times) if (until <= now) void this.#storage.delete(key);
    // Clocks differ a little. An alarm that is set to the very time that is ringing would be lost.
    await this.#storage.setAlarm(Math.max(next, now + 1_000));
  }

  async #answer(call: Call): Promise<unknown> {
    switch (call.do) {
      case 'start':
        return this.#change((known) => start(known, call.start, this.now()), call.indexedUntil, call.start.keepMs);
      case 'touch':
        return this.#change((known) => touch(known, call.touch, this.now()), call.indexedUntil, call.touch.keepMs);
      case 'end':
        return this.#end(call.end, call.subject);
      case 'index':
        return this.#index(call.session, call.until);
      case 'sessions':
        return [...(await this.#storage.list()).keys()];
      case 'forget':
        for (const session of call.sessions) void this.#storage.delete(session);
        return null;
    }
  }

  async #change<T>(
    judge: (known: SessionRecord | undefined) => Change<T>,
    indexedUntil: number | null,
    keepMs: number,
  ): Promise<Answer<T>> {
    const known = (await this.#storage.get(RECORD)) as SessionRecord | undefined;
    const { answer, record } = judge(known);
    if (record === null) return { answer };
    const { subject, dropAt, seenAt, ended } = record;
    if (ended !== null || subject === null || dropAt === known?.dropAt) {
      this.#write(record, known);
    } else {
      if (indexedUntil === null || indexedUntil < seenAt + keepMs) return { untold: { subject, until: dropAt } };
      this.#write({ ...record, dropAt: indexedUntil }, known);
    }
    return { answer };
  }

  /** With a subject, only a session of that person is ended: `null` for any other. */
  async #end(ending: Ending, subject: string | null): Promise<{ answer: boolean | null }> {
    const known = (await this.#storage.get(RECORD)) as SessionRecord | undefined;
    if (subject !== null && known?.subject !== subject) return { answer: null };
    const { answer, record } = end(known, ending, this.now());
    if (record) this.#write(record, known);
    return { answer };
  }

  /** Nothing is awaited: what is written together is kept together. */
  #write(record: SessionRecord, known: SessionRecord | undefined): void {
    void this.#storage.put(RECORD, record);
    if (record.dropAt !== known?.dropAt) void this.#storage.setAlarm(record.dropAt);
  }

  async #index(session: string, until: number): Promise<null> {
    const [known, alarm] = await Promise.all([this.#storage.get(session), this.#storage.getAlarm()]);
    if (keptUntil(known) < until) void this.#storage.put(session, until);
    if (alarm === null || alarm > until) void this.#storage.setAlarm(until);
    return null;
  }
}

const RECORD = 'record';

/** Of a session's record, or of an entry among a person's sessions; -Infinity for none. */
function keptUntil(value: unknown): number {
  if (typeof value === 'number') return value;
  return (value as SessionRecord | undefined)?.dropAt ?? -Infinity;
}
