import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Policy } from '../../src/policy.js';
import { conformance } from './conformance.js';
import { sameAnswers } from './same-answers.js';
import { startWorkerd } from './workerd.mjs';

conformance(
  'Durable Objects in workerd',
  async () => {
    const workerd = await startWorkerd();
    // It keeps each object's database open, and gives all of them together half a gigabyte.
    return { ...workerd, stores: [workerd.store], refresh: workerd.crash };
  },
  { persists: true },
);

sameAnswers('Durable Objects, with a clock that is set', startWorkerd, { runs: 100 });

describe('Durable Objects, in the course of time', () => {
  const keepMs = 1_000_000;
  const lax = { warnAfterMs: 1_000_000, expireAfterMs: 2_000_000, lifetimeMs: null };
  const ask = (policy: Policy, idleMs: number | null = null) => ({ idleMs, policy, graceMs: 0, keepMs });

  for (const [reason, policy] of [
    ['idle', { warnAfterMs: 100, expireAfterMs: 200, lifetimeMs: null }],
    ['lifetime', { ...lax, lifetimeMs: 200 }],
  ] as const) {
    it(`[S11] are ended by an alarm at the deadline (${reason}), for good, and one caller is told`, async () => {
      const { store, close } = await startWorkerd();
      try {
        const [left, used] = [randomUUID(), randomUUID()];
        for (const id of [left, used]) await store.start(id, { keepMs });
        await store.touch(left, ask(policy));
        await store.touch(used, ask(policy));
        // By the latest touch, the alarm of this one is not due.
        await store.touch(used, ask(lax));
        // To start it again changes nothing, and so does not bring it about.
        for (let tries = 500; (await store.start(left, { keepMs })) !== 'ended'; tries--) {
          assert.ok(tries > 0, 'the alarm did not ring');
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.deepEqual(await store.touch(left, ask(lax, 0)), { live: false, reason, first: true });
        assert.deepEqual(await store.touch(left, ask(lax, 0)), { live: false, reason, first: false });
        assert.equal(await store.start(used, { keepMs }), 'exists');
      } finally {
        await close();
      }
    });
  }

  it('[S11] are not ended by an alarm while somebody is active', async () => {
    const { store, close } = await startWorkerd();
    try {
      const policy = { warnAfterMs: 1_000, expireAfterMs: 2_000, lifetimeMs: null };
      const [left, used] = [randomUUID(), randomUUID()];
      for (const id of [left, used]) await store.touch(id, { ...ask(policy, 0), enrol: {} });
      while ((await store.start(left, { keepMs })) !== 'ended') {
        await store.touch(used, ask(policy, 0));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(await store.start(used, { keepMs }), 'exists');
    } finally {
      await close();
    }
  });

  it('[S11] are emptied by an alarm once they are due, and not before', async () => {
    const { store, close } = await startWorkerd();
    try {
      const [due, kept, subject] = [randomUUID(), randomUUID(), randomUUID()];
      await store.end(kept, { reason: 'revoked', keepMs });
      // With the minute that is spared, due in a second.
      const soon = (-59_000 * 8) / 9;
      await store.start(due, { keepMs: soon, subject });
      await store.end(due, { reason: 'revoked', keepMs: soon });
      for (let left = 3_000; left > 0 && (await store.touch(due, ask(lax))) !== null; left--) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(await store.start(due, { keepMs }), 'started');
      assert.equal(await store.start(kept, { keepMs }), 'ended');
    } finally {
      await close();
    }
  });
});
