/** All that can happen in a small world, in every order: see docs/simulation.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile, type Fault } from './code.js';
import { search } from './small-world.js';

/** Deeper ones are for `npm run simulate -- --depth`. */
const DEPTH = 8;

/** Found in less, each by another of the bounds. */
const FAULTS: readonly Omit<Fault, 'seed'>[] = [
  {
    name: 'an end is not told to the other tab',
    proves: 'C2',
    file: 'element/machine.ts',
    find: "effects.push({ type: 'tell', message: { type: 'ended', reason, by, at: now.wall } });",
    put: 'void by;',
  },
  {
    name: 'nothing is concealed at the deadline until the server has answered',
    proves: 'T3',
    file: 'element/machine.ts',
    find: "if (due.phase === 'ended' && !s.verifying?.reason)",
    put: "if (due.phase === 'ended' && !s.asking && !s.verifying?.reason)",
  },
];

describe('every order of events', () => {
  it(`[C2] of ${DEPTH} leaves no page open, no living session ended, and no two tabs apart`, async (test) => {
    const { states, violation } = search((await compile()).core, DEPTH);
    assert.equal(violation, null, violation ?? '');
    test.diagnostic(`${states} states`);
    assert.ok(states > 1_000, `${states} states`);
  });

  for (const fault of FAULTS)
    it(`[${fault.proves}] finds it if ${fault.name}`, async () => {
      const { violation } = search((await compile({ ...fault, seed: 0 })).core, DEPTH);
      assert.match(violation ?? 'not found', /^\([a-e]\)/);
    });
});
