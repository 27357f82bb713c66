import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Policy } from '../../src/policy.js';
import { stepMs, type Touch } from '../../src/server/store.js';
import { end, type SessionRecord, start, touch } from '../../src/server/stores/record.js';

const POLICY: Policy = { warnAfterMs: 60_000, expireAfterMs: 100_000, lifetimeMs: 1_000_000 };
const STEP = stepMs(POLICY);
const KEEP = 8_000_000;
/** An eighth and a minute more than asked for. */
const DROP = KEEP + 1_000_000 + 60_000;
const T = 1_800_000_000_000;

const report = (idleMs: number | null, more: Partial<Touch> = {}): Touch => ({
  ...{ idleMs, policy: POLICY, graceMs: 0, keepMs: KEEP },
  ...more,
});

/** Begun and active at T. */
const known: SessionRecord = {
  ...{ createdAt: T, activeAt: T, ended: null },
  ...{ seenAt: T, dropAt: T + DROP, subject: 'ann' },
};
const over: SessionRecord = { ...known, ended: 'revoked' };

describe('what is written of a session', () => {
  it('[S2] a start writes the session as it is then', () => {
    const { answer, record } = start(undefined, { keepMs: KEEP, subject: 'ann' }, T);
    assert.equal(answer, 'started');
    assert.deepEqual(record, known);
    assert.equal(start(undefined, { keepMs: KEEP }, T).record?.subject, null);
  });

  it('[S2] a start leaves alone what is there already', () => {
    assert.deepEqual(start(known, { keepMs: KEEP }, T), { answer: 'exists', record: null });
    assert.deepEqual(start(over, { keepMs: KEEP }, T), { answer: 'ended', record: null });
  });

  it('[S11] nobody is enrolled who is not to be', () => {
    assert.deepEqual(touch(undefined, report(0), T), { answer: null, record: null });
  });

  it('[S11] an enrolment writes whose session it is, if that is told', () => {
    const { answer, record } = touch(undefined, report(0, { enrol: { subject: 'ann' } }), T);
    assert.deepEqual(answer, { live: true, idleMs: 0, ageMs: 0, movedMs: 0, first: true });
    assert.deepEqual(record, known);
    assert.equal(touch(undefined, report(0, { enrol: {} }), T).record?.subject, null);
  });

  it('[S11] whose session it is does not change any more', () => {
    const later = touch(known, report(0, { enrol: { subject: 'bob' } }), T + 10_000);
    assert.equal(later.record?.subject, 'ann');
    const nobodys = touch({ ...known, subject: null }, report(0, { enrol: { subject: 'bob' } }), T + 10_000);
    assert.equal(nobodys.record?.subject, null);
  });

  it('[S11] a report moves the activity', () => {
    const { answer, record } = touch(known, report(2_000), T + 10_000);
    assert.deepEqual(answer, { live: true, idleMs: 2_000, ageMs: 10_000, movedMs: 8_000, first: false });
    assert.deepEqual(record, { ...known, activeAt: T + 8_000, seenAt: T + 10_000 });
  });

  it('[S11] a report is written however soon it follows a question, and so is a later drop', () => {
    const asked = { ...known, seenAt: T + 9_999 };
    assert.equal(touch(asked, report(0), T + 10_000).record?.activeAt, T + 10_000);
    const longer = touch(known, report(null, { keepMs: 2 * DROP }), T + 1).record;
    assert.ok(longer && longer.dropAt > known.dropAt);
  });

  it('[S11] who only asks writes no more than the time, in steps', () => {
    assert.equal(touch(known, report(null), T + STEP - 1).record, null);
    assert.deepEqual(touch(known, report(null), T + STEP).record, { ...known, seenAt: T + STEP });
  });

  it('[S11] a session past its deadline is over, with the reason', () => {
    const { answer, record } = touch(known, report(0), T + 100_000);
    assert.deepEqual(answer, { live: false, reason: 'idle', first: true });
    assert.deepEqual(record, { ...known, ended: 'idle', seenAt: T + 100_000 });
  });

  it('[S11] the end is written also within a step of the time seen before', () => {
    const seen = { ...known, seenAt: T + 99_999 };
    assert.equal(touch(seen, report(null), T + 100_000).record?.ended, 'idle');
  });

  it('[S2] what is over is not written again', () => {
    const { answer, record } = touch(over, report(0), T + 50_000);
    assert.deepEqual(answer, { live: false, reason: 'revoked', first: false });
    assert.equal(record, null);
    assert.deepEqual(end(over, { reason: 'idle', keepMs: KEEP }, T), { answer: false, record: null });
  });

  it('[S2] an end keeps what is known, and writes what is not', () => {
    const ended = end(known, { reason: 'signed-out', keepMs: KEEP }, T + 10_000);
    assert.deepEqual(ended, { answer: true, record: { ...known, ended: 'signed-out', seenAt: T + 10_000 } });
    const unknown = end(undefined, { reason: 'signed-out', keepMs: KEEP }, T);
    assert.deepEqual(unknown, { answer: true, record: { ...known, ended: 'signed-out', subject: null } });
  });

  it('[S11] a clock that was set back is taken for the latest time seen', () => {
    const seen = { ...known, seenAt: T + 50_000 };
    const { answer, record } = touch(seen, report(null), T + 20_000);
    assert.deepEqual(answer, { live: true, idleMs: 50_000, ageMs: 50_000, movedMs: 0, first: false });
    assert.equal(record, null);
    assert.equal(end(seen, { reason: 'revoked', keepMs: KEEP }, T).record?.seenAt, T + 50_000);
  });

  it('[S11] the drop is put off once what was spared is used up, and never brought forward', () => {
    const spared = DROP - KEEP;
    assert.equal(touch(known, report(0), T + spared).record?.dropAt, T + DROP);
    const idle = { ...known, activeAt: T + spared, seenAt: T + spared };
    assert.equal(touch(idle, report(null), T + spared + 1).record?.dropAt, T + spared + 1 + DROP);
    assert.equal(end(known, { reason: 'revoked', keepMs: 1_000 }, T).record?.dropAt, T + DROP);
  });
});
