/**
 * Runs worlds until a bound doesn't hold, and then tells the shortest story that it finds of how that came:
 *
 *     npm run simulate -- [--seed N] [--worlds N] [--short] [--seconds N] [--hours N] [--threads N] [--store NAME]
 *
 * `--store redis` or `--store postgres` puts the worlds on a real engine, beside the memory store: 20 of them by default.
 * Without a seed it takes a new one, and says which. `--depth N` searches all small worlds instead, to that depth.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startSteppedPostgres, startSteppedRedis } from '../stores/stepped.js';
import { compile } from './code.js';
import { simulateOn } from './engines.js';
import { simulateMany } from './many.js';
import { makePlan } from './plan.js';
import { shrink } from './shrink.js';
import { search } from './small-world.js';
import { simulate } from './world.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seed: text,
    worlds: text,
    short: { type: 'boolean', default: false },
    seconds: text,
    hours: text,
    threads: text,
    depth: text,
    store: text,
  },
});

if (values.depth !== undefined) await searchSmallWorlds(Number(values.depth));
else if (values.store !== undefined) await simulateOnEngine(values.store);
else await simulateWorlds();

async function simulateWorlds(): Promise<void> {
  const { seconds, hours, short: isShort } = values;
  const isTimed = seconds !== undefined || hours !== undefined;
  const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const worlds = Math.min(Number(values.worlds ?? (isTimed ? Infinity : 1_000)), 2 ** 31);
  const forMs = isTimed ? Number(seconds ?? 0) * 1_000 + Number(hours ?? 0) * 3_600_000 : Infinity;
  const threads = Number(values.threads ?? availableParallelism());

  console.log(`From seed ${first} on:`);
  const result = await simulateMany({ first, worlds, forMs, threads, isShort });
  if (result.failed) {
    const { seed, violation } = result.failed;
    const code = await compile();
    const shortest = await simulate(code, await shrink(code, makePlan(seed, isShort)));
    console.log(`\nSeed ${seed}: ${shortest.violation ?? violation ?? ''}\n`);
    console.log(`Once more, as it was: npm run simulate -- --seed ${seed} --worlds 1${isShort ? ' --short' : ''}`);
    process.exitCode = 1;
  }
  console.log(`${result.worlds} worlds in ${result.steps} steps, ${result.failed ? 1 : 0} failed`);
}

async function simulateOnEngine(name: string): Promise<void> {
  const start = { redis: startSteppedRedis, postgres: startSteppedPostgres }[name];
  if (!start) throw new Error(`--store ${name} is no store to simulate. Give redis or postgres.`);
  const { worlds = 20, seed = Math.floor(Math.random() * 2 ** 31), short: isShort } = values;
  const engine = await start();
  try {
    console.log(`From seed ${seed} on, on ${name}:`);
    const result = await simulateOn(engine, Number(seed), Number(worlds), isShort);
    if (result.failed) console.log(`\nSeed ${result.failed.seed}: ${result.failed.violation ?? ''}\n`);
    if (result.failed) process.exitCode = 1;
    console.log(`${result.worlds} worlds in ${result.steps} steps, ${result.failed ? 1 : 0} failed`);
  } finally {
    await engine.close();
  }
}

async function searchSmallWorlds(depth: number): Promise<void> {
  const { states, violation } = search((await compile()).core, depth);
  if (violation !== null) {
    console.log(`\n${violation}\n`);
    process.exitCode = 1;
  }
  console.log(
    `${states} states of small worlds, to the depth of ${depth} events, ${violation === null ? 0 : 1} failed`,
  );
}
