/** An application behind the real session and store: sign-in, sign-out, pages and pings, answered as hono.ts does. */
import { randomUUID } from 'node:crypto';
import type { Policy } from '../../src/policy.js';
import type { Identity, Sessions } from '../../src/server/session.js';
import type { ActivityStore, Verdict } from '../../src/server/store.js';
import { BothStores, type Engine } from './both-stores.js';
import type { Browser } from './browser.js';
import { promptCrypto, type Code, type ServerGlobals } from './code.js';
import type { World } from './world.js';

export interface Request {
  from: Browser;
  path: '/page' | '/sign-in' | '/sign-out' | '/ping';
  cookie: string | null;
  /** Of a ping. */
  body?: string | null;
  /** Of a ping of django-session-security. */
  idleFor?: string | null;
  /** Who signs in. */
  person?: string;
  /** A person asked for it, not the browser by itself. */
  counts: boolean;
  sentAt: number;
}

/** What a document shows, and to whom. */
export type Shown = { what: 'records'; person: string; owner: string; id: string } | { what: 'sign-in' | 'error' };

export interface Answer {
  status: number;
  type: string;
  body: string;
  shown: Shown;
  /** Absent: the cookie stays as it is. */
  cookie?: string | null;
  retryAfter?: number;
  /** When the server made it. */
  at: number;
}

export type Mood = 'well' | 'refuses' | 'silent' | 'failing' | 'garbled' | 'store fails' | 'store silent';

/** So far ahead that no engine drops by its own clock what a world still needs. */
const EPOCH = 4_000_000_000_000;
/** See compat.ts. */
const DJANGO_ROUNDED_OFF_MS = 2_000;
const JSON_TYPE = 'application/json';

export class Server {
  mood: Mood = 'well';
  /** The application's own sessions, which outlive a restart. */
  readonly people = new Map<string, Identity>();
  readonly #world: World;
  /** `null`: the memory store alone. */
  readonly #engine: Engine | null;
  #both: BothStores | null = null;
  readonly #code: Code['server'];
  readonly #globals: ServerGlobals;
  #store!: ActivityStore;
  #sessions!: Sessions;
  readonly #ownerTag: (who: Identity) => Promise<string>;
  readonly #owners = new Map<string, string>();
  #count = 0;

  constructor(world: World, engine: Engine | null) {
    this.#world = world;
    this.#engine = engine;
    const { agenda } = world;
    const timers = new Set<number>();
    let count = 0;
    const setTimeout = (run: () => void, ms: number) => {
      const id = ++count;
      timers.add(id);
      agenda.in(ms, () => {
        if (!timers.delete(id)) return;
        run();
        world.stir();
      });
      return id;
    };
    this.#globals = { setTimeout, clearTimeout: (id: number) => timers.delete(id), crypto: promptCrypto };
    this.#code = world.code.server;
    this.#ownerTag = this.#code.createOwnerTags(world.setting.secret ?? undefined);
    this.enter();
    this.restart();
  }

  /** Among its own timers, not those of the server of another world. */
  enter(): void {
    this.#world.code.enterServer(this.#globals);
  }

  get policy(): Policy {
    return this.#world.bounds.limits.policy;
  }

