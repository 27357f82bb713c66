import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retryInMs, wakeInMs } from '../../src/element/schedule.js';
import { begin, countdown, NEVER, standingOf, type State } from '../../src/element/state.js';
import { at, CONFIG, LIMITS, SECOND, START } from './world.js';

/** Active and confirmed at the start, with limits of 540 and 600 s, and a lead of 5 s. */
const state = (fields: Partial<State> = {}): State => ({
  ...begin(CONFIG, START, START),
  ...{ limits: LIMITS, activeAt: START, confirmedAt: START, takenAt: START, askedAt: START },
  ...{ presumed: false, wasLive: true },
  ...fields,
});

describe('how soon a failed question is repeated', () => {
  const rows: [string, Partial<State>, jitter: number, retryAfter: number | null, after: number, within: number][] = [
    ['after a second at first', { failures: 1 }, 0, null, 0, 1],
    ['after two then', { failures: 2 }, 0, null, 0, 2],
    ['later by half as much again, by chance', { failures: 2 }, 0.5, null, 0, 2.5],
    ['then in half of what is left to the last try', { failures: 3 }, 0, null, 195, 200],
    ['and no more often than that', { failures: 9 }, 0, null, 195, 200],
    ['nor than 24 times in the length of a session', { failures: 3 }, 0, null, 555, 25],
    ['spread by chance, too', { failures: 3 }, 0.5, null, 195, 250],
    ['as late as the server asks for', { failures: 1 }, 0, 30_000, 0, 30],
    ['but not earlier for its asking', { failures: 3 }, 0, 30_000, 195, 200],
    ['at the last try, a lead before the end', { failures: 3 }, 0, null, 575, 20],
    ['at the last try, though the server asks for more', { failures: 1 }, 0, 500_000, 195, 400],
    ['at the last try rather than to hang beyond it', { failures: 3 }, 0, null, 561, 34],
    ['at the end, if the last try is behind', { failures: 3 }, 0, null, 595, 5],
    ['at the end, if the last try is less than a second away', { failures: 3 }, 0, null, 594.5, 5.5],
    ['at the last try, if that is a second away', { failures: 3 }, 0, null, 594, 1],
    ['in half of the session’s length once the end is behind', { failures: 3 }, 0, null, 600, 300],
    ['by the latest activity where the server never answered', { failures: 3, confirmedAt: NEVER }, 0, null, 195, 200],
  ];
  for (const [what, fields, jitter, retryAfterMs, after, within] of rows)
    it(`[N2] ${what}`, () => {
      assert.equal(retryInMs(state(fields), jitter, retryAfterMs, at(after * SECOND)), within * SECOND);
    });
});

describe('when the clock is to be looked at again', () => {
  const after = (fields: Partial<State>, seconds: number) => wakeInMs(state(fields), at(seconds * SECOND));

  it('[T5] when the warning is due', () => {
    assert.equal(after({}, 100), 440_000);
  });

  it('[T5] when the end is due, while there is a warning', () => {
    assert.equal(after({ phase: 'warning', confirmedAt: NEVER }, 560), 40_000);
  });

  it('[T5] when the lifetime ends, though its warning was put aside', () => {
    assert.equal(after({ lifetime: { since: START, leftMs: 120_000 }, lifetimeNoted: true }, 100), 20_000);
  });

  it('[T5] when the time for the server to answer before the warning is over', () => {
    assert.equal(
      after(
        { doubt: at(540_000), askedAt: at(540_000), asking: { kind: 'warn', at: at(540_000), reports: null } },
        542,
      ),
      3_000,
    );
  });

  it('[T5] when the pointer has come to rest, while a confirmed warning is to go', () => {
    const calm: Partial<State> = {
      phase: 'warning',
      pointer: { over: false, at: at(100_000) },
      activeAt: at(100_000),
      confirmedAt: at(100_000),
    };
    assert.equal(after(calm, 100.1), 400);
    // The next thing is the warning.
    assert.equal(after({ ...calm, pointer: { over: true, at: at(100_000) } }, 100.1), 539_900);
    assert.equal(after({ ...calm, phase: 'active' }, 100.1), 539_900);
  });

  it('[T5] never, where it is over', () => {
    assert.equal(after({ phase: 'ended' }, 700), null);
  });
});

describe('what is left', () => {
  it('[T9] counts down to the nearer of both ends', () => {
    assert.deepEqual(countdown(state(), at(100_000)), { cause: 'idle', remainingMs: 500_000 });
    const lifetime = (leftMs: number) => ({ lifetime: { since: START, leftMs } });
    assert.deepEqual(countdown(state(lifetime(600_000)), at(100_000)), { cause: 'lifetime', remainingMs: 500_000 });
    assert.deepEqual(countdown(state(lifetime(600_001)), at(100_000)), { cause: 'idle', remainingMs: 500_000 });
    assert.deepEqual(countdown(state(), at(700_000)), { cause: 'idle', remainingMs: 0 });
  });

  it('[T9] does not warn of a lifetime again that somebody has taken note of, and ends with it', () => {
    const noted = state({ lifetime: { since: START, leftMs: 120_000 }, lifetimeNoted: true });
    assert.equal(standingOf(noted, at(100_000)).phase, 'active');
    assert.equal(standingOf(noted, at(120_000)).phase, 'ended');
    assert.equal(standingOf({ ...noted, lifetimeNoted: false }, at(100_000)).phase, 'warning');
  });
});
