/** The one place that acts: it feeds the machine with what happens, runs its effects, and owns the timer and the ping. */
import type { EndReason } from '../policy.js';
import { DEFAULT_EVENTS, watchActivity } from './activity.js';
import { destination, goTo, sendSignOut, submitSignOut } from './departure.js';
import type { SessionState } from './events.js';
import { watchLifecycle, whenActivated, type Moment } from './lifecycle.js';
import { begin, step, type Config, type Effect, type Event as MachineEvent, type Mark, type State } from './machine.js';
import { sendPing } from './ping.js';
import type { Settings } from './settings.js';
import { snapshot } from './snapshot.js';

/** What the controller asks of its element. */
export interface Host {
  settings(): Settings;
  report(fault: string): void;
  /** Called in the same task as the change: what must not be seen any more is to be concealed before it returns. */
  changed(now: SessionState): void;
  /** Announces the end; `false`: the application leaves the page itself. */
  ended(reason: EndReason): boolean;
  isOverDialog(event: PointerEvent): boolean;
}

const PING_TIMEOUT_MS = 10_000;
/** Timers with a longer delay fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;
/** In busy times input is told to the machine once in it: all that counts is the latest. */
const INPUT_EVERY_MS = 1_000;

export class Controller {
  readonly #host: Host;
  #state: State | null = null;
  /** Ends the listeners of a run. */
  #running: AbortController | null = null;
  #watching: AbortController | null = null;
  #pinging: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #toldAt: Mark = { wall: -Infinity, mono: -Infinity };
  #inputMono = -Infinity;

  constructor(host: Host) {
    this.#host = host;
  }

  /** `null` until the page is shown. */
  get state(): SessionState | null {
    return this.#state && snapshot(this.#state, mark());
  }

