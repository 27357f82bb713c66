/**
 * Activity in Cloudflare's Durable Objects: one object for each session, wherever its requests come in, and one for each
 * person, which knows that person's sessions.
 */
import { leadMs, type Policy } from '../../policy.js';
import { digest } from '../digest.js';
import type { ActivityStore, SignIn, Start, StartResult, Touch, Verdict } from '../store.js';
import { endEach } from './end-each.js';
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

/** What is written down of a session. */
interface Kept extends SessionRecord {
  /** The policy of the latest touch, by which the alarm judges; `null` until there is one. */
  policy: Policy | null;
  /** The alarm has ended it, and whoever asks next is told as the first. */
  isUntold: boolean;
}

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
      return endEach(sessions, {
        atOnce: ENDED_AT_ONCE,
        async end(session) {
          const call: Call = { do: 'end', end: ending, subject: whose };
          return (await ask<{ answer: boolean | null }>(`session:${session}`, call)).answer;
        },
        forget: async (over) => ask(`subject:${whose}`, { do: 'forget', sessions: over }),
      });
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
 * once what it wrote is safe. An alarm ends the session at its deadline, by the policy of the latest touch, so that no
 * later policy finds it alive; and empties the object when nobody needs it any more.
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

  /** @internal Ends what is past its deadline, and drops what is due. */
  async alarm(): Promise<void> {
    const now = this.now();
    await this.#expire(now);
    const kept = await this.#storage.list();
    const times = [...kept].map(([key, value]) => [key, keptUntil(value)] as const);
    const next = Math.min(...times.map(([, until]) => until).filter((until) => until > now));
    if (next === Infinity) return this.#storage.deleteAll();
    for (const [key, until] of times) if (until <= now) void this.#storage.delete(key);
    const ringsAt = Math.min(next, deadlineOf(kept.get(RECORD) as Kept | undefined));
    // Clocks differ a little. An alarm that is set to the very time that is ringing would be lost.
    await this.#storage.setAlarm(Math.max(ringsAt, now + 1_000));
  }

  async #expire(now: number): Promise<void> {
    const known = await this.#known();
    if (known?.ended !== null || !known.policy || now < deadlineOf(known)) return;
    const { policy, dropAt } = known;
    const { record } = touch(known, { idleMs: null, policy, graceMs: 0, keepMs: 0 }, now);
    if (record?.ended) this.#write({ ...known, ...record, dropAt, isUntold: true });
  }

  async #known(): Promise<Kept | undefined> {
    return (await this.#storage.get(RECORD)) as Kept | undefined;
  }

  async #answer(call: Call): Promise<unknown> {
    switch (call.do) {
      case 'start':
        return this.#change((known) => start(known, call.start, this.now()), call.indexedUntil, call.start.keepMs);
      case 'touch':
        return this.#touch(call.touch, call.indexedUntil);
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

  async #touch(report: Touch, indexedUntil: number | null): Promise<Answer<Verdict | null>> {
    const known = await this.#known();
    if (known?.isUntold && known.ended !== null) {
      this.#write({ ...known, isUntold: false });
      return { answer: { live: false, reason: known.ended, first: true } };
    }
    const judge = (known: SessionRecord | undefined) => touch(known, report, this.now());
    return this.#change(judge, indexedUntil, report.keepMs, report.policy);
  }

  async #change<T>(
    judge: (known: SessionRecord | undefined) => Change<T>,
    indexedUntil: number | null,
    keepMs: number,
    policy: Policy | null = null,
  ): Promise<Answer<T>> {
    const known = await this.#known();
    const { answer, record } = judge(known);
    if (record === null) {
      if (known && policy && known.ended === null && !isSame(known.policy, policy))
        await this.#keep({ ...known, policy });
      return { answer };
    }
    const { subject, dropAt, seenAt, ended } = record;
    const more = { policy: policy ?? known?.policy ?? null, isUntold: false };
    if (ended !== null || subject === null || dropAt === known?.dropAt) {
      await this.#keep({ ...record, ...more });
    } else {
      if (indexedUntil === null || indexedUntil < seenAt + keepMs) return { untold: { subject, until: dropAt } };
      await this.#keep({ ...record, ...more, dropAt: indexedUntil });
    }
    return { answer };
  }

  /** With a subject, only a session of that person is ended: `null` for any other. */
  async #end(ending: Ending, subject: string | null): Promise<{ answer: boolean | null }> {
    const known = await this.#known();
    if (subject !== null && known?.subject !== subject) return { answer: null };
    const { answer, record } = end(known, ending, this.now());
    if (record) await this.#keep({ ...record, policy: null, isUntold: false });
    return { answer };
  }

  /** An alarm that rings too soon is set anew by then: not each touch has to put it off. */
  async #keep(record: Kept): Promise<void> {
    const alarm = await this.#storage.getAlarm();
    const ringsAt = Math.min(record.dropAt, deadlineOf(record));
    // Nothing is awaited any more: what is written together is kept together.
    this.#write(record);
    if (alarm === null || alarm > ringsAt) void this.#storage.setAlarm(ringsAt);
  }

  #write(record: Kept): void {
    void this.#storage.put(RECORD, record);
  }

  async #index(session: string, until: number): Promise<null> {
    const [known, alarm] = await Promise.all([this.#storage.get(session), this.#storage.getAlarm()]);
    if (keptUntil(known) < until) void this.#storage.put(session, until);
    if (alarm === null || alarm > until) void this.#storage.setAlarm(until);
    return null;
  }
}

const RECORD = 'record';

/** When the alarm has to look whether a session is over: not while a ping may still tell that somebody was in time. */
function deadlineOf(record: Kept | undefined): number {
  if (!record?.policy || record.ended !== null) return Infinity;
  const { createdAt, activeAt, policy } = record;
  return Math.min(activeAt + policy.expireAfterMs + leadMs(policy), createdAt + (policy.lifetimeMs ?? Infinity));
}

const isSame = (one: Policy | null, other: Policy): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Of a session's record, or of an entry among a person's sessions; -Infinity for none. */
function keptUntil(value: unknown): number {
  if (typeof value === 'number') return value;
  return (value as SessionRecord | undefined)?.dropAt ?? -Infinity;
}
