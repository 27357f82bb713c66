/** The same worlds on real engines, one world after the other, since all of them share one engine. */
import { compile, type Code } from './code.js';
import type { Engine } from './both-stores.js';
import type { Result } from './many.js';
import { makePlan } from './plan.js';
import { simulate } from './world.js';

export async function simulateOn(engine: Engine, first: number, worlds: number, isShort: boolean): Promise<Result> {
  const code: Code = await compile();
  const total: Result = { worlds: 0, steps: 0, failed: null };
  for (let seed = first; seed < first + worlds && !total.failed; seed++) {
    const outcome = await simulate(code, makePlan(seed, isShort), engine);
    total.worlds++;
    total.steps += outcome.steps;
    if (outcome.violation !== null) total.failed = outcome;
  }
  return total;
}
