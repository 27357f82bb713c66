/** True time, which nobody in the world can see, and what is to happen in it, in order. */

interface Task {
  at: number;
  order: number;
  run: () => void;
}

export class Agenda {
  /** In milliseconds since the world began. */
  now = 0;
  #count = 0;
  /** A binary heap. */
  readonly #tasks: Task[] = [];

  in(ms: number, run: () => void): void {
    this.#push({ at: this.now + Math.max(0, ms), order: this.#count++, run });
  }

  /** Goes on to the next task until `end`, and gives it; `null` when none is left. */
  next(end: number): (() => void) | null {
    const first = this.#tasks[0];
    if (!first || first.at > end) {
      this.now = end;
      return null;
    }
    const last = this.#tasks.pop()!;
    if (this.#tasks.length > 0) this.#sink(last);
    this.now = first.at;
    return first.run;
  }

  #push(task: Task): void {
    const tasks = this.#tasks;
    let i = tasks.push(task) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(task, tasks[parent]!)) break;
      tasks[i] = tasks[parent]!;
      i = parent;
    }
    tasks[i] = task;
  }

  #sink(task: Task): void {
    const tasks = this.#tasks;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= tasks.length) break;
      if (child + 1 < tasks.length && isBefore(tasks[child + 1]!, tasks[child]!)) child++;
      if (!isBefore(tasks[child]!, task)) break;
      tasks[i] = tasks[child]!;
      i = child;
    }
    tasks[i] = task;
  }
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
