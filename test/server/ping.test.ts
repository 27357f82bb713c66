import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Hono } from 'hono';
import { type Reply, parseReply } from '../../src/protocol.js';
import { ANA, FETCH, intranet, NAVIGATION } from './intranet.js';

describe('a ping', () => {
  it('[S2] moves the activity to when it was, never back, and only a question asks', async () => {
    const { browse, ping, pass } = intranet();
    await browse();
    pass(50);
    assert.equal((await ping())['idleMs'], 50_000);
    assert.equal((await ping({ idleMs: 20_000 }))['idleMs'], 20_000);
    assert.equal((await ping({ idleMs: 40_000 }))['idleMs'], 20_000);
    assert.equal((await ping({ idleMs: Number.MAX_SAFE_INTEGER }))['idleMs'], 20_000);
    pass(10);
    assert.equal((await ping())['idleMs'], 30_000);
  });

  it('[S2] cannot revive what is over, and says so with the same reason each time', async () => {
    const { browse, ping, pass, post } = intranet();
    await browse();
    pass(100);
    const first = await post('/session/ping', '{"v":1,"idleMs":0}');
    assert.deepEqual(await first.json(), { v: 1, state: 'ended', reason: 'idle' });
    assert.match(first.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'idle' });
    assert.equal((await browse()).status, 303);
  });

  it('[S2] that is late, within the lead, may report an activity that was in time; a request may not', async () => {
    // Warning 40 s: lead 5 s.
    for (const [late, idleMs, state] of [
      [5, 10_000, 'live'],
      [5.001, 10_000, 'ended'],
      [1, 1_000, 'ended'],
      [1, 1_001, 'live'],
      [1, undefined, 'ended'],
    ] as const) {
      const { browse, ping, pass } = intranet();
      await browse();
      pass(100 + late);
      assert.equal((await ping({ idleMs }))['state'], state, `${late} s late, ${String(idleMs)} ms idle`);
    }
    const { browse, pass } = intranet();
    await browse();
    pass(100.001);
    assert.equal((await browse()).status, 303);
  });

  it('[S2] from somebody else’s page is only a question', async () => {
    const { ping, pass } = intranet({ secret: 'sixteen or more characters' });
    const { owner } = await ping();
    const ben = await ping({}, { Cookie: 'sid=ben.1' });
    assert.notEqual(ben['owner'], owner);
    pass(50);
    assert.equal((await ping({ idleMs: 0, owner: ben['owner'] }))['idleMs'], 50_000);
    assert.equal((await ping({ idleMs: 0, owner }))['idleMs'], 0);
    const another = await ping({}, { Cookie: 'sid=ana.2' });
    assert.equal(another['owner'], owner);
    assert.match(String(owner), /^[\w-]{16}$/);
  });

  it('[S2] without a secret bears a tag of the session', async () => {
    const { ping } = intranet();
    const { owner } = await ping();
    assert.match(String(owner), /^[\w-]{16}$/);
    assert.equal((await ping())['owner'], owner);
    assert.notEqual((await ping({}, { Cookie: 'sid=ana.2' }))['owner'], owner);
  });

  const json = 'application/json';
  const malformed: [string, string, string, string][] = [
    ['', json, 'no body', 'not JSON'],
    ['idleMs=0', json, 'no JSON', 'not JSON'],
    ['{"v":1}', 'text/plain', 'a form’s content type', 'application/json'],
    ['{"v":1}', '', 'no content type', 'application/json'],
    ['{"v":1}', 'application/json-seq', 'another content type', 'application/json'],
    ['[]', json, 'an array', 'not a JSON object'],
    ['null', json, 'null', 'not a JSON object'],
    ['{}', json, 'no version', '"v"'],
    ['{"v":2,"idleMs":0}', json, 'a later version', '"v"'],
    ['{"v":1,"idleMs":-1}', json, 'a negative time', '"idleMs"'],
    ['{"v":1,"idleMs":"0"}', json, 'a string', '"idleMs"'],
    ['{"v":1,"idleMs":0.5}', json, 'a fraction', '"idleMs"'],
    ['{"v":1,"idleMs":1e99}', json, 'more than an integer', '"idleMs"'],
    ['{"v":1,"idleMs":null}', json, 'null for a time', '"idleMs"'],
    ['{"v":1,"owner":"<b>"}', json, 'an impossible owner', '"owner"'],
    ['{"v":1,"idleFor":0}', json, 'an unknown field', 'field'],
    [`{"v":1${' '.repeat(1_024)}}`, json, 'a huge body', '1024 bytes'],
  ];
  for (const [body, type, what, named] of malformed) {
    it(`[S3] with ${what} is refused, says why, and never writes`, async () => {
      const { browse, ping, pass, post } = intranet();
      await browse();
      pass(50);
      const refused = await post('/session/ping', body, { 'Content-Type': type });
      assert.equal(refused.status, 400);
      assert.equal(refused.headers.get('Content-Type'), 'application/problem+json');
      assert.equal(refused.headers.get('Cache-Control'), 'no-store');
      const { detail } = (await refused.json()) as { detail: string };
      assert.ok(detail.includes(named), detail);
      assert.equal((await ping())['idleMs'], 50_000);
    });
  }

  it('[S3] may name a charset', async () => {
    const { post } = intranet();
    assert.equal(
      (await post('/session/ping', '{"v":1}', { 'Content-Type': 'Application/JSON; charset=utf-8' })).status,
      200,
    );
  });

  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    it(`[S3] by ${method} is none, and never touches the session`, async () => {
      const { browse, ping, pass, request } = intranet();
      await browse();
      pass(50);
      for (const path of ['/session/ping', '/session/sign-out']) {
        const response = await request(path, NAVIGATION, { method });
        assert.equal(response.status, 405);
        assert.equal(response.headers.get('Allow'), 'POST');
        assert.equal(response.headers.get('Cache-Control'), 'no-store');
      }
      assert.equal((await ping())['idleMs'], 50_000);
    });
  }

  it('[T7] many that only ask, or repeat themselves, never keep an idle session alive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 30_000 }), asks: fc.boolean() }), {
          minLength: 5,
          maxLength: 40,
        }),
        async (pings) => {
          const { browse, ping, clock } = intranet();
          await browse();
          const begun = clock.now;
          for (const { afterMs, asks } of pings) {
            clock.now += afterMs;
            // Without input, idle is what it was at the last answer and the time since, rounded up.
            const reply = await ping(asks ? {} : { idleMs: clock.now - begun });
            const idleMs = clock.now - begun;
            assert.deepEqual(
              [reply['state'], reply['idleMs']],
              idleMs < 100_000 ? ['live', idleMs] : ['ended', undefined],
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('[T8] is answered with the limits that hold, rounded so that none is longer', async () => {
    const { ping, clock } = intranet({ policy: { warnAfter: 1.0009, expireAfter: 2.5, lifetime: 10 } });
    await ping();
    clock.now += 0.3;
    const reply = await ping();
    const { owner, ...rest } = reply;
    assert.deepEqual(rest, {
      v: 1,
      state: 'live',
      idleMs: 1,
      warnAfterMs: 1_000,
      expireAfterMs: 2_500,
      lifetimeLeftMs: 9_999,
    });
    assert.ok(owner);
    assert.ok(parseReply(reply) satisfies Reply | null);
  });

  it('[T8] is answered with 540 and 600 seconds where nobody names any', async () => {
    const { ping } = intranet({ policy: { warnAfter: 540, expireAfter: 600 } });
    const { warnAfterMs, expireAfterMs, lifetimeLeftMs } = await ping();
    assert.deepEqual([warnAfterMs, expireAfterMs, lifetimeLeftMs], [540_000, 600_000, null]);
  });

  it('[T10] is answered with `none` where nobody is signed in, without a cookie', async () => {
    const { post } = intranet();
    const response = await post('/session/ping', '{"v":1,"idleMs":0}', { Cookie: '' });
    assert.deepEqual(await response.json(), { v: 1, state: 'none' });
    assert.equal(response.headers.get('Set-Cookie'), null);
  });

  it('[T10] is answered with `none` where, with `strict`, no sign-in began the session', async () => {
    const { post } = intranet({ strict: true });
    const response = await post('/session/ping', '{"v":1,"idleMs":0}');
    assert.deepEqual(await response.json(), { v: 1, state: 'none' });
    assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
  });

  it('[S9] and its answers are not stored', async () => {
    const { post } = intranet();
    for (const headers of [{}, { Cookie: '' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
      assert.equal((await post('/session/ping', '{"v":1}', headers)).headers.get('Cache-Control'), 'no-store');
      assert.equal((await post('/session/sign-out', null, headers)).headers.get('Cache-Control'), 'no-store');
    }
  });

  it('[S15] that reports renews the application’s session for the limit and a tenth; one that asks does not', async () => {
    const { browse, ping, pass, renewals } = intranet();
    await browse();
    for (let i = 0; i < 20; i++) {
      pass(1);
      await ping();
    }
    assert.deepEqual(renewals, []);
    await ping({ idleMs: 0 });
    assert.deepEqual(renewals, [110_000]);
  });

  it('[S15] that repeats a report whose answer was lost renews once more: the cookie was lost with it', async () => {
    const { browse, ping, pass, renewals } = intranet();
    await browse();
    pass(50);
    await ping({ idleMs: 0 });
    pass(1);
    await ping({ idleMs: 1_000 });
    assert.deepEqual(renewals, [110_000, 110_000]);
  });

  it('[S15] about somebody else’s session renews nothing', async () => {
    const { browse, ping, pass, renewals } = intranet();
    await browse();
    pass(50);
    await ping({ idleMs: 0, owner: 'somebody-else' });
    assert.deepEqual(renewals, []);
  });
});

describe('asking by `peek`', () => {
  it('[S2] is neither activity nor a beginning, and destroys nothing', async () => {
    const { security, ping, pass } = intranet();
    const panel = new Hono().get('/', async (c) => c.json(await security.peek(c)));
    const peek = async () => panel.request('/', { headers: ANA });
    assert.equal(await (await peek()).json(), null);
    await ping();
    pass(60);
    assert.deepEqual(await (await peek()).json(), {
      live: true,
      idleMs: 60_000,
      ageMs: 60_000,
      movedMs: 0,
      first: false,
    });
    pass(40);
    const ended = await peek();
    assert.deepEqual(await ended.json(), { live: false, reason: 'idle', first: true });
    assert.equal(ended.headers.get('Set-Cookie'), null);
  });
});

describe('signing out', () => {
  it('[S12] ends the session for every copy of its cookie', async () => {
    const { browse, ping, post } = intranet();
    await browse();
    const response = await post('/session/sign-out', null);
    assert.equal(response.status, 204);
    assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    assert.equal((await browse()).status, 303);
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'signed-out' });
  });

  it('[S12] ends a session that nobody has seen before', async () => {
    const { ping, post } = intranet();
    await post('/session/sign-out', null);
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'signed-out' });
  });

  it('[S12] ends it although nobody can tell how long it might have gone on', async () => {
    const { post, browse } = intranet({
      policy: () => {
        if (isDown) throw new Error('no roles');
        return { warnAfter: 60, expireAfter: 100 };
      },
    });
    let isDown = true;
    assert.equal((await post('/session/sign-out', null)).status, 204);
    isDown = false;
    assert.equal((await browse()).status, 303);
  });

  it('[S10] leads a person to the sign-in, or to the front', async () => {
    const leave = async (options: Parameters<typeof intranet>[0], headers: Record<string, string>) =>
      intranet(options).request('/session/sign-out', { ...NAVIGATION, ...headers }, { method: 'POST' });
    assert.equal((await leave({}, {})).headers.get('Location'), '/sign-in');
    assert.equal((await leave({}, { Cookie: '' })).headers.get('Location'), '/sign-in');
    assert.equal((await leave({ signInUrl: null }, {})).headers.get('Location'), '/');
    assert.equal((await leave({}, FETCH)).status, 204);
  });

  it('[S8] removes the cookie and answers 503 where the end cannot be stored', async () => {
    const down = () => Promise.reject(new Error('down'));
    const { post, faults } = intranet({ store: { start: down, touch: down, end: down } });
    const response = await post('/session/sign-out', null);
    assert.equal(response.status, 503);
    assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    assert.equal(faults.length, 1);
  });
});
