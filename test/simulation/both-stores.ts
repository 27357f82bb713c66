/** A real engine beside the memory store: both are told the same at the same time of the world, and must answer alike. */
import { isDeepStrictEqual } from 'node:util';
import type { ActivityStore } from '../../src/server/store.js';

/** A store on a real engine, and its clock. */
export interface Engine {
  store: ActivityStore;
  setClock: (now: number) => void | Promise<void>;
}

export class BothStores {
  readonly #memory: ActivityStore;
  readonly #engine: Engine;
  readonly #now: () => number;
  /** Which of all worlds, so that none finds what another has left. */
  readonly #name: string;
  readonly #differ: (how: string) => void;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(memory: ActivityStore, engine: Engine, now: () => number, name: string, differ: (how: string) => void) {
    [this.#memory, this.#engine, this.#now] = [memory, engine, now];
    [this.#name, this.#differ] = [name, differ];
  }

  /** Until it has answered, no time goes by in the world. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  readonly store: ActivityStore = {
    start: (id, start) => this.#ask(id, (store, key) => store.start(key, start)),
    touch: (id, touch) => this.#ask(id, (store, key) => store.touch(key, touch)),
    end: (id, end) => this.#ask(id, (store, key) => store.end(key, end)),
  };

  /** One after the other, as the memory store does it. */
  async #ask<T>(id: string, act: (store: ActivityStore, key: string) => Promise<T>): Promise<T> {
    const now = this.#now();
    const expected = act(this.#memory, id);
    const answered = this.#last.then(async () => {
      await this.#engine.setClock(now);
      return act(this.#engine.store, `${this.#name} ${id}`);
    });
    this.#last = answered;
    this.#waiting++;
    try {
      const [wanted, got] = await Promise.all([expected, answered]);
      if (!isDeepStrictEqual(got, wanted))
        this.#differ(`(c) of ${id} the engine says ${JSON.stringify(got)}, the memory store ${JSON.stringify(wanted)}`);
      return got;
    } finally {
      this.#waiting--;
    }
  }
}
