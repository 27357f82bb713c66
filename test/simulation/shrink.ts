/** What is left of a plan when all is taken away that its violation doesn't need. */
import type { Code } from './code.js';
import type { Plan } from './plan.js';
import { simulate } from './world.js';

export async function shrink(code: Code, plan: Plan): Promise<Plan> {
  const kindOf = async (tried: Plan) => /^\(\w\)|.{20}/.exec((await simulate(code, tried)).violation ?? '')?.[0];
  const wanted = await kindOf(plan);
  let best = plan;
  for (let size = best.happenings.length / 2; size >= 0.5; size /= 2) {
    const step = Math.ceil(size);
    for (let i = 0; i < best.happenings.length;) {
      const tried = { ...best, happenings: best.happenings.toSpliced(i, step) };
      if ((await kindOf(tried)) === wanted) best = tried;
      else i += step;
    }
  }
  return best;
}
