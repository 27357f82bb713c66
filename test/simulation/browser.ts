/** A machine with one browser on it: its two clocks, its cookie, its tabs, and what these share. */
import type { Random } from './random.js';
import type { Answer, Request } from './server.js';
import { Tab } from './tab.js';
import type { Page } from './page.js';
import type { Signal } from './events.js';
import type { World } from './world.js';
import type { Mark } from '../../src/element/state.js';

interface Turn {
  page: Page;
  start: () => void;
  /** When it began; `Infinity` before. */
  since: number;
}

interface Channel {
  page: Page;
  name: string;
  hear: (data: unknown) => void;
}

/** One way, in milliseconds. */
const HANG_MS = 60_000;

export class Browser {
  readonly name: string;
  readonly world: World;
  readonly tabs: Tab[] = [];
  readonly channels = new Set<Channel>();
  cookie: string | null = null;
  isOnline = true;
  isAsleep = false;
  /** When the machine last woke up, or had its clock set. */
  settledAt = 0;
  readonly #locks = new Map<string, Turn[]>();
  readonly #chance: Random;
  #wallOffset: number;
  #sleptMs = 0;
  #asleepSince: number | null = null;
  readonly #wallRate: number;
  readonly #monoRate: number;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.#chance = world.chance.fork();
    const drift = () => 1 + (this.#chance.next() - 0.5) * 2e-4;
    [this.#wallRate, this.#monoRate] = [drift(), drift()];
    // Nobody's clock is right.
    this.#wallOffset = 1_700_000_000_000 + this.#chance.int(0, 2 ** 32);
  }

  // Time

  get wall(): number {
    return Math.floor(this.#wallOffset + this.world.agenda.now * this.#wallRate);
  }

  get mono(): number {
    const stopped = this.#asleepSince === null ? 0 : this.world.agenda.now - this.#asleepSince;
    return (this.world.agenda.now - this.#sleptMs - stopped) * this.#monoRate;
  }

  get mark(): Mark {
    return { wall: this.wall, mono: this.mono };
  }

  /** In how much true time the monotonic clock will have gone on so far. */
  trueMs = (monoMs: number): number => monoMs / this.#monoRate;

  setClock(byMs: number): void {
    this.#wallOffset += byMs;
    this.settledAt = this.world.agenda.now;
    if (byMs > 0) this.world.bounds.jumped(this);
    else if (this.#sleptMs > 0) this.world.bounds.setBack(this);
  }

  sleep(forMs: number, stopsMono: boolean, wakesWith: string | null): void {
    if (this.isAsleep) return;
    const { agenda } = this.world;
    this.isAsleep = true;
    if (stopsMono) this.#asleepSince = agenda.now;
    agenda.in(forMs, () => {
      if (this.#asleepSince !== null) this.#sleptMs += agenda.now - this.#asleepSince;
      this.#asleepSince = null;
      this.isAsleep = false;
      this.settledAt = agenda.now;
      this.world.tell(this.name, 'wakes up');
      for (const tab of this.tabs) {
        if (wakesWith !== null && (wakesWith === 'online' || tab.isVisible)) tab.page?.happens(wakesWith);
        tab.page?.release();
      }
    });
  }

  // The network

  /** `null`: it failed. What is lost in silence is never heard of. */
  send(request: Request, listener: (answer: Answer | null) => void): void {
    let isOver = false;
    const hear = (answer: Answer | null): void => {
      if (!isOver) listener(answer);
      isOver = true;
    };
    const { agenda, server, setting, bounds } = this.world;
    const chance = this.#chance;
    const { delayMs, slow, lossy, twice } = setting.network;
    const way = () => chance.int(Math.min(5, delayMs), delayMs) + (chance.chance(slow) ? chance.int(1_000, 15_000) : 0);
    const lost = (when: string) => {
      bounds.troubled(this, request.sentAt);
      this.world.tell(this.name, `${request.path}: ${when} is lost`);
      if (chance.chance(0.5)) agenda.in(way(), () => hear(null));
    };
    if (!this.isOnline) {
      bounds.troubled(this, request.sentAt);
      return agenda.in(5, () => hear(null));
    }
    const copies = chance.chance(twice) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const out = way();
      if (out > 1_000) bounds.troubled(this, request.sentAt);
      if (chance.chance(lossy)) {
        lost('the request');
        continue;
      }
      agenda.in(out, () => {
        if (server.mood === 'refuses') {
          bounds.troubled(this, request.sentAt);
          return hear(null);
        }
        void server.answer(request).then((answer) => {
          const back = way();
          const isFine = answer !== null && answer.status < 500 && server.mood !== 'garbled';
          if (!isFine || back > 1_000) bounds.troubled(this, request.sentAt);
          if (!answer) return agenda.in(HANG_MS, () => hear(null));
          if (chance.chance(lossy)) return lost('the answer');
          agenda.in(back, () => {
            if (copy > 0) return;
            if (answer.cookie !== undefined) this.#setCookie(answer.cookie);
            hear(answer);
          });
        });
        this.world.stir();
      });
    }
  }

  #setCookie(cookie: string | null): void {
    if (cookie === this.cookie) return;
    this.cookie = cookie;
    this.world.tell(this.name, cookie === null ? 'drops its cookie' : `gets the cookie ${cookie}`);
    this.world.bounds.cookieSet(this);
  }

  // What tabs share

  broadcast(from: Channel, data: unknown): void {
    const { agenda, setting } = this.world;
    for (const channel of this.channels) {
      if (channel === from || channel.name !== from.name) continue;
      agenda.in(this.#chance.int(0, setting.channelMs), () => {
        if (!this.channels.has(channel)) return;
        channel.page.post(() => {
          channel.hear(data);
        });
      });
    }
  }

  readonly locks = (page: Page) => ({
    request: (name: string, { signal }: { signal: Signal }, granted: () => Promise<void>): Promise<void> =>
      new Promise((resolve, reject) => {
        const turns = this.#locks.get(name) ?? [];
        this.#locks.set(name, turns);
        const turn: Turn = {
          page,
          since: Infinity,
          start: () => {
            page.post(() => {
              if (!turns.includes(turn)) return;
              isGranted = true;
              turn.since = this.world.agenda.now;
              void granted().then(() => {
                this.#leave(turns, turn);
                resolve();
              });
            });
          },
        };
        let isGranted = false;
        signal.addEventListener('abort', () => {
          this.world.stir();
          if (isGranted) return;
          this.#leave(turns, turn);
          reject(signal.reason);
        });
        if (turns.push(turn) === 1) turn.start();
      }),
  });

  #leave(turns: Turn[], turn: Turn): void {
    const i = turns.indexOf(turn);
    if (i < 0) return;
    turns.splice(i, 1);
    if (i === 0) turns[0]?.start();
  }

  /** What a page leaves behind when it is gone, the browser takes back. */
  forget(page: Page): void {
    for (const channel of this.channels) if (channel.page === page) this.channels.delete(channel);
    for (const turns of this.#locks.values())
      for (const turn of [...turns]) if (turn.page === page) this.#leave(turns, turn);
  }

  /** Those whose turn to ask it is. */
  *turns(): Iterable<Turn> {
    for (const [first] of this.#locks.values()) if (first && first.since < Infinity) yield first;
  }

  holds(page: Page): number {
    const channels = [...this.channels].filter((channel) => channel.page === page);
    const turns = [...this.#locks.values()].flat().filter((turn) => turn.page === page);
    return channels.length + turns.length;
  }

  // Tabs

  open(): Tab {
    const tab = new Tab(this, `${this.name}, tab ${this.tabs.length + 1}`);
    tab.isVisible = true;
    this.tabs.push(tab);
    return tab;
  }

  get openTabs(): Tab[] {
    return this.tabs.filter(({ isClosed }) => !isClosed);
  }
}
