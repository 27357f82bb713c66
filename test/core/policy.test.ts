import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  DEFAULT_LIMITS,
  leadMs,
  reportAfterMs,
  standing,
  stricter,
  warningMs,
  type Limits,
  type Standing,
} from '../../src/policy.js';

const LIMITS: Limits = { warnAfterMs: 540_000, expireAfterMs: 600_000 };

const aDuration = fc.integer({ min: 0, max: 2 ** 40 });
const someLimits: fc.Arbitrary<Limits> = fc
  .tuple(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 2 ** 31 }))
  .map(([warnAfterMs, warningMs]) => ({ warnAfterMs, expireAfterMs: warnAfterMs + warningMs }));

describe('standing', () => {
  const active = (nextMs: number): Standing => ({ phase: 'active', nextMs });
  const warned = (nextMs: number): Standing => ({ phase: 'warning', cause: 'idle', nextMs });
  const fading = (nextMs: number): Standing => ({ phase: 'warning', cause: 'lifetime', nextMs });
  const idled: Standing = { phase: 'ended', reason: 'idle' };
  const outlived: Standing = { phase: 'ended', reason: 'lifetime' };

  const table: [requirement: string, idleMs: number, lifetimeLeftMs: number | null, expected: Standing][] = [
    ['T1', 0, null, active(540_000)],
    ['T1', 539_999, null, active(1)],
    ['T1', 540_000, null, warned(60_000)],
    ['T1', 540_001, null, warned(59_999)],
    ['T1', 599_999, null, warned(1)],
    ['T1', 600_000, null, idled],
    ['T1', Number.MAX_SAFE_INTEGER, null, idled],
    ['T9', 0, 60_002, active(2)],
    ['T9', 0, 60_001, active(1)],
    ['T9', 0, 60_000, fading(60_000)],
    ['T9', 0, 1, fading(1)],
    ['T9', 0, 0, outlived],
    ['T9', 0, -1, outlived],
    ['T9', 539_999, 60_001, active(1)],
    ['T9', 540_000, 59_999, fading(59_999)],
    ['T9', 540_000, 60_000, fading(60_000)],
    ['T9', 540_000, 60_001, warned(60_000)],
    ['T9', 540_000, 10_000_000, warned(60_000)],
    ['T9', 599_999, 2, warned(1)],
    ['T9', 600_000, 1, idled],
    ['T9', 600_000, 0, outlived],
  ];
  for (const [requirement, idleMs, lifetimeLeftMs, expected] of table) {
    const left = lifetimeLeftMs === null ? 'no lifetime' : `${lifetimeLeftMs} ms of lifetime`;
    it(`[${requirement}] ${idleMs} ms idle and ${left}: ${expected.phase}`, () => {
      assert.deepEqual(standing(LIMITS, idleMs, lifetimeLeftMs), expected);
    });
  }

  it('[T5] stands the same until its next moment, and otherwise at it', () => {
    fc.assert(
      fc.property(someLimits, aDuration, fc.option(aDuration), (limits, idleMs, leftMs) => {
        const now = standing(limits, idleMs, leftMs);
        if (now.phase === 'ended') return;
        const after = (ms: number) => standing(limits, idleMs + ms, leftMs === null ? null : leftMs - ms);
        assert.ok(now.nextMs > 0);
        assert.equal(after(now.nextMs - 1).phase, now.phase);
        assert.notEqual(after(now.nextMs).phase, now.phase);
      }),
    );
  });

  it('[T1] more idleness never makes it look better', () => {
    const order = ['active', 'warning', 'ended'];
    fc.assert(
      fc.property(someLimits, aDuration, aDuration, (limits, idleMs, moreMs) => {
        const rank = (ms: number) => order.indexOf(standing(limits, ms, null).phase);
        assert.ok(rank(idleMs) <= rank(idleMs + moreMs));
      }),
    );
  });
});

