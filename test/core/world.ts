/**
 * A page and a server to try the machine on: two clocks that can be set, stopped and slept through, a timer that can
 * be late, and a network that can fail, hang and delay. Nothing here waits: an hour takes a millisecond.
 */
import assert from 'node:assert/strict';
import { step, type Effect, type Event } from '../../src/element/machine.js';
import {
  before,
  begin,
  isConcealed,
  type AskKind,
  type Config,
  type Mark,
  type State,
} from '../../src/element/state.js';
import { leadMs, standing, type EndReason, type Limits } from '../../src/policy.js';
import type { LiveReply, Reply, TabMessage } from '../../src/protocol.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const LIMITS: Limits = { warnAfterMs: 540 * SECOND, expireAfterMs: 600 * SECOND };
/** An arbitrary day, and a page that is two minutes older than its machine. */
export const START: Mark = { wall: 1_700_000_000_000, mono: 2 * MINUTE };

export const CONFIG: Config = {
  own: {},
  canAsk: true,
  hasTabs: false,
  extendOn: 'any',
  lockForMs: null,
  atSignIn: false,
  fromHistory: false,
  timeoutMs: 10 * SECOND,
};

/** `START`, so many milliseconds later on both clocks. */
export const at = (ms: number): Mark => before(START, -ms);

export const live = (fields: Partial<LiveReply> = {}): LiveReply => ({
  state: 'live',
  idleMs: 0,
  ...LIMITS,
  lifetimeLeftMs: null,
  owner: 'ann',
  ...fields,
});

/** News from another tab, sent so long after the start: of the same session unless said otherwise. */
export const elsewhere = {
  activity: (ms: number): Event => told({ type: 'activity', at: at(ms).wall }),
  answer: (ms: number, fields: Partial<LiveReply> = {}, reports: number | null = null): Event => {
    const reply = live({ ...fields, owner: null });
    return told({ type: 'answer', at: at(ms).wall, reply, reports: reports === null ? null : at(reports).wall });
  },
  ended: (ms: number, reason: EndReason, by: 'server' | 'clock' | 'person' = 'server'): Event =>
    told({ type: 'ended', at: at(ms).wall, reason, by }),
  /** An answer about somebody else's session. */
  stranger: (ms: number): Event => ({ ...elsewhere.answer(ms), isStranger: true }) as Event,
};

const told = (message: TabMessage): Event => ({ type: 'told', message, isStranger: false });

export type PingEffect = Effect & { type: 'ping' };

/** A machine stepped by hand, with what it did; time is told in milliseconds since the start. */
export class Bench {
  state: State;
  wakeInMs: number | null = null;
  /** What the latest step did. */
  effects: Effect[] = [];

  constructor(config: Partial<Config> = {}, since = START) {
    this.state = begin({ ...CONFIG, ...config }, since, START);
  }

  /** A page whose server has answered at the start. */
  static connected(config: Partial<Config> = {}, fields: Partial<LiveReply> = {}): Bench {
    const bench = new Bench(config);
    bench.step(0, { type: 'deadline' });
    return bench.reply(0, live(fields));
  }

  step(ms: number | Mark, event: Event = { type: 'deadline' }): this {
    const next = step(this.state, event, typeof ms === 'number' ? at(ms) : ms);
    Object.assign(this, next);
    return this;
  }

  active(ms: number, fields: { overDialog?: boolean; at?: Mark } = {}): this {
    return this.step(ms, { type: 'activity', at: at(ms), ...fields });
  }

  reply(ms: number | Mark, reply: Reply): this {
    return this.step(ms, { type: 'reply', reply });
  }

  noReply(ms: number | Mark, retryAfterMs: number | null = null, jitter = 0): this {
    return this.step(ms, { type: 'no-reply', jitter, retryAfterMs });
  }

  get phase(): string {
    return this.state.phase;
  }

  get concealed(): boolean {
    return isConcealed(this.state);
  }

  /** The ping of the latest step. */
  get ping(): PingEffect | undefined {
    return this.effects.find((effect) => effect.type === 'ping');
  }

  /** The end that the latest step brought. */
  get end(): (Effect & { type: 'end' }) | undefined {
    return this.effects.find((effect) => effect.type === 'end');
  }
}

/** `refuses`: the network says at once that there is none. `hangs`: it says nothing until the time-out. */
export type Network = 'up' | 'refuses' | 'hangs';

interface Sent {
  kind: AskKind;
  at: number;
  reports: boolean;
  outcome: 'answered' | 'failed';
}

interface Flight {
  kind: AskKind;
  idleMs: number | null;
  reply: Reply | null;
  isHeard: boolean;
}

/** One session's truth, in true time: what a store with the same policy does. */
export class Server {
  ended: EndReason | null = null;
  lastActivity: number;
  readonly limits: Limits;
  readonly graceMs: number;

  constructor(limits: Limits, now: number, graceMs = leadMs(limits)) {
    this.limits = limits;
    this.lastActivity = now;
    this.graceMs = graceMs;
  }

  /** Ended? Past its deadline, but for a report in time? Then merge. */
  touch(reportedMs: number | null, now: number): Reply {
    const reported = reportedMs === null ? -Infinity : now - reportedMs;
    const inTime = reported < this.lastActivity + this.limits.expireAfterMs;
    const standsAt = reportedMs === null || !inTime ? now : now - this.graceMs;
    const due = standing(this.limits, standsAt - this.lastActivity, null);
    if (!this.ended && due.phase === 'ended') this.ended = due.reason;
    if (this.ended) return { state: 'ended', reason: this.ended };
    this.lastActivity = Math.max(this.lastActivity, Math.min(reported, now));
    return live({ ...this.limits, idleMs: Math.ceil(now - this.lastActivity), owner: null });
  }
}

