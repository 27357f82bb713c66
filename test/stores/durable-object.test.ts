import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { conformance } from './conformance.js';
import { sameAnswers } from './same-answers.js';
import { startWorkerd } from './workerd.mjs';

conformance(
  'Durable Objects in workerd',
  async () => {
    const workerd = await startWorkerd();
    return { ...workerd, stores: [workerd.store] };
  },
  { persists: true },
);

sameAnswers('Durable Objects, with a clock that is set', startWorkerd, { runs: 100 });

describe('Durable Objects, in the course of time', () => {
  it('[S11] are emptied by an alarm once they are due, and not before', async () => {
    const { store, close } = await startWorkerd();
    try {
      const keepMs = 1_000_000;
      const [due, kept, subject] = [randomUUID(), randomUUID(), randomUUID()];
      await store.end(kept, { reason: 'revoked', keepMs });
      // With the minute that is spared, due in a second.
      const soon = (-59_000 * 8) / 9;
      await store.start(due, { keepMs: soon, subject });
      await store.end(due, { reason: 'revoked', keepMs: soon });
      const ask = { idleMs: null, policy: { warnAfterMs: 1, expireAfterMs: 2, lifetimeMs: null }, graceMs: 0, keepMs };
      for (let left = 3_000; left > 0 && (await store.touch(due, ask)) !== null; left--) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(await store.start(due, { keepMs }), 'started');
      assert.equal(await store.start(kept, { keepMs }), 'ended');
    } finally {
      await close();
    }
  });
});
