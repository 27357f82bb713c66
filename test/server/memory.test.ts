import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { END_REASONS, type EndReason, type Policy } from '../../src/policy.js';
import type { ActivityStore, Touch, Verdict } from '../../src/server/store.js';
import { memoryStore } from '../../src/server/stores/memory.js';

const POLICY: Policy = { warnAfterMs: 60_000, expireAfterMs: 100_000, lifetimeMs: 1_000_000 };
const KEEP = 5_000_000;
const START = 1_800_000_000_000;

function fixture(options: { maxSessions?: number } = {}) {
  const clock = { now: START };
  const store = memoryStore({ now: () => clock.now, ...options });
  const touch = async (idleMs: number | null, more: Partial<Touch> = {}, id = 'a') =>
    store.touch(id, { idleMs, policy: POLICY, graceMs: 0, keepMs: KEEP, enrol: {}, ...more });
  const start = async (id = 'a', createdAt?: number) =>
    store.start(id, { keepMs: KEEP, ...(createdAt !== undefined && { createdAt }) });
  const end = async (id = 'a', reason: EndReason = 'revoked') => store.end(id, { reason, keepMs: KEEP });
  return { clock, store, touch, start, end };
}

/** Calls that change nothing, in the course of which the store forgets what is due. */
async function go(store: ActivityStore): Promise<void> {
  const ask = { idleMs: null, policy: POLICY, graceMs: 0, keepMs: KEEP };
  for (let calls = 0; calls < 10; calls++) await store.touch('nobody', ask);
}

const idleOf = (verdict: Verdict | null) => (verdict?.live ? verdict.idleMs : verdict);

