/**
 * Runs worlds until a bound doesn't hold, and then tells the shortest story that it finds of how that came:
 *
 *     npm run simulate -- [--seed N] [--worlds N] [--seconds N]
 *
 * Without a seed it takes a new one, and says which.
 */
import { parseArgs } from 'node:util';
import { compile } from './code.js';
import { simulateMany } from './many.js';
import { makePlan } from './plan.js';
import { shrink } from './shrink.js';
import { simulate } from './world.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, worlds: text, seconds: text } });
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const worlds = Number(values.worlds ?? (values.seconds === undefined ? 1_000 : Infinity));
const forMs = Number(values.seconds ?? Infinity) * 1_000;

console.log(`From seed ${first} on:`);
const result = await simulateMany({ first, worlds: Math.min(worlds, 2 ** 31), forMs });
if (result.failed) {
  const { seed, violation } = result.failed;
  const code = await compile();
  const shortest = await simulate(code, await shrink(code, makePlan(seed)));
  console.log(`\nSeed ${seed}: ${shortest.violation ?? violation ?? ''}\n`);
  console.log(`Once more, as it was: npm run simulate -- --seed ${seed} --worlds 1`);
  process.exitCode = 1;
}
console.log(`${result.worlds} worlds, ${result.failed ? 1 : 0} failed`);
