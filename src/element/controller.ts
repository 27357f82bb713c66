/** The one place that acts: it feeds the machine with what happens, runs its effects, and owns the timer and the ping. */
import type { EndReason } from '../policy.js';
import { tagOf } from '../protocol.js';
import { DEFAULT_EVENTS, watchActivity } from './activity.js';
import { destination, goTo, reload, sendSignOut, submitSignOut, watchSignOut } from './departure.js';
import type { SessionState } from './events.js';
import { FormGuard } from './form-guard.js';
import { hearFrames } from './frame-report.js';
import { watchLifecycle, whenActivated } from './lifecycle.js';
import { endsAgain, goesOn } from './loop.js';
import { step, type Effect, type Event as MachineEvent } from './machine.js';
import { watchMedia } from './media.js';
import { sendPing } from './ping.js';
import type { Report, Settings } from './settings.js';
import { differs, snapshot } from './snapshot.js';
import { before, begin, elapsed, isConcealed, later, NEVER, type Config, type Mark, type State } from './state.js';
import { joinTabs, type Tabs } from './tabs.js';

/** What the controller asks of its element. */
export interface Host {
  settings(): Settings;
  report: Report;
  /** Called in the same task as the change: what must not be seen any more is to be concealed before it returns. */
  changed(now: SessionState): void;
  /** Announces the end; `false`: the application leaves the page itself. */
  ended(reason: EndReason): boolean;
  /** The same person is back on a locked page. */
  resumed(): void;
  /** Signing in leads to the end again and again: the page stays, to explain it. */
  looped(): void;
  /** `undefined` for what is no pointer that stays somewhere. */
  isOverDialog(event: Event): boolean | undefined;
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
  #pinging: AbortController | null = null;
  #tabs: Tabs | null = null;
  /** The claim of which the tabs have been told. */
  #claim: Mark | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the element was shown last. */
  #view: SessionState | null = null;
  #toldAt = NEVER;
  /** When the latest real input came, since when playing media counts for a while. */
  #inputAt: Mark = mark();
  /** What leaves a concealed page is never held back (E2), unless it is kept for whoever has entered something. */
  readonly #forms = new FormGuard(() => !this.#state || this.#state.phase === 'locked' || !isConcealed(this.#state));
  /** When the latest input came that the machine has not been told of: on both clocks then, since one may stop till it is. */
  #untold: Mark | null = null;
  /** Looks at the movement that waits. */
  #lookAtKept = (): void => undefined;
  /** What comes while the dialog opens or closes is its own focus on the move, not a person's. */
  #isDrawing = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** `null` until the page is shown. */
  get state(): SessionState | null {
    return this.#state && snapshot(this.#state, mark());
  }