describe('the memory store', () => {
  it('[S2] begins once', async () => {
    const { start, end, touch, clock } = fixture();
    assert.equal(await start(), 'started');
    clock.now += 10_000;
    assert.equal(await start(), 'exists');
    assert.equal(idleOf(await touch(null)), 10_000);
    await end();
    assert.equal(await start(), 'ended');
  });

  it('[S2] does not know whom it was not told of, and forgets nothing of that', async () => {
    const { store } = fixture();
    const ask = { idleMs: 0, policy: POLICY, graceMs: 0, keepMs: KEEP };
    assert.equal(await store.touch('a', ask), null);
    assert.equal(await store.touch('a', ask), null);
  });

  it('[S11] each touch keeps a session anew', async () => {
    const { clock, store, start } = fixture();
    const policy: Policy = { warnAfterMs: 2 * KEEP, expireAfterMs: 3 * KEEP, lifetimeMs: null };
    const touch = async (idleMs: number | null) => store.touch('a', { idleMs, policy, graceMs: 0, keepMs: KEEP });
    await start();
    for (let turn = 0; turn < 3; turn += 1) {
      clock.now += KEEP - 1;
      assert.equal(idleOf(await touch(0)), 0);
    }
    clock.now += KEEP - 1;
    await go(store);
    assert.equal(idleOf(await touch(null)), KEEP - 1);
  });

  it('[S2] tells the first who finds a session past its deadline, of all that ask at once', async () => {
    const { start, touch, clock } = fixture();
    await start();
    clock.now += 100_000;
    const verdicts = await Promise.all(Array.from({ length: 20 }, async () => touch(0)));
    assert.equal(verdicts.filter((verdict) => verdict?.live === false && verdict.first).length, 1);
    assert.ok(verdicts.every((verdict) => verdict?.live === false && verdict.reason === 'idle'));
  });

  it('[S2] ends for one caller only, and for good', async () => {
    const { start, end, touch, clock } = fixture();
    await start();
    assert.deepEqual(await Promise.all([end(), end(), end('a', 'idle')]), [true, false, false]);
    clock.now += 1;
    assert.deepEqual(await touch(0), { live: false, reason: 'revoked', first: false });
  });

  it('[S2] skips a step of less than a second, but not a late one that saves the session', async () => {
    const { start, touch, clock } = fixture();
    await start();
    clock.now += 999;
    assert.deepEqual(await touch(0), { live: true, idleMs: 999, ageMs: 999, movedMs: 0, first: false });
    clock.now += 1;
    assert.deepEqual(await touch(0), { live: true, idleMs: 0, ageMs: 1_000, movedMs: 1_000, first: false });
    clock.now += 100_100;
    assert.deepEqual(await touch(99_600, { graceMs: 5_000 }), {
      live: true,
      idleMs: 99_600,
      ageMs: 101_100,
      movedMs: 500,
      first: false,
    });
  });

  it('[S2] skips less where the time to warn is short', async () => {
    const { start, touch, clock } = fixture();
    await start();
    clock.now += 300;
    const policy = { warnAfterMs: 1_000, expireAfterMs: 2_000, lifetimeMs: null };
    assert.equal(idleOf(await touch(0, { policy })), 0);
  });

  it('[S2] takes a clock that is set back for the latest it has seen', async () => {
    const { start, touch, clock } = fixture();
    await start();
    clock.now += 90_000;
    assert.equal(idleOf(await touch(null)), 90_000);
    clock.now -= 80_000;
    assert.equal(idleOf(await touch(null)), 90_000);
    assert.deepEqual(await touch(0), { live: true, idleMs: 0, ageMs: 90_000, movedMs: 90_000, first: false });
    clock.now += 80_000 + 99_999;
    assert.equal(idleOf(await touch(null)), 99_999);
  });

  it('[S2] lets time go on when the clock is set back', async () => {
    mock.timers.enable({ apis: ['Date'], now: START });
    try {
      const store = memoryStore();
      const policy = { warnAfterMs: 20, expireAfterMs: 40, lifetimeMs: null };
      await store.start('a', { keepMs: KEEP });
      mock.timers.setTime(START - 3_600_000);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const verdict = await store.touch('a', { idleMs: null, policy, graceMs: 0, keepMs: KEEP });
      assert.deepEqual(verdict, { live: false, reason: 'idle', first: true });
    } finally {
      mock.timers.reset();
    }
  });

  it('[S1] takes the word of the application for when a session began, but not for the future', async () => {
    const { start, touch } = fixture();
    await start('old', START - 999_999);
    assert.deepEqual(await touch(null, {}, 'old'), { live: true, idleMs: 0, ageMs: 999_999, movedMs: 0, first: false });
    await start('older', START - 1_000_000);
    assert.deepEqual(await touch(0, {}, 'older'), { live: false, reason: 'lifetime', first: true });
    await start('future', START + 1_000_000);
    assert.deepEqual(await touch(null, {}, 'future'), { live: true, idleMs: 0, ageMs: 0, movedMs: 0, first: false });
    assert.deepEqual(await touch(null, { enrol: { createdAt: START - 100_000 } }, 'stale'), {
      live: false,
      reason: 'idle',
      first: true,
    });
  });

  it('[S8] forgets an ended session, or one nobody came back to, after its time and not before', async () => {
    const { store, start, end, touch, clock } = fixture();
    await start('a');
    await end('b');
    await touch(0, {}, 'c');
    clock.now += KEEP - 1;
    await go(store);
    assert.deepEqual(await touch(0, {}, 'b'), { live: false, reason: 'revoked', first: false });
    assert.equal(await start('a'), 'exists');
    clock.now += 1;
    await go(store);
    for (const id of ['a', 'b', 'c']) assert.equal(await start(id), 'started', id);
  });

  it('[S2] keeps what somebody was active in, and what has ended, beside what it forgets', async () => {
    const { store, start, touch, end, clock } = fixture();
    for (const id of ['used', 'ended']) await start(id);
    clock.now += 10_000;
    await touch(0, {}, 'used');
    await end('ended');
    await go(store);
    assert.deepEqual([await start('used'), await start('ended')], ['exists', 'ended']);
  });

  it('[S8] gets rid of garbage by itself, faster than it grows', async () => {
    const { start, clock } = fixture({ maxSessions: 150 });
    for (let i = 0; i < 2_000; i++) {
      assert.equal(await start(`s${i}`), 'started');
      clock.now += KEEP / 50;
    }
  });

  it('[S14] forgets, with a session, whose it was', async () => {
    const { store, clock, touch } = fixture();
    for (const id of ['a', 'b', 'c']) await store.start(id, { keepMs: id === 'c' ? 2 * KEEP : KEEP, subject: 'ann' });
    clock.now += KEEP;
    await go(store);
    await store.start('a', { keepMs: KEEP, subject: 'bob' });
    const ended = async (subject: string) =>
      (await store.endAll?.(subject, { reason: 'revoked', keepMs: KEEP }))?.length;
    assert.equal(await ended('ann'), 1);
    assert.equal(idleOf(await touch(null)), 0);
    clock.now += 2 * KEEP;
    await go(store);
    assert.equal(await ended('ann'), 0);
    assert.equal(await ended('bob'), 0);
  });

  it('[S8] lets go of no session to make room for another', async () => {
    const { start, end, touch } = fixture({ maxSessions: 2 });
    await start('a');
    await end('b');
    await assert.rejects(start('c'), /full/);
    await assert.rejects(touch(0, {}, 'c'), /full/);
    await assert.rejects(end('c'), /full/);
    assert.equal(idleOf(await touch(0, {}, 'a')), 0);
    assert.equal(await start('b'), 'ended');
  });
});

