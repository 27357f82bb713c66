/**
 * Runs worlds until a bound doesn't hold, and then tells the shortest story that it finds of how that came:
 *
 *     npm run simulate -- [--seed N] [--worlds N] [--short] [--seconds N] [--hours N] [--threads N]
 *
 * Without a seed it takes a new one, and says which. `--depth N` searches all small worlds instead, to that depth.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { compile } from './code.js';
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
  },
});

if (values.depth === undefined) await simulateWorlds();
else await searchSmallWorlds(Number(values.depth));

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