  /** Starts with the attributes as they are now, or goes on where it was stopped: coming back to the page is no activity. */
  start(): void {
    this.#running?.abort();
    const { signal } = (this.#running = new AbortController());
    whenActivated(() => {
      const now = mark();
      watchLifecycle((moment) => {
        this.send(moment);
      }, signal);
      // Hears of a leave after the machine, which has something to tell then.
      this.#join(signal);
      const config = this.#config();
      this.#state ??= begin(config, { wall: now.wall - now.mono, mono: 0 }, now);
      watchSignOut(
        () => this.#host.settings().signOut,
        () => {
          this.send({ type: 'signing-out' });
        },
        signal,
      );
      const { events, frameOrigins, mediaForMs, confirmFormDiscard } = this.#host.settings();
      this.#lookAtKept = watchActivity(events ?? DEFAULT_EVENTS, this.#onInput, signal, this.#mayWait);
      hearFrames(frameOrigins, this.#onInput, signal);
      if (mediaForMs)
        watchMedia(() => {
          const now = mark();
          if (elapsed(this.#inputAt, now) < mediaForMs) this.#onActivity(now, now);
        }, signal);
      if (confirmFormDiscard) this.#forms.watch(signal);
      this.send({ type: 'configure', config });
      this.send({ type: 'woke' });
    }, signal);
  }

  stop(): void {
    // A router may put another element in its place, which knows only what the server does. Nothing ends by this.
    this.#tellInput(mark());
    if (this.#state)
      for (const effect of step(this.#state, { type: 'leave' }, mark()).effects)
        if (effect.type === 'ping') this.#run(effect);
    this.#running?.abort();
    this.#pinging?.abort();
    this.#running = this.#tabs = this.#claim = this.#view = null;
    clearTimeout(this.#timer);
    if (this.#state) this.#state = { ...this.#state, asking: null, claim: null };
  }

  send(event: MachineEvent): void {
    const now = mark();
    this.#tellInput(now);
    this.#step(event, now);
  }

  /** Activity that only the application knows of. */
  activity(): void {
    this.send({ type: 'activity', at: mark() });
  }

  #join(signal: AbortSignal): void {
    const { channel } = this.#host.settings();
    this.#claim = null;
    this.#tabs = joinTabs(
      `session-security ${channel}`,
      (message, tag) => {
        if (this.#state) this.send({ type: 'told', message, isStranger: tag !== tagOf(this.#state.owner) });
      },
      signal,
    );
  }

  /** Changes of which only the application knows that they are saved. */
  saved(form: Element): void {
    this.#forms.forget(form);
  }

  #config(): Config {
    const { own, pingUrl, extendOn, signInUrl, lockForMs } = this.#host.settings();
    const atSignIn = signInUrl?.origin === location.origin && signInUrl.pathname === location.pathname;
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return {
      own,
      canAsk: pingUrl !== null,
      hasTabs: this.#tabs?.areHeard === true,
      extendOn,
      lockForMs,
      atSignIn,
      fromHistory: navigation?.type === 'back_forward',
      timeoutMs: PING_TIMEOUT_MS,
    };
  }

  /** More input changes nothing but when the latest was. */
  readonly #mayWait = (): boolean => this.#state?.phase === 'active' && !this.#state.verifying;

  readonly #onInput = (ageMs: number, event?: Event): void => {
    if (this.#isDrawing) return;
    const now = mark();
    this.#inputAt = now;
    this.#onActivity(before(now, Math.max(0, ageMs)), now, event);
  };

  #onActivity(at: Mark, now: Mark, event?: Event): void {
    this.#untold = this.#untold ? later(this.#untold, at, now) : at;
    if (this.#mayWait() && elapsed(this.#toldAt, now) < INPUT_EVERY_MS) return;
    this.#toldAt = now;
    this.#tellInput(now, event && this.#host.isOverDialog(event));
  }

  #tellInput(now: Mark, overDialog?: boolean): void {
    this.#lookAtKept();
    const at = this.#untold;
    if (!at) return;
    this.#untold = null;
    this.#step({ type: 'activity', at, ...(overDialog !== undefined && { overDialog }) }, now);
  }

  #step(event: MachineEvent, now: Mark): void {
    if (!this.#state || !this.#running) return;
    const { wasLive } = this.#state;
    const { state, effects, wakeInMs } = step(this.#state, event, now);
    this.#state = state;
    if (state.wasLive && !wasLive) goesOn();
    const view = snapshot(state, now);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.send({ type: 'deadline' });
      },
      Math.ceil(Math.min(wakeInMs ?? LONGEST_DELAY_MS, nextSecondMs(view), LONGEST_DELAY_MS)),
    );
    // The other windows first: they have to draw it, too.
    for (const effect of effects) if (effect.type === 'tell') this.#run(effect);
    this.#show(view);
    this.#claimTurn(this.#state);
    for (const effect of effects) if (effect.type !== 'tell') this.#run(effect);
  }

  /** Only what is new, or counts down. */
  #show(view: SessionState): void {
    if (this.#view && view.phase !== 'warning' && !differs(view, this.#view)) return;
    this.#view = view;
    this.#isDrawing = true;
    try {
      this.#host.changed(view);
    } finally {
      this.#isDrawing = false;
    }
  }

  #claimTurn({ claim }: State): void {
    const since = claim?.since ?? null;
    if (since === this.#claim) return;
    this.#claim = since;
    if (!claim) return this.#tabs?.release();
    this.#tabs?.claim(() => {
      this.send({ type: 'claimed' });
    });
  }

  #run(effect: Effect): void {
    if (effect.type === 'ping') void this.#ping(effect);
    else if (effect.type === 'tell') this.#tabs?.tell(effect.message, tagOf(this.#state?.owner ?? null));
    else if (effect.type === 'end') void this.#end(effect);
    else if (effect.type === 'leave') this.#leave();
    else if (effect.type === 'resume') this.#host.resumed();
    else reload();
  }

  async #ping({ kind, idleMs, owner }: Effect & { type: 'ping' }): Promise<void> {
    const { pingUrl, pingInit } = this.#host.settings();
    if (!pingUrl) return;
    const ping = { idleMs, owner };
    if (kind === 'leave') {
      await sendPing(pingUrl, ping, { ...pingInit, keepalive: true });
      return;
    }
    this.#pinging?.abort();
    const { signal } = (this.#pinging = new AbortController());
    const outcome = await sendPing(pingUrl, ping, {
      ...pingInit,
      signal: AbortSignal.any([signal, AbortSignal.timeout(PING_TIMEOUT_MS)]),
      priority: kind === 'connect' ? 'low' : 'high',
    });
    // Input from before a sleep may bring about another question, of which this is not the answer.
    this.#tellInput(mark());
    if (signal.aborted) return;
    if (outcome.reply) return this.send({ type: 'reply', reply: outcome.reply });
    if (outcome.fault !== undefined) this.#host.report('ping', outcome.fault);
    this.send({ type: 'no-reply', jitter: Math.random(), retryAfterMs: outcome.retryAfterMs });
  }

  /** The page is concealed by now; cancelling `session-end` stops the leaving, not the signing out. */
  async #end({ reason, by }: Effect & { type: 'end' }): Promise<void> {
    this.#pinging?.abort();
    const { signOut, signInUrl } = this.#host.settings();
    const { phase, wasLive } = this.#state ?? {};
    // Whoever is signed in now is told that this page is not theirs.
    const leaves = this.#host.ended(reason) && phase !== 'locked' && reason !== 'replaced';
    if (by === 'person' && leaves && signOut) return submitSignOut(signOut);
    if ((by === 'clock' || by === 'person') && signOut) await sendSignOut(signOut, PING_TIMEOUT_MS);
    // A page that was over before it opened would come back the same for ever.
    if (!leaves || !(signInUrl || wasLive || by !== 'server')) return;
    if (!wasLive && endsAgain()) this.#host.looped();
    else this.#leave();
  }

  #leave(): void {
    const { signOut, signInUrl, endSessionUrl } = this.#host.settings();
    goTo(endSessionUrl ?? destination(signInUrl, signOut));
  }
}

const mark = (): Mark => ({ wall: Date.now(), mono: performance.now() });

/**
 * While the page can be seen, the clocks are looked at each second: after sleep a timer may be as late as the machine
 * has slept, and no event need tell of that. So the countdown of a warning is drawn, too.
 */
const nextSecondMs = ({ phase, concealed, remainingMs }: SessionState): number => {
  if (document.hidden || concealed || phase === 'dormant') return Infinity;
  return (phase === 'warning' && remainingMs % 1000) || 1000;
};
