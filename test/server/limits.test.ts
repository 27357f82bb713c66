import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PolicySeconds } from '../../src/server/hono.js';
import { intranet } from './intranet.js';

describe('limits', () => {
  it('[S6] an absolute lifetime ends the session at its very millisecond, whatever the activity', async () => {
    const { browse, ping, clock } = intranet({ policy: { warnAfter: 60, expireAfter: 100, lifetime: 250 } });
    await browse();
    for (const ms of [90_000, 90_000, 69_999]) {
      clock.now += ms;
      assert.equal((await ping({ idleMs: 0 }))['state'], 'live');
      assert.equal((await browse()).status, 200);
    }
    clock.now += 1;
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'lifetime' });
    assert.equal((await browse()).status, 303);
  });

  it('[S6] and no way to be active outlives it', async () => {
    const act = fc.record({ seconds: fc.integer({ min: 0, max: 99 }), by: fc.constantFrom('ping', 'page', 'fetch') });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
        const { browse, fetches, ping, pass } = intranet({
          policy: { warnAfter: 60, expireAfter: 100, lifetime: 250 },
          counts: 'all',
        });
        let age = 0;
        await browse();
        for (const { seconds, by } of acts) {
          pass(seconds);
          age += seconds;
          const live =
            by === 'ping'
              ? (await ping({ idleMs: 0 }))['state'] === 'live'
              : (await (by === 'page' ? browse() : fetches())).status === 200;
          assert.equal(live, age < 250);
        }
      }),
      { numRuns: 60 },
    );
  });

  const strict: PolicySeconds = { warnAfter: 20, expireAfter: 40, lifetime: 200 };
  const lenient: PolicySeconds = { warnAfter: 60, expireAfter: 1_000 };

  it('[S6] may differ by user, and the page is told of its own', async () => {
    const { browse, ping, fetches, pass } = intranet({
      policy: (_c, { subject }) => (subject === 'ana' ? strict : lenient),
    });
    const ben = { Cookie: 'sid=ben.1' };
    await browse();
    await browse('/', ben);
    assert.equal((await ping())['expireAfterMs'], 40_000);
    assert.equal((await ping({}, ben))['expireAfterMs'], 1_000_000);
    pass(40);
    assert.equal((await fetches()).status, 401);
    assert.equal((await fetches('/', ben)).status, 200);
  });

  it('[S6] may come from a role that is asked of somebody, and hold from the request after it changes', async () => {
    const roles = new Map([['ana', 'clerk']]);
    const { browse, ping, fetches, pass } = intranet({
      policy: async (_c, { subject }) => {
        await Promise.resolve();
        return roles.get(subject!) === 'admin' ? strict : lenient;
      },
    });
    await browse();
    pass(50);
    assert.equal((await fetches()).status, 200);
    roles.set('ana', 'admin');
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'idle' });
  });

  it('[S6] that become shorter end at the next request what is over by them', async () => {
    let policy: PolicySeconds = lenient;
    const { browse, fetches, ping, pass } = intranet({ policy: () => policy });
    await browse();
    pass(39);
    policy = strict;
    assert.equal((await fetches()).status, 200);
    assert.equal((await ping())['warnAfterMs'], 20_000);
    pass(1);
    assert.equal((await fetches()).status, 401);
  });

  it('[S6] a lifetime that is set for sessions under way counts from when they began', async () => {
    let policy: PolicySeconds = lenient;
    const { browse, ping, pass } = intranet({ policy: () => policy });
    await browse();
    pass(190);
    await browse();
    policy = strict;
    assert.equal((await ping())['lifetimeLeftMs'], 10_000);
    pass(10);
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'lifetime' });
  });

  it('[S6] that become longer revive nothing', async () => {
    let policy: PolicySeconds = strict;
    const { browse, fetches, ping, pass } = intranet({ policy: () => policy });
    await browse();
    pass(40);
    assert.equal((await fetches()).status, 401);
    policy = lenient;
    assert.equal((await fetches()).status, 401);
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'idle' });
    assert.equal((await browse()).status, 303);
  });

  it('[S6] that become longer hold at once for who is still there', async () => {
    let policy: PolicySeconds = strict;
    const { browse, fetches, pass } = intranet({ policy: () => policy });
    await browse();
    pass(39);
    policy = lenient;
    pass(500);
    assert.equal((await fetches()).status, 200);
  });
});
