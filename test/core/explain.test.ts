import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionState } from '../../src/element/events.js';
import { explain } from '../../src/element/explain.js';

const ACTIVE: SessionState = {
  phase: 'active',
  reason: null,
  concealed: false,
  idleMs: 12_000,
  remainingMs: 588_000,
  warnAfterMs: 540_000,
  expireAfterMs: 600_000,
  cause: 'idle',
  status: 'counting',
  asking: null,
  unreachable: false,
};
const WARNING: SessionState = { ...ACTIVE, phase: 'warning', idleMs: 540_000, remainingMs: 60_000 };
const state = (from: SessionState, fields: Partial<SessionState>): SessionState => ({ ...from, ...fields });

describe('explanations for developers', () => {
  const cases: [what: string, before: SessionState | null, now: SessionState, says: (string | RegExp)[]][] = [
    ['nothing but time', ACTIVE, state(ACTIVE, { idleMs: 20_000, remainingMs: 580_000 }), []],
    ['the beginning', null, ACTIVE, [/^warns after 540 s of inactivity and ends after 600 s, .+ idle for 12 s\.$/]],
    [
      'limits from the server',
      ACTIVE,
      state(ACTIVE, { warnAfterMs: 30_000, expireAfterMs: 60_500 }),
      [/^warns after 30 s .+ ends after 60.5 s from now on: the stricter/],
    ],
    [
      'a question before it warns',
      ACTIVE,
      state(ACTIVE, { asking: 'warn' }),
      ['asks the server: idle has reached warn-after (540 s); somebody may be active elsewhere.'],
    ],
    [
      'an answer',
      state(ACTIVE, { asking: 'warn' }),
      ACTIVE,
      ['heard that the session lives: idle for 12 s, 588 s left without activity.'],
    ],
    [
      'no answer',
      state(ACTIVE, { asking: 'report' }),
      state(ACTIVE, { unreachable: true }),
      [/^got no answer that it understands/],
    ],
    ['a warning', ACTIVE, WARNING, [/^warns: idle for 540 s, .+ 60 s left\.$/]],
    [
      'one of the lifetime',
      ACTIVE,
      state(WARNING, { cause: 'lifetime', remainingMs: 45_000 }),
      ['warns: the lifetime ends in 45 s, whatever anybody does.'],
    ],
    [
      'input in a warning',
      WARNING,
      state(WARNING, { status: 'confirming', asking: 'extend' }),
      [
        'keeps the warning until the server has confirmed that somebody is there.',
        'asks the server: there was activity while the warning shows.',
      ],
    ],
    ['a warning taken back', WARNING, ACTIVE, [/^takes back the warning: there was activity 12 s ago/]],
    [
      'a deadline',
      WARNING,
      state(WARNING, { concealed: true, remainingMs: 0, asking: 'expire' }),
      [/^conceals the page until/, 'asks the server: idle has reached expire-after (600 s).'],
    ],
    [
      'the lifetime’s end',
      state(WARNING, { cause: 'lifetime' }),
      state(WARNING, { cause: 'lifetime', concealed: true, remainingMs: 0, asking: 'expire' }),
      [/^conceals/, 'asks the server: the lifetime is over.'],
    ],
    [
      'a reprieve',
      state(WARNING, { concealed: true, asking: 'expire' }),
      ACTIVE,
      [/^heard that the session lives/, /^takes back/, 'shows the page again.'],
    ],
    [
      'the end',
      state(WARNING, { concealed: true, asking: 'expire' }),
      state(WARNING, { phase: 'ended', reason: 'idle', concealed: true }),
      ['is over (idle): nobody was active for as long as expire-after.'],
    ],
    [
      'a lock, and the way out of it',
      state(ACTIVE, { phase: 'locked', reason: 'revoked', concealed: true }),
      ACTIVE,
      ['goes on: the same person has signed in again.', 'shows the page again.'],
    ],
    ['nobody', ACTIVE, state(ACTIVE, { phase: 'dormant' }), [/^guards nothing: .+ nobody is signed in/]],
  ];
  for (const [what, before, now, says] of cases) {
    it(`[P5] of ${what}`, () => {
      const said = explain(now, before);
      assert.equal(said.length, says.length, said.join('\n'));
      said.forEach((line, index) => {
        const expected = says[index]!;
        if (typeof expected === 'string') assert.equal(line, expected);
        else assert.match(line, expected);
      });
    });
  }

  const kinds = ['connect', 'report', 'warn', 'extend', 'expire', 'wake', 'check', 'leave'] as const;
  it('[P5] of each question, of each in its own words', () => {
    const said = kinds.map((asking) => explain(state(ACTIVE, { asking }), ACTIVE).join());
    assert.equal(new Set(said).size, kinds.length);
    for (const line of said) assert.match(line, /^asks the server: .+\.$/);
  });

  it('[P5] of each end, of each in its own words', () => {
    const reasons = ['idle', 'lifetime', 'signed-out', 'revoked', 'replaced'] as const;
    const said = reasons.map((reason) => explain(state(ACTIVE, { phase: 'ended', reason, concealed: true }), ACTIVE));
    reasons.forEach((reason, index) => {
      assert.match(said[index]!.join('|'), new RegExp(`^is over \\(${reason}\\): [^|]+\\.$`));
    });
    assert.equal(new Set(said.flat()).size, reasons.length);
  });
});
