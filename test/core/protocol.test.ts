import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { END_REASONS } from '../../src/policy.js';
import {
  parsePing,
  parseReply,
  serializePing,
  serializeReply,
  type LiveReply,
  type Reply,
} from '../../src/protocol.js';

const decode = (text: string): unknown => JSON.parse(text);

const durations = fc.oneof(fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
const owners = fc.option(fc.stringMatching(/^[\w-]{1,64}$/));
const live: fc.Arbitrary<LiveReply> = fc
  .record({
    idleMs: durations,
    warnAfterMs: fc.integer({ min: 1, max: 2 ** 40 }),
    warningMs: fc.integer({ min: 1, max: 2 ** 40 }),
    lifetimeLeftMs: fc.option(durations),
    owner: owners,
  })
  .map(({ warningMs, ...reply }) => ({ state: 'live', ...reply, expireAfterMs: reply.warnAfterMs + warningMs }));
const replies: fc.Arbitrary<Reply> = fc.oneof(
  live,
  fc.constantFrom(...END_REASONS).map((reason) => ({ state: 'ended' as const, reason })),
  fc.constant({ state: 'none' as const }),
);

/** What can stand where a duration should: none of it is one. */
const NO_DURATIONS: unknown[] = [
  ...[-1, -0.5, 0.5, 1e-7, 1e300, 2 ** 53, 2 ** 53 + 2, NaN, Infinity, -Infinity],
  ...['', '0', '12000', '١٢', '12 ', '0x10', '1e3', true, false, [], [0], {}, { valueOf: 0 }],
];
const NO_OWNERS: unknown[] = [
  '',
  ' ',
  'a b',
  'a\n',
  'é',
  'ａｎｎ',
  'a.b',
  'a/b',
  'a\u0000',
  'x'.repeat(65),
  0,
  true,
  [],
  ['a'],
  {},
];
const NO_OBJECTS: unknown[] = [
  undefined,
  null,
  0,
  1,
  '',
  'logout',
  '{"v":1}',
  true,
  [],
  [{ v: 1 }],
  () => 1,
  Symbol('v'),
];
const NO_VERSIONS: unknown[] = [undefined, null, 0, 2, -1, 1.5, '1', true, [1], {}];

describe('a ping', () => {
  it('[T7] rounds idle up to the millisecond, never down', () => {
    const body = (idleMs: number) => decode(serializePing({ idleMs, owner: null }));
    assert.deepEqual(body(0), { v: 1, idleMs: 0 });
    assert.deepEqual(body(0.001), { v: 1, idleMs: 1 });
    assert.deepEqual(body(12_000.9), { v: 1, idleMs: 12_001 });
  });

  it('[T7] without a report only asks', () => {
    assert.equal(serializePing({ idleMs: null, owner: null }), '{"v":1}');
    assert.deepEqual(parsePing({ v: 1 }), { idleMs: null, owner: null });
  });

  it('[T7] comes back as it was sent', () => {
    fc.assert(
      fc.property(fc.option(durations), owners, (idleMs, owner) => {
        assert.deepEqual(parsePing(decode(serializePing({ idleMs, owner }))), { idleMs, owner });
      }),
    );
  });

  const refused: [what: string, body: unknown][] = [
    ...NO_OBJECTS.map((body): [string, unknown] => ['no object', body]),
    ...NO_VERSIONS.map((v): [string, unknown] => ['no version we speak', { v, idleMs: 0 }]),
    ...[...NO_DURATIONS, null].map((idleMs): [string, unknown] => ['no duration', { v: 1, idleMs }]),
    ...[...NO_OWNERS, null].map((owner): [string, unknown] => ['no owner', { v: 1, idleMs: 0, owner }]),
    ['a field we do not know', { v: 1, idleMs: 0, idleFor: 0 }],
    ['a field in other letters', { v: 1, IdleMs: 0 }],
    ['a time stamp', { v: 1, lastActivity: 1_700_000_000_000 }],
    ['a prototype of its own', decode('{"v":1,"__proto__":{"idleMs":0}}')],
    ['a constructor', decode('{"v":1,"constructor":{"prototype":{"idleMs":0}}}')],
    ['only what it inherits', Object.create({ v: 1, idleMs: 0 })],
  ];
  for (const [what, body] of refused) {
    it(`[S3] is refused with a word to the developer: ${what}, ${show(body)}`, () => {
      const result = parsePing(body);
      assert.ok('fault' in result && result.fault.length > 10);
    });
  }

  it('[S3] says nothing that the body does not say itself, whatever was done to Object.prototype', () => {
    withPolluted({ idleMs: 0, owner: 'mallory' }, () => {
      assert.deepEqual(parsePing({ v: 1 }), { idleMs: null, owner: null });
    });
    withPolluted({ v: 1 }, () => assert.ok('fault' in parsePing({ idleMs: 0 })));
  });

  it('[S3] never throws, and what it returns is checked', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.object({ key: fc.constantFrom('v', 'idleMs', 'owner') })), (body) => {
        const ping = parsePing(body);
        if ('fault' in ping) return;
        assert.ok(ping.idleMs === null || (Number.isSafeInteger(ping.idleMs) && ping.idleMs >= 0));
        assert.ok(ping.owner === null || /^[\w-]{1,64}$/.test(ping.owner));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a reply', () => {
  const LIVE = { v: 1, state: 'live', idleMs: 800, warnAfterMs: 540_000, expireAfterMs: 600_000 };

  it('[T7] rounds idle up and what is left down, so that nothing looks longer than it is', () => {
    const fields = { state: 'live', warnAfterMs: 1, expireAfterMs: 2, owner: null } as const;
    const body = (idleMs: number, lifetimeLeftMs: number | null) =>
      decode(serializeReply({ ...fields, idleMs, lifetimeLeftMs })) as Partial<LiveReply>;
    assert.deepEqual([body(0.1, 0.9).idleMs, body(0.1, 0.9).lifetimeLeftMs], [1, 0]);
    assert.equal(body(1, 5).idleMs, 1);
    assert.equal(body(1, -3).lifetimeLeftMs, 0);
    assert.equal(body(1, null).lifetimeLeftMs, null);
    assert.ok(!('owner' in body(1, 1)));
  });

  it('[T7] comes back as it was sent', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        assert.deepEqual(parseReply(decode(serializeReply(reply))), reply);
      }),
    );
  });

  it('[N1] of a later server may say more than we know', () => {
    const more = { later: true, warnAfter: [1], __proto: 1 };
    assert.deepEqual(parseReply({ v: 1, state: 'none', ...more }), { state: 'none' });
    assert.deepEqual(parseReply({ v: 1, state: 'ended', reason: 'idle', ...more }), { state: 'ended', reason: 'idle' });
    assert.deepEqual(parseReply({ ...LIVE, ...more }), parseReply(LIVE));
  });

  it('[N1] may leave out the lifetime and the owner', () => {
    const { v, ...fields } = LIVE;
    assert.equal(v, 1);
    assert.deepEqual(parseReply(LIVE), { ...fields, lifetimeLeftMs: null, owner: null });
  });

  const garbage: [what: string, body: unknown][] = [
    ...NO_OBJECTS.map((body): [string, unknown] => ['no object', body]),
    ...NO_VERSIONS.map((v): [string, unknown] => ['no version we speak', { ...LIVE, v }]),
    ...[undefined, null, '', 'Live', 'live ', 'lıve', 'active', 1, true, ['live'], {}].map(
      (state): [string, unknown] => ['no state', { ...LIVE, state }],
    ),
    ...[undefined, null, '', 'Idle', 'timeout', '__proto__', 'toString', 0, ['idle'], {}].map(
      (reason): [string, unknown] => ['ended for no reason', { v: 1, state: 'ended', reason }],
    ),
    ...(['idleMs', 'warnAfterMs', 'expireAfterMs'] as const).flatMap((field) =>
      [...NO_DURATIONS, null, undefined].map((value): [string, unknown] => [field, { ...LIVE, [field]: value }]),
    ),
    ...NO_DURATIONS.map((lifetimeLeftMs): [string, unknown] => ['lifetimeLeftMs', { ...LIVE, lifetimeLeftMs }]),
    ...NO_OWNERS.map((owner): [string, unknown] => ['owner', { ...LIVE, owner }]),
    ['warns at once', { ...LIVE, warnAfterMs: 0 }],
    ['warns at the end', { ...LIVE, warnAfterMs: 600_000 }],
    ['warns after the end', { ...LIVE, warnAfterMs: 600_001 }],
    ['only what it inherits', Object.create(LIVE)],
    ['says it by its prototype', decode('{"v":1,"__proto__":{"state":"none"}}')],
  ];
  for (const [what, body] of garbage) {
    it(`[N1] is none of ours: ${what}, ${show(body)}`, () => assert.equal(parseReply(body), null));
  }

  it('[N1] is not made by what was done to Object.prototype', () => {
    withPolluted({ ...LIVE, reason: 'idle' }, () => {
      assert.equal(parseReply({}), null);
      assert.equal(parseReply({ v: 1 }), null);
      assert.equal(parseReply({ v: 1, state: 'ended' }), null);
    });
    withPolluted({ lifetimeLeftMs: 1, owner: 'mallory' }, () => {
      const reply = parseReply(LIVE) as LiveReply;
      assert.deepEqual([reply.lifetimeLeftMs, reply.owner], [null, null]);
    });
  });

  it('[N1] one damaged field makes it none of ours, and nothing throws', () => {
    const fields = ['v', 'state', 'idleMs', 'warnAfterMs', 'expireAfterMs', 'lifetimeLeftMs', 'owner'] as const;
    fc.assert(
      fc.property(live, fc.constantFrom(...fields), fc.anything(), (reply, field, value) => {
        const parsed = parseReply({ v: 1, ...reply, [field]: value });
        // As text, which knows no -0.
        const text = parsed && serializeReply(parsed);
        assert.equal(text && serializeReply(parseReply(decode(text))!), text);
      }),
      { numRuns: 1000 },
    );
  });
});

/** So that each case of a table has its own, readable name. */
function show(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${show(field)}`);
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : `{ ${fields.join(', ')} }`;
}

function withPolluted(fields: Record<string, unknown>, run: () => void): void {
  const prototype = Object.prototype as Record<string, unknown>;
  Object.assign(prototype, fields);
  try {
    run();
  } finally {
    for (const key of Object.keys(fields)) Reflect.deleteProperty(prototype, key);
  }
}