  /** The store forgets all. */
  restart(): void {
    const store = (this.#store = this.#openStore());
    const moody =
      <A extends unknown[], T>(act: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> => {
        if (this.mood === 'store fails') return Promise.reject(new Error('no store'));
        return this.mood === 'store silent' ? new Promise(() => undefined) : act(...args);
      };
    const faulty: ActivityStore = {
      start: moody((id, start) => store.start(id, start)),
      touch: moody((id, touch) => store.touch(id, touch)),
      end: moody((id, end) => store.end(id, end)),
    };
    this.#sessions = this.#code.createSessions(faulty, false, {
      began: () => Promise.resolve(),
      over: (who, _, first) => Promise.resolve(this.#world.bounds.over(who.id, first)),
      allOver: () => Promise.resolve(),
    });
  }

  #openStore(): ActivityStore {
    const now = () => EPOCH + Math.floor(this.#world.agenda.now);
    const memory = this.#code.memoryStore({ now });
    if (!this.#engine) return memory;
    this.#both = new BothStores(memory, this.#engine, now, randomUUID(), (how) => this.#world.violated(how));
    return this.#both.store;
  }

  /** A real engine has not answered yet. */
  get isBusy(): boolean {
    return this.#both?.isBusy ?? false;
  }

  async revoke(id: string): Promise<void> {
    const who = this.people.get(id);
    if (who) await this.#store.end(who.id, { reason: 'revoked', keepMs: 1e9 });
  }

  /** `null`: not a word. */
  async answer(request: Request): Promise<Answer | null> {
    if (this.mood === 'silent') return null;
    if (this.mood === 'failing') return this.#unable();
    if (this.mood === 'garbled') return this.#say(200, 'text/html', '<title>Sign in to this network</title>');
    const who = request.cookie === null ? undefined : this.people.get(request.cookie);
    try {
      switch (request.path) {
        case '/ping':
          return await (request.idleFor ? this.#djangoPing(request, who) : this.#ping(request, who));
        case '/page':
          return await this.#page(request, who);
        case '/sign-in':
          return request.person === undefined ? this.#signInPage() : await this.#signIn(request, request.person, who);
        case '/sign-out':
          return await this.#signOut(who);
      }
    } catch (error) {
      if ((error as Error).name !== 'StoreFault') throw error;
      return this.#unable();
    }
  }

  /** As routes.ts does it. */
  async #ping(request: Request, who: Identity | undefined): Promise<Answer> {
    const { core } = this.#world.code;
    const ping = core.parsePing(JSON.parse(request.body!));
    if ('fault' in ping) throw new Error(`The element sent what is no ping: ${ping.fault}.`);
    const say = (reply: Parameters<typeof core.serializeReply>[0]) =>
      this.#say(200, JSON_TYPE, core.serializeReply(reply));
    if (!who) return say({ state: 'none' });
    const owner = await this.owner(who);
    const idleMs = ping.owner === null || ping.owner === owner ? ping.idleMs : null;
    const verdict = await this.#touch(who, request, idleMs, core.leadMs(this.policy));
    if (!verdict.live) {
      this.people.delete(who.id);
      return { ...say({ state: 'ended', reason: verdict.reason }), cookie: null };
    }
    const { lifetimeMs, ...limits } = this.policy;
    const lifetimeLeftMs = lifetimeMs === null ? null : lifetimeMs - verdict.ageMs;
    return say({ state: 'live', idleMs: verdict.idleMs, ...limits, lifetimeLeftMs, owner });
  }

  /** As compat.ts does it. */
  async #djangoPing(request: Request, who: Identity | undefined): Promise<Answer> {
    const say = (seconds: number | 'logout') => this.#say(200, JSON_TYPE, JSON.stringify(seconds));
    if (!who) return say('logout');
    const verdict = await this.#touch(who, request, Number(request.idleFor) * 1_000 + DJANGO_ROUNDED_OFF_MS);
    if (verdict.live) return say(Math.floor(verdict.idleMs / 1_000));
    this.people.delete(who.id);
    return { ...say('logout'), cookie: null };
  }

  /** As gate.ts does it. */
  async #page(request: Request, who: Identity | undefined): Promise<Answer> {
    if (!who) return this.#signInPage();
    const verdict = await this.#touch(who, request, request.counts ? 0 : null);
    if (verdict.live) return this.#records(who);
    this.people.delete(who.id);
    return { ...this.#signInPage(), cookie: null };
  }

  async #touch(who: Identity, request: Request, idleMs: number | null, graceMs = 0): Promise<Verdict> {
    const verdict = await this.#sessions.touch(who, this.policy, { idleMs, graceMs });
    if (!verdict) throw new Error('Who is enrolled when first seen was not known.');
    this.#world.bounds.touched(who.id, await this.owner(who), request, idleMs, verdict);
    return verdict;
  }

  /** As hono.ts does it in `start()`, which not every application calls. */
  async #signIn({ from }: Request, person: string, earlier: Identity | undefined): Promise<Answer> {
    const { setting, agenda, bounds } = this.#world;
    const id = `${person}-${++this.#count}`;
    const who: Identity = { id, subject: person, ...(setting.knowsAge && { createdAt: EPOCH + agenda.now }) };
    if (earlier && setting.startsAtSignIn) {
      const verdict = await this.#sessions.peek(earlier, this.policy);
      if (verdict?.live) await this.#sessions.end(earlier, this.policy, 'replaced');
    }
    if (earlier) {
      this.people.delete(earlier.id);
      bounds.ended(earlier.id);
    }
    this.people.set(id, who);
    await this.#sessions.begin(who, this.policy);
    bounds.begun(from, id, await this.owner(who));
    return { ...(await this.#records(who)), cookie: id };
  }

  /** As routes.ts does it. */
  async #signOut(who: Identity | undefined): Promise<Answer> {
    if (!who) return this.#signInPage();
    this.people.delete(who.id);
    await this.#sessions.end(who, this.policy, 'signed-out');
    this.#world.bounds.ended(who.id);
    return { ...this.#signInPage(), cookie: null };
  }

  async owner(who: Identity): Promise<string> {
    const known = this.#owners.get(who.id);
    if (known !== undefined) return known;
    const owner = await this.#ownerTag(who);
    this.#owners.set(who.id, owner);
    return owner;
  }

  /** What it has said before. */
  knownOwner(id: string | null): string | null {
    return this.#owners.get(id ?? '') ?? null;
  }

  get anyOwner(): string | null {
    return [...this.#owners.values()][0] ?? null;
  }

  async #records(who: Identity): Promise<Answer> {
    const shown: Shown = { what: 'records', person: who.subject!, owner: await this.owner(who), id: who.id };
    return { ...this.#say(200, 'text/html', '<title>Records</title>'), shown };
  }

  readonly #signInPage = (): Answer => ({
    ...this.#say(200, 'text/html', '<title>Sign in</title>'),
    shown: { what: 'sign-in' },
  });

  readonly #unable = (): Answer => ({ ...this.#say(503, 'application/problem+json', '{}'), retryAfter: 5 });

  #say(status: number, type: string, body: string): Answer {
    return { status, type, body, shown: { what: 'error' }, at: this.#world.agenda.now };
  }
}
