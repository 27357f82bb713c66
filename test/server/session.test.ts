/** What a store is told of sessions, and what is made of its word. The store is the one in memory, overheard. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Policy } from '../../src/policy.js';
import { createOwnerTags } from '../../src/server/owner.js';
import { createSessions, type Identity, type Witness } from '../../src/server/session.js';
import type { ActivityStore } from '../../src/server/store.js';
import { memoryStore } from '../../src/server/stores/memory.js';

const DAYS_400 = 400 * 86_400_000;
const NOW = 1_800_000_000_000;
const POLICY: Policy = { warnAfterMs: 60_000, expireAfterMs: 100_000, lifetimeMs: null };
const ANA: Identity = { id: 'a', subject: 'ana' };

function overheard(strict = false) {
  const store = memoryStore({ now: () => NOW });
  const told: [method: string, about: string, words: Record<string, unknown>][] = [];
  const overhear =
    <A extends [string, object], R>(method: string, act: (...args: A) => R) =>
    (...args: A): R => {
      told.push([method, args[0], { ...args[1] }]);
      return act(...args);
    };
  const listened: ActivityStore = {
    start: overhear('start', store.start.bind(store)),
    touch: overhear('touch', store.touch.bind(store)),
    end: overhear('end', store.end.bind(store)),
    endAll: overhear('endAll', store.endAll!.bind(store)),
  };
  const heard: unknown[] = [];
  const witness: Witness = {
    began: (who) => Promise.resolve(void heard.push(['began', who.id])),
    over: (who, reason, first) => Promise.resolve(void heard.push(['over', who.id, reason, first])),
    allOver: (subject, reason, sessions) =>
      Promise.resolve(void heard.push(['allOver', subject, reason, sessions.length])),
  };
  return { sessions: createSessions(listened, strict, witness), told, heard };
}

describe('what the store is told', () => {
  const kept: [
    what: string,
    strict: boolean,
    createdAt: number | undefined,
    lifetimeMs: number | null,
    keepMs: number,
  ][] = [
    ['for the lifetime, where nobody is enrolled', true, undefined, 5_000, 5_000],
    ['for the lifetime, where the age is known', false, NOW, 5_000, 5_000],
    ['for as long as a cookie, where neither is so', false, undefined, 5_000, DAYS_400],
    ['for as long as a cookie, where there is no lifetime', true, NOW, null, DAYS_400],
  ];
  for (const [what, strict, createdAt, lifetimeMs, keepMs] of kept) {
    it(`[S2] to remember a session ${what}`, async () => {
      const { sessions, told } = overheard(strict);
      const who: Identity = { ...ANA, ...(createdAt !== undefined && { createdAt }) };
      const policy = { ...POLICY, lifetimeMs };
      await sessions.begin(who, policy);
      await sessions.touch(who, policy, { idleMs: 0 });
      await sessions.end(who, policy, 'revoked');
      assert.deepEqual(
        told.map(([method, , words]) => [method, words['keepMs']]),
        ['start', 'touch', 'end'].map((method) => [method, keepMs]),
      );
    });
  }

  it('[S2] to remember the end of whose limits nobody knows for as long as a cookie', async () => {
    const { sessions, told } = overheard(true);
    await sessions.end(ANA, null, 'revoked');
    await sessions.endAll('ana', null, 'revoked');
    await sessions.endAll('ana', { ...POLICY, lifetimeMs: 5_000 }, 'revoked');
    assert.deepEqual(
      told.map(([, , words]) => words['keepMs']),
      [DAYS_400, DAYS_400, 5_000],
    );
  });

  it('[S6] of a beginning, when it was and whose, as far as that is known', async () => {
    const signIns: Omit<Identity, 'id'>[] = [
      {},
      { subject: 'ana' },
      { createdAt: NOW },
      { createdAt: NOW, subject: 'ana' },
    ];
    for (const signIn of signIns) {
      const { sessions, told } = overheard();
      await sessions.begin({ id: 'a', ...signIn }, POLICY);
      await sessions.touch({ id: 'b', ...signIn }, POLICY, { idleMs: 0 });
      const [[, , start], [, , touch]] = told as [(typeof told)[0], (typeof told)[0]];
      assert.deepEqual(start, { ...signIn, keepMs: DAYS_400 });
      assert.deepEqual(touch['enrol'], signIn);
    }
  });
});

describe('what is made of its word', () => {
  it('[S7] a session that is there has begun for nobody', async () => {
    const { sessions, heard } = overheard();
    assert.equal(await sessions.begin(ANA, POLICY), 'started');
    assert.equal(await sessions.begin(ANA, POLICY), 'exists');
    assert.deepEqual(heard, [['began', 'a']]);
  });

  it('[S6] who was not known is left without a trace of how it stood', async () => {
    const { sessions } = overheard(true);
    assert.equal(await sessions.leave(ANA, POLICY), null);
  });

  for (const subject of ['ana', undefined]) {
    it(`[S14] under a new id a session is still that of ${subject ?? 'nobody that is known'}`, async () => {
      const { sessions, told } = overheard();
      const [before, after] = ['a', 'b'].map((id) => ({ id, ...(subject !== undefined && { subject }) })) as [
        Identity,
        Identity,
      ];
      await sessions.begin(before, POLICY);
      const left = await sessions.leave(before, POLICY);
      assert.ok(left?.live);
      await sessions.resume(after, POLICY, left);
      const enrolled = told.find(([method, id]) => method === 'touch' && id === 'b');
      assert.deepEqual(enrolled?.[2]['enrol'], subject === undefined ? {} : { subject });
    });
  }

  it('[S6] no limit ends what goes on under a new id while it does', async () => {
    const { sessions, heard } = overheard();
    await sessions.begin(ANA, POLICY);
    const left = await sessions.leave(ANA, POLICY);
    assert.ok(left?.live);
    await sessions.resume({ ...ANA, id: 'b' }, POLICY, { ...left, ageMs: 1e12, idleMs: 90_000 });
    const verdict = await sessions.peek({ ...ANA, id: 'b' }, POLICY);
    assert.ok(verdict?.live && verdict.ageMs >= 1e12 && verdict.idleMs >= 90_000);
    assert.deepEqual(heard.at(-1), ['began', 'b']);
  });
});

describe('the tag of whose session it is', () => {
  const secret = 'known to all processes';
  const [shared, others, single] = [createOwnerTags(secret), createOwnerTags(`${secret}, too`), createOwnerTags()];

  it('[C7] is the same in each session of one person, for who has the secret', async () => {
    const tags = await Promise.all(['a', 'b', 'a'].map((id) => shared({ id, subject: 'ana' })));
    assert.equal(new Set(tags).size, 1);
    assert.match(tags[0]!, /^[\w-]{16}$/);
  });

  it('[C7] is another for another person, another secret, and another session where there is no secret or no name', async () => {
    const tags = [
      await shared(ANA),
      await shared({ ...ANA, subject: 'ben' }),
      await others(ANA),
      await single(ANA),
      await single({ ...ANA, id: 'b' }),
      await single({ ...ANA, subject: 'ben' }),
      await shared({ id: 'a' }),
      await shared({ id: 'b' }),
    ];
    assert.equal(new Set(tags).size, tags.length);
  });

  it('[C7] is the same on another process', async () => {
    assert.equal(await createOwnerTags(secret)(ANA), await shared(ANA));
  });

  it('[C7] is made once, unless more people have come than are remembered', async (t) => {
    const { mock } = t.mock.method(crypto.subtle, 'sign');
    const remembering = createOwnerTags(secret);
    const before = await remembering(ANA);
    assert.equal(await remembering({ ...ANA, id: 'b' }), before);
    assert.equal(mock.callCount(), 1);
    for (let i = 1; i < 10_000; i++) await remembering({ id: 'a', subject: `${i}` });
    await remembering(ANA);
    assert.equal(mock.callCount(), 10_000);
    await remembering({ id: 'a', subject: 'one too many' });
    assert.equal(await remembering(ANA), before);
    assert.equal(mock.callCount(), 10_002);
  });
});
