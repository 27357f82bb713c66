/** Made-up worlds around the real code: see docs/simulation.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compile } from './code.js';
import { FAULTS } from './faults.js';
import { simulateMany } from './many.js';
import { simulateSeed } from './world.js';

/** Always the same, so that a change alone can make them fail; new ones are for `npm run simulate`. */
const WORLDS = 1_200;
const SHORT_WORLDS = 3_000;
/** In so many at most a planted fault is found. */
const ENOUGH = 2_000;

describe('the simulation', () => {
  it(`holds the bounds in ${WORLDS} worlds`, async () => {
    const { worlds, failed } = await simulateMany({ first: 1, worlds: WORLDS });
    assert.equal(failed, null, `seed ${failed?.seed ?? ''}: ${failed?.violation ?? ''}`);
    assert.equal(worlds, WORLDS);
  });

  it(`holds the bounds in ${SHORT_WORLDS} short worlds`, async () => {
    const { worlds, failed } = await simulateMany({ first: 1, worlds: SHORT_WORLDS, isShort: true });
    assert.equal(failed, null, `seed ${failed?.seed ?? ''}: ${failed?.violation ?? ''}`);
    assert.equal(worlds, SHORT_WORLDS);
  });

  it('tells the same story of the same seed', async () => {
    const fault = FAULTS[0]!;
    const { failed } = await simulateMany({ first: 1, worlds: ENOUGH, fault });
    assert.ok(failed, 'found');
    const again = await simulateSeed(await compile(fault), failed.seed);
    assert.equal(failed.violation, again.violation);
  });

  it('keeps nothing of the worlds that are over', async () => {
    const code = await compile();
    const before = (await runWorlds(50), heapUsed());
    const after = (await runWorlds(100), heapUsed());
    assert.ok(after - before < 5e6, `${after - before} bytes more after 100 worlds`);

    async function runWorlds(count: number): Promise<void> {
      for (let seed = 1; seed <= count; seed++) await simulateSeed(code, seed, true);
    }
  });

  for (const fault of FAULTS) {
    it(`[${fault.proves}] finds it if ${fault.name}`, async () => {
      // Where it was seen before; and where that is no more, in any.
      const known = await simulateMany({ first: fault.seed, worlds: 1, fault });
      const { failed } = known.failed ? known : await simulateMany({ first: 1, worlds: ENOUGH, fault });
      assert.ok(failed, `not found in ${ENOUGH} worlds`);
      assert.match(failed.violation ?? '', /^\([a-g]\)/);
    });
  }
});

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
