/** Many worlds, on several cores. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { build } from 'esbuild';
import { compile, type Fault } from './code.js';
import { simulateSeed, type Outcome } from './world.js';

export interface Task {
  /** The first world's seed; the others' follow. */
  first: number;
  worlds: number;
  /** No new world is begun after so many milliseconds of real time. */
  forMs?: number;
  /** As many as there are cores, if it is not said. */
  threads?: number;
  /** Short worlds: see plan.ts. */
  isShort?: boolean;
  fault?: Fault;
}

export interface Result {
  /** How many were run. */
  worlds: number;
  /** How much happened in them. */
  steps: number;
  /** The first in which a bound did not hold: then all stop. */
  failed: Outcome | null;
}

/** Worlds wait for promises to be kept, that is for Node's loop, which then turns once for so many. */
const AT_ONCE = 16;

/** Every `step`th of a task's worlds. */
type Share = Task & { step: number };

export async function simulateMany(task: Task): Promise<Result> {
  const step = Math.min(task.worlds, task.threads ?? availableParallelism());
  const code = await bundled();
  const threads: Worker[] = [];
  const total: Result = { worlds: 0, steps: 0, failed: null };
  await Promise.all(
    Array.from({ length: step }, async (_, i) => {
      const share: Share = { ...task, first: task.first + i, worlds: task.worlds - i, step };
      const { worlds, steps, failed } = await run(new Worker(code, { eval: true, workerData: share }), threads);
      total.worlds += worlds;
      total.steps += steps;
      total.failed ??= failed;
      if (failed) await Promise.all(threads.map((thread) => thread.terminate()));
    }),
  );
  return total;
}

function run(thread: Worker, threads: Worker[]): Promise<Result> {
  threads.push(thread);
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => resolve({ worlds: 0, steps: 0, failed: null }));
  });
}

/** Threads don't share the loader that understands TypeScript. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [fileURLToPath(import.meta.url)], bundle: true, write: false, packages: 'external' },
    ...{ format: 'cjs', platform: 'node', target: 'node20', logLevel: 'error', define: { 'import.meta.url': 'HERE' } },
    banner: { js: `const HERE = ${JSON.stringify(import.meta.url)};` },
  });
  return outputFiles[0]!.text;
}

async function simulateShare({ first, worlds, step, forMs = Infinity, isShort, fault }: Share): Promise<Result> {
  const code = await compile(fault);
  const began = performance.now();
  const result: Result = { worlds: 0, steps: 0, failed: null };
  let next = 0;
  const inTurn = async (): Promise<void> => {
    while (next < worlds && !result.failed && performance.now() - began < forMs) {
      const seed = first + next;
      next += step;
      const outcome = await simulateSeed(code, seed, isShort);
      result.worlds++;
      result.steps += outcome.steps;
      if (outcome.violation !== null) result.failed ??= outcome;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
  return result;
}

if (!isMainThread && isShare(workerData))
  void simulateShare(workerData).then((result) => {
    parentPort!.postMessage(result);
  });

/** Test runners have threads of their own. */
function isShare(data: unknown): data is Share {
  return typeof data === 'object' && data !== null && 'step' in data && 'worlds' in data;
}