  /** Starts, or goes on where it was stopped: coming back to the page is no activity. */
  start(): void {
    if (this.#running) return;
    const { signal } = (this.#running = new AbortController());
    whenActivated(() => {
      const now = mark();
      this.#state ??= begin(this.#config(), { wall: now.wall - now.mono, mono: 0 }, now);
      watchLifecycle(this.#onMoment, signal);
      this.#watch();
      this.send({ type: 'woke' });
    }, signal);
  }

  stop(): void {
    for (const run of [this.#running, this.#watching, this.#pinging]) run?.abort();
    this.#running = this.#watching = this.#pinging = null;
    clearTimeout(this.#timer);
    if (this.#state) this.#state = { ...this.#state, asking: null };
  }

  /** The attributes, or the form to sign out, have changed. */
  configure(): void {
    if (!this.#state || !this.#running) return;
    this.#watch();
    this.send({ type: 'configure', config: this.#config() });
  }

  /** Activity that only the application knows of. */
  activity(): void {
    this.send({ type: 'activity', at: mark() });
  }

  send(event: MachineEvent): void {
    const now = mark();
    this.#tellInput(now);
    this.#step(event, now);
  }

  #config(): Config {
    const { own, pingUrl, extendOn, signInUrl } = this.#host.settings();
    const atSignIn = signInUrl?.origin === location.origin && signInUrl.pathname === location.pathname;
    return { own, canAsk: pingUrl !== null, extendOn, lockForMs: null, atSignIn, timeoutMs: PING_TIMEOUT_MS };
  }

  #watch(): void {
    this.#watching?.abort();
    this.#watching = new AbortController();
    watchActivity(this.#host.settings().events ?? DEFAULT_EVENTS, this.#onInput, this.#watching.signal);
  }

  readonly #onMoment = (moment: Moment): void => {
    if (moment === 'left') this.send({ type: 'leave' });
    else if (moment === 'online') this.send({ type: 'online' });
    else this.send({ type: 'woke', restored: moment === 'restored' });
  };

  readonly #onInput = (event: Event): void => {
    const wall = Date.now();
    const mono = performance.now();
    this.#inputMono = Math.min(event.timeStamp, mono);
    const isBusy = mono - this.#toldAt.mono < INPUT_EVERY_MS && Math.abs(wall - this.#toldAt.wall) < INPUT_EVERY_MS;
    if (isBusy && this.#state?.phase === 'active' && !this.#state.verifying) return;
    this.#toldAt = { wall, mono };
    this.#tellInput(this.#toldAt, isHovering(event) ? this.#host.isOverDialog(event) : undefined);
  };

  #tellInput(now: Mark, overDialog?: boolean): void {
    if (this.#inputMono === -Infinity) return;
    const age = now.mono - this.#inputMono;
    this.#inputMono = -Infinity;
    const at = { wall: now.wall - age, mono: now.mono - age };
    this.#step({ type: 'activity', at, ...(overDialog !== undefined && { overDialog }) }, now);
  }

  #step(event: MachineEvent, now: Mark): void {
    if (!this.#state || !this.#running) return;
    const { state, effects, wakeInMs } = step(this.#state, event, now);
    this.#state = state;
    const view = snapshot(state, now);
    this.#arm(Math.min(wakeInMs ?? Infinity, nextSecondMs(view)));
    this.#host.changed(view);
    for (const effect of effects) this.#run(effect);
  }

  #arm(inMs: number): void {
    clearTimeout(this.#timer);
    if (inMs === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.send({ type: 'deadline' });
      },
      Math.min(Math.ceil(inMs), LONGEST_DELAY_MS),
    );
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'ping':
        return void this.#ping(effect);
      case 'end':
        return void this.#end(effect);
      case 'leave':
        return goTo(destination(this.#host.settings().signInUrl));
      case 'resume':
        return;
      case 'reload':
        location.reload();
    }
  }

  async #ping({ kind, idleMs, owner }: Effect & { type: 'ping' }): Promise<void> {
    const url = this.#host.settings().pingUrl?.href;
    if (url === undefined) return;
    const pinging = new AbortController();
    if (kind === 'leave') {
      await sendPing(url, { idleMs, owner }, { signal: pinging.signal, keepalive: true });
      return;
    }
    this.#pinging?.abort();
    this.#pinging = pinging;
    const timeout = setTimeout(() => {
      pinging.abort();
    }, PING_TIMEOUT_MS);
    const outcome = await sendPing(url, { idleMs, owner }, { signal: pinging.signal, unhurried: kind === 'connect' });
    clearTimeout(timeout);
    if (this.#pinging !== pinging) return;
    this.#pinging = null;
    if (outcome.reply) return this.send({ type: 'reply', reply: outcome.reply });
    if (outcome.fault !== undefined) this.#host.report(outcome.fault);
    this.send({ type: 'no-reply', jitter: Math.random(), retryAfterMs: outcome.retryAfterMs });
  }

  /** The page is concealed by now; cancelling `session-end` stops the leaving, not the signing out. */
  async #end({ reason, by }: Effect & { type: 'end' }): Promise<void> {
    this.#pinging?.abort();
    this.#pinging = null;
    const { signOut, signInUrl } = this.#host.settings();
    const leaves = this.#host.ended(reason);
    if (by === 'person' && leaves && signOut) return submitSignOut(signOut);
    if (by === 'clock' && signOut) await sendSignOut(signOut, PING_TIMEOUT_MS);
    if (leaves) goTo(destination(signInUrl));
  }
}

const mark = (): Mark => ({ wall: Date.now(), mono: performance.now() });

/** Whether it comes from a pointer that stays somewhere: a finger that was lifted is nowhere. */
const isHovering = (event: Event): event is PointerEvent =>
  event instanceof PointerEvent && event.pointerType !== 'touch';

/** While a warning can be seen, its countdown wants to be drawn each second. */
const nextSecondMs = ({ phase, concealed, remainingMs }: SessionState): number =>
  phase === 'warning' && !concealed && !document.hidden ? remainingMs % 1000 || 1000 : Infinity;