export interface WorldOptions {
  limits?: Limits;
  config?: Partial<Config>;
  graceMs?: number;
  delayMs?: number;
}

/** A machine that is woken for nothing, again and again, is wrong, too. */
const MOST_STEPS = 10_000;

/** A tab before its server. */
export class World {
  /** True time, in milliseconds since the start; no one in the world can see it. */
  now = 0;
  network: Network = 'up';
  /** Throttled in the background: each timer fires so much later. */
  lateMs = 0;
  /** One way. */
  delayMs: number;
  state: State;
  readonly server: Server;
  readonly sent: Sent[] = [];
  /** In true time. */
  lastInput = 0;
  end: (Effect & { type: 'end'; at: number }) | null = null;
  /** Called after each step. */
  observe: () => void = () => undefined;
  #clock: Mark = START;
  #steps = 0;
  #timerAt: number | null = null;
  #latest: Flight | null = null;
  readonly #tasks: { time: number; run: () => void }[] = [];

  constructor({ limits = LIMITS, config = {}, graceMs, delayMs = 40 }: WorldOptions = {}) {
    this.server = new Server(limits, 0, graceMs);
    this.delayMs = delayMs;
    this.state = begin({ ...CONFIG, own: limits, ...config }, START, START);
    this.send({ type: 'woke' });
  }

  get clock(): Mark {
    return this.#clock;
  }

  get concealed(): boolean {
    return isConcealed(this.state);
  }

  /** Since the latest input in any tab, whether or not it counted. */
  get trueIdleMs(): number {
    return this.now - this.lastInput;
  }

  send(event: Event): void {
    this.#steps += 1;
    if (this.#steps > 100_000) throw new Error('the machine wakes itself in a tight loop');
    const { state, effects, wakeInMs } = step(this.state, event, this.#clock);
    this.state = state;
    this.#timerAt = wakeInMs === null ? null : this.now + Math.max(1, Math.ceil(wakeInMs)) + this.lateMs;
    for (const effect of effects) this.#run(effect);
    this.observe();
  }

  input(): void {
    this.lastInput = this.now;
    this.send({ type: 'activity', at: this.#clock });
  }

  /** Input that another tab reports to the server, and to this one only if `tells`. */
  inputElsewhere(tells: boolean): void {
    this.lastInput = this.now;
    if (this.network === 'up') this.server.touch(0, this.now);
    if (tells) this.send({ type: 'told', message: { type: 'activity', at: this.#clock.wall }, isStranger: false });
  }

  strangerElsewhere(): void {
    const reply = live({ owner: null });
    const message = { type: 'answer', at: this.#clock.wall, reply, reports: null } as const;
    this.send({ type: 'told', message, isStranger: true });
  }

  endedElsewhere(reason: EndReason): void {
    this.send({
      type: 'told',
      message: { type: 'ended', at: this.#clock.wall, reason, by: 'server' },
      isStranger: false,
    });
  }

  /** Lives on, timers, network and all. */
  wait(ms: number): void {
    const until = this.now + ms;
    for (let steps = 0; ; steps += 1) {
      assert.ok(steps < MOST_STEPS, 'the machine finds no rest');
      const task = this.#tasks[0];
      const next = Math.min(this.#timerAt ?? Infinity, task?.time ?? Infinity);
      if (next > until) break;
      this.#pass(Math.max(0, next - this.now));
      if (task && task.time <= this.now) this.#tasks.shift()!.run();
      else this.send({ type: 'deadline' });
    }
    this.#pass(until - this.now);
  }

  /** Nothing runs meanwhile. While the machine sleeps the monotonic clock may stop. */
  freeze(ms: number, stopsMono: boolean): void {
    this.#pass(ms, stopsMono);
    this.send({ type: 'woke' });
  }

  /** Somebody sets the clock. */
  setClock(byMs: number): void {
    this.#clock = { ...this.#clock, wall: this.#clock.wall + byMs };
  }

  #pass(ms: number, stopsMono = false): void {
    this.now += ms;
    this.#clock = { wall: this.#clock.wall + ms, mono: this.#clock.mono + (stopsMono ? 0 : ms) };
  }

  #run(effect: Effect): void {
    if (effect.type === 'ping') this.#ping(effect);
    if (effect.type === 'end') this.end = { ...effect, at: this.now };
  }

  /** The latest takes the place of one under way: of that the server hears all the same, but nobody hears the answer. */
  #ping({ kind, idleMs }: PingEffect): void {
    const { network, now, delayMs } = this;
    this.sent.push({ kind, at: now, reports: idleMs !== null, outcome: network === 'up' ? 'answered' : 'failed' });
    const flight: Flight = { kind, idleMs: idleMs === null ? null : Math.ceil(idleMs), reply: null, isHeard: true };
    if (kind !== 'leave') {
      if (this.#latest) this.#latest.isHeard = false;
      this.#latest = flight;
    }
    if (network === 'up') {
      this.#at(now + delayMs, () => (flight.reply = this.server.touch(flight.idleMs, now + delayMs)));
      this.#at(now + 2 * delayMs, () => this.#land(flight));
    } else {
      this.#at(now + (network === 'hangs' ? CONFIG.timeoutMs : 5), () => this.#land(flight));
    }
  }

  #land({ kind, reply, isHeard }: Flight): void {
    if (kind === 'leave' || !isHeard || this.end) return;
    this.#latest = null;
    this.send(reply ? { type: 'reply', reply } : { type: 'no-reply', jitter: 0, retryAfterMs: null });
  }

  #at(time: number, run: () => void): void {
    this.#tasks.push({ time, run });
    this.#tasks.sort((a, b) => a.time - b.time);
  }
}
