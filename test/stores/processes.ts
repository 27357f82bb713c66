/** Stores in processes of their own, spoken to as if they were here. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ActivityStore } from '../../src/server/store.js';
import type { open } from './open.mjs';

export interface StoreProcess {
  store: ActivityStore;
  /** By SIGKILL; what is under way rejects. */
  kill: () => Promise<void>;
  close: () => Promise<void>;
}

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));

/** `execPath` is the Node to run it with: this one by default. */
export async function startProcess(
  name: keyof typeof open,
  options: object,
  execPath = process.execPath,
): Promise<StoreProcess> {
  const child = fork(WORKER, [name, JSON.stringify(options)], { execPath });
  const exited = once(child, 'exit');
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;

  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`the process for ${name} ended before it was ready`)));
  });
  child.on('message', ({ call, result, error }: { call: number; result: unknown; error?: string }) => {
    const asked = waiting.get(call);
    waiting.delete(call);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the process was killed'));
  });
  await ready;

  const method =
    (name: keyof ActivityStore) =>
    async (...args: unknown[]): Promise<never> =>
      new Promise((resolve, reject) => {
        const call = calls++;
        waiting.set(call, { resolve: resolve as (result: unknown) => void, reject });
        child.send({ call, method: name, args }, (error) => error && reject(error));
      });

  return {
    store: {
      start: method('start'),
      touch: method('touch'),
      end: method('end'),
      endAll: method('endAll'),
      sweep: method('sweep'),
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async close() {
      child.disconnect();
      await exited;
    },
  };
}
