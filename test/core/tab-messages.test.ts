import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { END_REASONS } from '../../src/policy.js';
import { parseTabMessage, serializeTabMessage, tagOf, type LiveReply, type TabMessage } from '../../src/protocol.js';

const reply: LiveReply = {
  state: 'live',
  idleMs: 1_000,
  warnAfterMs: 540_000,
  expireAfterMs: 600_000,
  lifetimeLeftMs: null,
  owner: null,
};
const AT = 1_800_000_000_000.5;
const ACTIVITY: TabMessage = { type: 'activity', at: AT };
const ANSWER: TabMessage = { type: 'answer', at: AT, reply, reports: AT - 1 };
const ENDED: TabMessage = { type: 'ended', at: AT, reason: 'idle', by: 'clock' };

/** As the channel hands it on: a structured clone. */
const sent = (message: TabMessage, tag: number | null = 7): Record<string, unknown> =>
  structuredClone(serializeTabMessage(message, tag)) as Record<string, unknown>;

/** As the parser makes them. */
const PLAIN = { noNullPrototype: true };

const NO_TIMES: unknown[] = [undefined, -1, NaN, Infinity, '1', true, [], {}, 1n];

describe('a message between tabs', () => {
  it('[C9] is understood as it was meant', () => {
    const by = fc.constantFrom('server', 'clock', 'person');
    const at = fc.double({ min: 0, max: 2 ** 53, noNaN: true });
    const messages: fc.Arbitrary<TabMessage> = fc.oneof(
      fc.record({ type: fc.constant('activity'), at }, PLAIN),
      fc.record({ type: fc.constant('ended'), at, reason: fc.constantFrom(...END_REASONS), by }, PLAIN),
      fc.record({ type: fc.constant('answer'), at, reply: fc.constant(reply), reports: fc.option(at) }, PLAIN),
    );
    fc.assert(
      fc.property(messages, fc.option(fc.nat({ max: 2 ** 32 - 1 })), (message, tag) => {
        assert.deepEqual(parseTabMessage(sent(message, tag)), { message, tag });
      }),
    );
  });

  it('[C3] hands on the answer of a server that names no limits', () => {
    const unlimited = { ...reply, warnAfterMs: Infinity, expireAfterMs: Infinity };
    const message: TabMessage = { ...ANSWER, reply: unlimited };
    assert.deepEqual(parseTabMessage(sent(message)), { message, tag: 7 });
  });

  for (const [what, message] of Object.entries({ activity: ACTIVITY, answer: ANSWER, ended: ENDED })) {
    it(`[C9] of another version is none: ${what}`, () => {
      for (const v of [undefined, 0, 2, '1', null])
        assert.equal(parseTabMessage({ ...sent(message), v }), null, String(v));
    });

    it(`[C9] without its time is none: ${what}`, () => {
      for (const at of [...NO_TIMES, null]) assert.equal(parseTabMessage({ ...sent(message), at }), null, String(at));
    });

    it(`[C9] that does not say whose session it shows in a number is none: ${what}`, () => {
      for (const tag of NO_TIMES) assert.equal(parseTabMessage({ ...sent(message), tag }), null, String(tag));
    });

    it(`[C9] that has inherited what it says is none: ${what}`, () => {
      assert.equal(parseTabMessage(Object.create(sent(message))), null);
    });
  }

  it('[C9] of no kind that is known is none', () => {
    const all = { ...sent(ENDED), ...sent(ANSWER), ...sent(ACTIVITY) };
    for (const type of [undefined, null, '', 'Activity', 'end', 'live', 1, ['activity']])
      assert.equal(parseTabMessage({ ...all, type }), null, String(type));
    for (const data of [undefined, null, 0, 'activity', [], [ACTIVITY], true])
      assert.equal(parseTabMessage(data), null);
  });

  it('[C9] of an end without a reason or a source that is known is none', () => {
    for (const reason of [undefined, null, '', 'IDLE', 'other', 0, ['idle']])
      assert.equal(parseTabMessage({ ...sent(ENDED), reason }), null, String(reason));
    for (const by of [undefined, null, '', 'tab', 'Server', 0, ['clock']])
      assert.equal(parseTabMessage({ ...sent(ENDED), by }), null, String(by));
  });

  it('[C9] of an answer that is no live one is none', () => {
    const wrong: unknown[] = [undefined, null, 'live', [], [reply], {}];
    for (const name of ['idleMs', 'warnAfterMs', 'expireAfterMs', 'lifetimeLeftMs'])
      wrong.push({ ...reply, [name]: -1 }, { ...reply, [name]: 0.5 }, { ...reply, [name]: '1' });
    wrong.push(
      { ...reply, warnAfterMs: 0 },
      { ...reply, warnAfterMs: reply.expireAfterMs },
      { ...reply, owner: 'a b' },
    );
    for (const each of wrong)
      assert.equal(parseTabMessage({ ...sent(ANSWER), reply: each }), null, JSON.stringify(each));
  });

  it('[C9] of an answer that told of no time is none', () => {
    for (const reports of NO_TIMES) assert.equal(parseTabMessage({ ...sent(ANSWER), reports }), null, String(reports));
  });

  it('[C9] brings nobody’s name with an answer, whatever it says', () => {
    const parsed = parseTabMessage({ ...sent(ANSWER), reply: { ...reply, owner: 'ann' }, more: 'ann' });
    assert.deepEqual(parsed, { message: ANSWER, tag: 7 });
  });

  it('[C9] tells sessions apart by a hash that is the published one', () => {
    // FNV-1a, 32 bits: the test vectors of its authors.
    assert.deepEqual([tagOf(''), tagOf('a'), tagOf('foobar')], [0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
    assert.equal(tagOf(null), null);
  });
});