describe('stricter', () => {
  const table: [
    what: string,
    own: Partial<Limits>,
    server: Partial<Limits> | undefined,
    warn: number,
    expire: number,
  ][] = [
    ['nobody names any: the defaults', {}, undefined, 540_000, 600_000],
    ['the server alone decides', {}, { warnAfterMs: 100_000, expireAfterMs: 200_000 }, 100_000, 200_000],
    ['the page alone decides', { warnAfterMs: 100_000, expireAfterMs: 200_000 }, undefined, 100_000, 200_000],
    ['a looser page', { warnAfterMs: 900_000, expireAfterMs: 999_000 }, LIMITS, 540_000, 600_000],
    ['a stricter page', { warnAfterMs: 100_000, expireAfterMs: 200_000 }, LIMITS, 100_000, 200_000],
    ['a page that warns earlier', { warnAfterMs: 100_000 }, LIMITS, 100_000, 600_000],
    ['a page that ends earlier', { expireAfterMs: 580_000 }, LIMITS, 540_000, 580_000],
    ['a page that ends before the server warns', { expireAfterMs: 300_000 }, LIMITS, 240_000, 300_000],
    ['one that ends just as it warns', { warnAfterMs: 300_000, expireAfterMs: 300_000 }, {}, 240_000, 300_000],
    ['one a millisecond apart', { warnAfterMs: 299_999, expireAfterMs: 300_000 }, {}, 299_999, 300_000],
    ['an end alone, two minutes off', { expireAfterMs: 120_000 }, {}, 60_000, 120_000],
    ['an end alone, sooner: halfway', { expireAfterMs: 119_998 }, {}, 59_999, 119_998],
    ['a warning alone', { warnAfterMs: 100_000 }, {}, 100_000, 600_000],
    ['a warning alone, a minute before the default end', { warnAfterMs: 540_000 }, {}, 540_000, 600_000],
    ['a warning alone, later: a minute is left', { warnAfterMs: 3_600_000 }, {}, 3_600_000, 3_660_000],
  ];
  for (const [what, own, server, warnAfterMs, expireAfterMs] of table) {
    it(`[T8] ${what}`, () => {
      assert.deepEqual(stricter(own, server), { warnAfterMs, expireAfterMs });
    });
  }

  const someNames: fc.Arbitrary<Partial<Limits>> = fc
    .record(
      { warnAfterMs: fc.integer({ min: 1, max: 1e9 }), expireAfterMs: fc.integer({ min: 1, max: 1e9 }) },
      { requiredKeys: [] },
    )
    .map((limits) => limits);

  it('[T8] is never looser than either source, and always leaves a warning before the end', () => {
    fc.assert(
      fc.property(someNames, someNames, (own, server) => {
        const { warnAfterMs, expireAfterMs } = stricter(own, server);
        assert.ok(0 < warnAfterMs && warnAfterMs < expireAfterMs);
        for (const source of [own, server]) {
          assert.ok(warnAfterMs <= (source.warnAfterMs ?? Infinity));
          assert.ok(expireAfterMs <= (source.expireAfterMs ?? Infinity));
        }
      }),
    );
  });

  it('[T8] does not depend on which source names what', () => {
    fc.assert(fc.property(someNames, someNames, (a, b) => assert.deepEqual(stricter(a, b), stricter(b, a))));
  });
});

describe('what is derived from the limits', () => {
  const table: [warnAfterMs: number, expireAfterMs: number, warning: number, lead: number, reportAfter: number][] = [
    [540_000, 600_000, 60_000, 5_000, 300_000],
    [60_000, 600_000, 540_000, 5_000, 55_000],
    [4_000, 600_000, 596_000, 5_000, 3_000],
    [300_000, 600_000, 300_000, 5_000, 295_000],
    [305_000, 600_000, 295_000, 5_000, 300_000],
    [300_001, 600_000, 299_999, 5_000, 295_001],
    [40_000, 60_000, 20_000, 5_000, 30_000],
    [42_000, 60_000, 18_000, 4_500, 30_000],
    [4_000, 5_000, 1_000, 250, 2_500],
  ];
  for (const [warnAfterMs, expireAfterMs, warning, lead, reportAfter] of table) {
    it(`[T12] of ${warnAfterMs} and ${expireAfterMs}: reports from ${reportAfter}, the last try ${lead} before the end`, () => {
      const limits = { warnAfterMs, expireAfterMs };
      assert.deepEqual([warningMs(limits), leadMs(limits), reportAfterMs(limits)], [warning, lead, reportAfter]);
    });
  }

  it('[T8] the defaults are those of the original', () => {
    assert.deepEqual(DEFAULT_LIMITS, { warnAfterMs: 540_000, expireAfterMs: 600_000 });
  });
});
