/** As much of the DOM's events and abort signals as the element's code touches; Node's own are ten times slower. */

export type Listener = (event: object) => void;

interface Options {
  once?: boolean;
  signal?: Signal;
}

interface Entry {
  listener: Listener;
  once: boolean;
}

export class Target {
  readonly #entries = new Map<string, Set<Entry>>();

  addEventListener(type: string, listener: Listener, { once = false, signal }: Options = {}): void {
    if (signal?.aborted) return;
    const entries = this.#entries.get(type) ?? new Set();
    this.#entries.set(type, entries);
    if ([...entries].some((entry) => entry.listener === listener)) return;
    const entry = { listener, once };
    entries.add(entry);
    signal?.addEventListener('abort', () => entries.delete(entry));
  }

  dispatchEvent(event: { type: string }): boolean {
    const entries = this.#entries.get(event.type);
    for (const entry of entries ? [...entries] : []) {
      if (!entries!.has(entry)) continue;
      if (entry.once) entries!.delete(entry);
      entry.listener(event);
    }
    return true;
  }

  clear(): void {
    this.#entries.clear();
  }

  get listeners(): number {
    return [...this.#entries.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** One for all: to make an error is slow. */
const ABORTED = new Error('aborted');

export class Signal extends Target {
  aborted = false;
  reason = ABORTED;

  abort(reason = ABORTED): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.dispatchEvent({ type: 'abort' });
  }

  static any(signals: readonly Signal[]): Signal {
    const any = new Signal();
    for (const signal of signals) {
      if (signal.aborted) any.abort(signal.reason);
      signal.addEventListener('abort', () => {
        any.abort(signal.reason);
      });
    }
    return any;
  }
}

export class Controller {
  readonly signal = new Signal();
  readonly #stir: () => void;

  /** `stir` is told of promises that may now be kept. */
  constructor(stir: () => void) {
    this.#stir = stir;
  }

  abort(): void {
    this.signal.abort();
    this.#stir();
  }
}