/** What a store must do, written down as naively as can be: one session, without a bound. */
class Model {
  latest = -Infinity;
  session: { createdAt: number; activeAt: number; ended: EndReason | null } | null = null;

  touch(now: number, idleMs: number | null, policy: Policy, graceMs: number, enrol: boolean): Verdict | null {
    this.latest = Math.max(this.latest, now);
    let added = false;
    if (!this.session) {
      if (!enrol) return null;
      const at = this.latest - (idleMs ?? 0);
      this.session = { createdAt: at, activeAt: at, ended: null };
      added = true;
    }
    const { session } = this;
    if (session.ended) return { live: false, reason: session.ended, first: false };
    const fail = (reason: EndReason): Verdict => {
      session.ended = reason;
      return { live: false, reason, first: true };
    };
    if (policy.lifetimeMs !== null && this.latest - session.createdAt >= policy.lifetimeMs) return fail('lifetime');
    const deadline = session.activeAt + policy.expireAfterMs;
    const reported = idleMs === null ? -Infinity : this.latest - idleMs;
    const before = session.activeAt;
    if (this.latest >= deadline) {
      if (reported <= before || reported >= deadline || this.latest > deadline + graceMs) return fail('idle');
      if (this.latest - reported >= policy.expireAfterMs) return fail('idle');
      session.activeAt = reported;
    } else if (reported - before >= 1_000) session.activeAt = reported;
    return {
      live: true,
      idleMs: this.latest - session.activeAt,
      ageMs: this.latest - session.createdAt,
      movedMs: session.activeAt - (added ? session.createdAt : before),
      first: added,
    };
  }

  end(now: number, reason: EndReason): boolean {
    this.latest = Math.max(this.latest, now);
    this.session ??= { createdAt: this.latest, activeAt: this.latest, ended: null };
    if (this.session.ended) return false;
    this.session.ended = reason;
    return true;
  }
}

describe('any sequence of calls', () => {
  const step = fc.integer({ min: -60_000, max: 60_000 });
  const idleMs = fc.option(fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.constant(0)));
  const command = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('touch' as const),
        step,
        idleMs,
        enrol: fc.boolean(),
        grace: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('end' as const), step, reason: fc.constantFrom(...END_REASONS) }),
    },
  );

  it('[S2] answers as the model does; never goes back, never past the clock; an end is final, and first once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        const { clock, store } = fixture();
        const model = new Model();
        let activeAt = -Infinity;
        let ended: EndReason | null = null;
        let endings = 0;
        for (const now of commands) {
          clock.now += now.step;
          if (now.do === 'end') {
            const first = await store.end('a', { reason: now.reason, keepMs: KEEP });
            assert.equal(first, model.end(clock.now, now.reason));
            ended ??= now.reason;
            if (first) endings++;
            continue;
          }
          const graceMs = now.grace ? 5_000 : 0;
          const touch = { idleMs: now.idleMs, policy: POLICY, graceMs, keepMs: KEEP, ...(now.enrol && { enrol: {} }) };
          const verdict = await store.touch('a', touch);
          assert.deepEqual(verdict, model.touch(clock.now, now.idleMs, POLICY, graceMs, now.enrol));
          if (!verdict) continue;
          if (verdict.live) {
            assert.equal(ended, null);
            assert.ok(verdict.idleMs >= 0 && verdict.idleMs < POLICY.expireAfterMs);
            assert.ok(model.latest - verdict.idleMs >= activeAt);
            activeAt = model.latest - verdict.idleMs;
          } else {
            ended ??= verdict.reason;
            assert.equal(verdict.reason, ended);
            if (verdict.first) endings++;
          }
        }
        assert.equal(endings, ended === null ? 0 : 1);
      }),
      { numRuns: 400 },
    );
  });

  it('[T7] that only ask never lengthens a session', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 40 }), async (steps) => {
        const { clock, start, touch } = fixture();
        await start();
        for (const by of steps) {
          clock.now += by;
          const idle = clock.now - START;
          const verdict = await touch(null);
          const live = { live: true, idleMs: idle, ageMs: idle, movedMs: 0, first: false };
          if (idle < POLICY.expireAfterMs) assert.deepEqual(verdict, live);
          else assert.equal(verdict?.live, false);
        }
      }),
    );
  });
});
