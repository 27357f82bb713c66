/** Made-up worlds on real engines: see docs/simulation.md. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { simulateOn } from '../simulation/engines.js';
import { missing, REDIS_SERVER } from './programs.mjs';
import type { ClockedEngine } from './same-answers.js';
import { startSteppedPostgres, startSteppedRedis } from './stepped.js';

const WORLDS = 10;
const SHORT_WORLDS = 100;

for (const [name, start, program] of [
  ['Redis', startSteppedRedis, REDIS_SERVER],
  ['PostgreSQL', startSteppedPostgres, 'postgres'],
] as const) {
  describe(`made-up worlds on ${name}`, { skip: missing(program) }, () => {
    let engine: ClockedEngine;
    before(async () => {
      engine = await start();
    });
    after(() => engine.close());

    for (const [worlds, isShort] of [
      [WORLDS, false],
      [SHORT_WORLDS, true],
    ] as const) {
      it(`[S11] answers as the memory store does in ${worlds} ${isShort ? 'short ' : ''}worlds`, async () => {
        const { failed, ...run } = await simulateOn(engine, 1, worlds, isShort);
        assert.equal(failed, null, failed?.violation ?? '');
        assert.equal(run.worlds, worlds);
      });
    }

    it('[S11] finds it if the engine lets a session live for a second too long', async () => {
      const { store, setClock } = engine;
      const late: typeof store = {
        ...store,
        touch: (id, touch) => {
          const { policy } = touch;
          return store.touch(id, { ...touch, policy: { ...policy, expireAfterMs: policy.expireAfterMs + 1_000 } });
        },
      };
      const { failed } = await simulateOn({ store: late, setClock }, 1, SHORT_WORLDS, true);
      assert.match(failed?.violation ?? '', /^\(c\)/);
    });
  });
}
