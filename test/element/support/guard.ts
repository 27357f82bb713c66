/** A page with one guard on it, a server of its own to ask, and a clock in the test's hand. */
import { fixtureCleanup, fixtureSync } from '@open-wc/testing';
import { executeServerCommand, resetMouse } from '@web/test-runner-commands';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import '../../../src/index.js';
import type { SessionSecurity } from '../../../src/index.js';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  hang?: boolean;
}

export interface Request {
  method: string;
  query: string;
  /** In lower case. */
  headers: Record<string, string>;
  type: string;
  body: string;
}

const realSetTimeout = window.setTimeout.bind(window);
let clock: SinonFakeTimers | null = null;
let paths = 0;
let stopped: AbortController | null = null;

/** The limits that all tests use unless they say otherwise: a minute to the warning, half a minute of it. */
export const WARN_MS = 60_000;
export const EXPIRE_MS = 90_000;

export const live = (fields: object = {}): Answer => ({
  body: {
    v: 1,
    state: 'live',
    idleMs: 'reported',
    warnAfterMs: WARN_MS,
    expireAfterMs: EXPIRE_MS,
    lifetimeLeftMs: null,
    ...fields,
  },
});
export const ended = (reason: string): Answer => ({ body: { v: 1, state: 'ended', reason } });
export const none: Answer = { body: { v: 1, state: 'none' } };

/** Before each test. No test may leave its page. */
export function setUp(): void {
  clock = useFakeTimers({
    now: Date.now(),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  // An event's time comes from the clock that `performance.now()` reads.
  Object.defineProperty(Event.prototype, 'timeStamp', { configurable: true, get: () => performance.now() });
  stopped = new AbortController();
  window.addEventListener(
    'session-end',
    (event) => {
      event.preventDefault();
    },
    { signal: stopped.signal },
  );
}

/** After each test: nothing of it may reach the next one. */
export async function tearDown(): Promise<void> {
  fixtureCleanup();
  await pause(0);
  clock?.restore();
  clock = null;
  delete (Event.prototype as { timeStamp?: unknown }).timeStamp;
  Object.defineProperty(Event.prototype, 'timeStamp', timeStamp);
  stopped?.abort();
  await resetMouse();
}

const timeStamp = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp')!;

/** Lets time pass for timers and clocks; the network takes its own. */
export const pass = async (ms: number): Promise<void> => {
  await clock!.tickAsync(ms);
  await pause(0);
};

/** Sets the wall clock without letting time pass. */
export const setWallClock = (aheadMs: number): void => {
  clock!.setSystemTime(Date.now() + aheadMs);
};

export const pause = (ms: number): Promise<void> => new Promise((done) => realSetTimeout(done, ms));

export async function until(condition: () => unknown, what = condition.toString()): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (await condition()) return;
    await pause(10);
  }
  throw new Error(`This did not come about: ${what}`);
}

export class Page {
  readonly pingUrl = `/ping-server/${String(Date.now())}-${String((paths += 1))}`;
  element!: SessionSecurity;

  /** Opens the page and waits for the first answer, if there is a server to give one. */
  async open(answer: Answer | null = live(), attributes = '', content = ''): Promise<this> {
    if (answer) await this.answer(answer);
    const ping = answer ? `ping-url="${this.pingUrl}"` : '';
    const root = fixtureSync<HTMLElement>(`<div><button id="before">Before</button><input id="field" />
      <session-security ${ping} ${attributes}>${content}</session-security></div>`);
    this.element = root.querySelector('session-security')!;
    await this.element.updateComplete;
    if (answer && !answer.hang) await until(() => this.state.asking === null, 'the first answer');
    return this;
  }

  async answer(answer: Answer): Promise<void> {
    await executeServerCommand('ping-server', { path: this.pingUrl, answer });
  }

  async requests(): Promise<Request[]> {
    const result = await executeServerCommand<{ requests: Request[] }, unknown>('ping-server', { path: this.pingUrl });
    return result.requests;
  }

  /** The bodies of the pings so far. */
  async pings(): Promise<{ v: number; idleMs?: number; owner?: string }[]> {
    return (await this.requests()).map(({ body }) => JSON.parse(body) as { v: number });
  }

  get state(): NonNullable<SessionSecurity['state']> {
    return this.element.state!;
  }

  get dialog(): HTMLDialogElement {
    return this.element.shadowRoot!.querySelector('#warning')!;
  }

  /** The same dialog before a concealed page; `null` where there is nothing to conceal. */
  get curtain(): HTMLDialogElement | null {
    return this.element.shadowRoot!.querySelector('#curtain');
  }

  part(name: string): HTMLElement {
    return this.element.shadowRoot!.querySelector(`[part~="${name}"]`)!;
  }

  /** Idle until the warning is there. */
  async warned(idleMs = WARN_MS): Promise<void> {
    await this.answer(live({ idleMs }));
    await pass(idleMs - this.state.idleMs);
    await until(() => this.dialog.matches(':modal'), 'the warning');
    await this.answer(live());
  }

  /** A promise for the element's next event of this type. */
  next<T extends keyof HTMLElementEventMap>(type: T): Promise<HTMLElementEventMap[T]> {
    return new Promise((heard) => {
      this.element.addEventListener(type, heard as EventListener, { once: true });
    });
  }
}
