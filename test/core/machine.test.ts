import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countdown, idleMs, type Config, type Mark } from '../../src/element/state.js';
import { snapshot } from '../../src/element/snapshot.js';
import { at, Bench, CONFIG, elsewhere, live, MINUTE, SECOND, START, World } from './world.js';

/** Of the limits in force unless a test says otherwise. */
const WARN = 540 * SECOND;
const EXPIRE = 600 * SECOND;
const LEAD = 5 * SECOND;

/** Idle until the server has confirmed that nobody is there. */
const warned = (config: Partial<Config> = {}): Bench =>
  Bench.connected(config)
    .step(WARN)
    .reply(WARN, live({ idleMs: WARN }));

/** Concealed at the end of idleness, the server asked. */
const expired = (config: Partial<Config> = {}): Bench => warned(config).step(EXPIRE);

/** Three reports have failed, the last one 303 seconds after the start, that of an activity after 100. */
function outOfReach(): Bench {
  const bench = Bench.connected()
    .active(100 * SECOND)
    .step(300 * SECOND);
  for (const ms of [300, 301, 303]) bench.step(ms * SECOND).noReply(ms * SECOND);
  return bench;
}

const view = (bench: Bench, ms: number) => snapshot(bench.state, at(ms));

/** The clock on the wall is set; the other one notices nothing. */
const wallAhead = (ms: number, byMs: number): Mark => ({ ...at(ms), wall: at(ms).wall + byMs });

describe('idleness', () => {
  it('[T1] warns at the very millisecond, and not before', () => {
    const bench = Bench.connected({ canAsk: false });
    assert.equal(bench.step(WARN - 1).phase, 'active');
    assert.equal(bench.step(WARN).phase, 'warning');
  });

  it('[T1] input begins it anew', () => {
    const bench = Bench.connected().active(200 * SECOND);
    assert.equal(idleMs(bench.state, at(300 * SECOND)), 100 * SECOND);
    assert.equal(bench.step(WARN).phase, 'active');
    assert.equal(bench.state.doubt, null);
  });

  it('[T1] input that comes late is counted from when it was made', () => {
    const bench = Bench.connected().active(300 * SECOND, { at: at(100 * SECOND) });
    assert.equal(idleMs(bench.state, at(300 * SECOND)), 200 * SECOND);
  });

  it('[T1] older input moves nothing back', () => {
    const bench = Bench.connected()
      .active(300 * SECOND)
      .active(310 * SECOND, { at: at(100 * SECOND) });
    assert.equal(idleMs(bench.state, at(310 * SECOND)), 10 * SECOND);
  });

  it('[T4] is the larger of what the two clocks say', () => {
    const bench = Bench.connected().active(0);
    assert.equal(idleMs(bench.state, { wall: START.wall + 7, mono: START.mono + 5 }), 7);
    assert.equal(idleMs(bench.state, { wall: START.wall + 5, mono: START.mono + 7 }), 7);
  });

  it('[T4] a clock set back an hour lengthens nothing', () => {
    const bench = Bench.connected();
    assert.equal(bench.step(wallAhead(EXPIRE, -60 * MINUTE)).concealed, true);
  });

  it('[T4] after a jump forward the page is concealed, and lost only by the word of the server', () => {
    const bench = Bench.connected()
      .active(60 * SECOND)
      .step(wallAhead(61 * SECOND, 60 * MINUTE));
    assert.equal(bench.concealed, true);
    assert.equal(bench.ping?.kind, 'expire');
    assert.equal(bench.reply(wallAhead(61 * SECOND, 60 * MINUTE), live({ idleMs: 1_000 })).concealed, false);
  });

  it('[T4] an unanswered question after a jump ends nothing before its time is up', () => {
    const later = (ms: number) => wallAhead(ms, 60 * MINUTE);
    const bench = Bench.connected()
      .step(later(61 * SECOND))
      .noReply(later(61 * SECOND));
    assert.deepEqual([bench.phase, bench.concealed], ['active', true]);
    assert.equal(bench.step(later(62 * SECOND)).ping?.kind, 'expire');
    bench.step(later(71 * SECOND));
    assert.deepEqual([bench.phase, bench.end?.reason, bench.end?.by], ['ended', 'idle', 'clock']);
  });

  it('[T4] an answer that was slept over makes it ask again', () => {
    const awake = wallAhead(EXPIRE + SECOND, 60 * MINUTE);
    const bench = expired().reply(awake, live({ idleMs: SECOND }));
    assert.deepEqual([bench.concealed, bench.end, bench.ping?.kind], [true, undefined, 'expire']);
  });

  it('[T5] wakes at the nearest of the deadlines', () => {
    const bench = Bench.connected();
    assert.equal(bench.wakeInMs, WARN);
    assert.equal(bench.step(100 * SECOND).wakeInMs, WARN - 100 * SECOND);
    assert.equal(bench.active(100 * SECOND).wakeInMs, 200 * SECOND, 'the report');
    assert.equal(Bench.connected().step(WARN).wakeInMs, LEAD, 'the warning, whatever the server does');
    assert.equal(warned().wakeInMs, EXPIRE - WARN, 'the end');
    assert.equal(expired().wakeInMs, CONFIG.timeoutMs, 'the end of asking');
    assert.equal(
      Bench.connected({}, { lifetimeLeftMs: 100 * SECOND }).wakeInMs,
      40 * SECOND,
      'the last minute of a life',
    );
    assert.equal(expired().noReply(EXPIRE).wakeInMs, null, 'nothing, once it is over');
  });

  it('[T5] a timer that comes early, late or often changes nothing', () => {
    const bench = Bench.connected();
    for (const ms of [1, 2, 2, 100, WARN - 2, WARN - 1]) assert.equal(bench.step(ms).effects.length, 0);
    assert.equal(bench.wakeInMs, 1);
    assert.equal(bench.step(EXPIRE + 60 * MINUTE).concealed, true);
  });

  it('[T6] the clock comes before the input: what is done after the deadline revives nothing', () => {
    const bench = Bench.connected().active(EXPIRE + SECOND);
    assert.equal(bench.concealed, true);
    bench.active(EXPIRE + 2 * SECOND).step(EXPIRE + 2 * SECOND, { type: 'extend' });
    assert.ok(idleMs(bench.state, at(EXPIRE + 2 * SECOND)) > EXPIRE);
    assert.equal(bench.ping?.idleMs, undefined);
  });

  it('[T6] what was done before it, and lay in the queue of a blocked page, still counts', () => {
    const bench = Bench.connected().active(EXPIRE + SECOND, { at: at(EXPIRE - SECOND) });
    assert.equal(bench.concealed, false);
    const alone = Bench.connected({ canAsk: false }).step(EXPIRE + 50);
    assert.equal(alone.concealed, true);
    assert.equal(alone.active(EXPIRE + 60, { at: at(EXPIRE - 1) }).concealed, false);
  });

  it('[T6] waking up conceals and asks before anything else', () => {
    const bench = Bench.connected().step(EXPIRE, { type: 'woke' });
    assert.equal(bench.concealed, true);
    assert.equal(bench.ping?.kind, 'expire');
  });

  it('[T6] becoming visible is no activity, but asks when nothing was heard for long', () => {
    const bench = Bench.connected()
      .active(400 * SECOND)
      .step(450 * SECOND, { type: 'woke' });
    assert.equal(idleMs(bench.state, at(450 * SECOND)), 50 * SECOND);
    const quiet = Bench.connected({}, { warnAfterMs: 100 * SECOND });
    quiet.step(93 * SECOND, elsewhere.activity(92 * SECOND));
    assert.equal(quiet.step(94 * SECOND, { type: 'woke' }).ping, undefined);
    assert.equal(quiet.step(100 * SECOND, { type: 'woke' }).ping?.kind, 'wake');
  });
});

describe('connecting', () => {
  it('[T11] asks at once, reports nothing, and counts from when the page came to be', () => {
    const bench = new Bench({}, at(-MINUTE)).step(0);
    assert.deepEqual(bench.effects, [{ type: 'ping', kind: 'connect', idleMs: null, owner: null }]);
    assert.equal(idleMs(bench.state, START), MINUTE);
  });

  it('[T11] takes the word of the server for how long nobody was there, longer or shorter', () => {
    for (const idle of [10 * SECOND, 300 * SECOND]) {
      const bench = new Bench({}, at(-MINUTE)).step(0).reply(0, live({ idleMs: idle }));
      assert.equal(idleMs(bench.state, START), idle);
    }
  });

  it('[T11] a page that came to be long ago says nothing about the person', () => {
    assert.equal(idleMs(new Bench({}, at(-WARN)).state, START), 0);
    assert.equal(idleMs(new Bench({}, at(-WARN + 1)).state, START), WARN - 1);
  });

  it('[T10] where nobody is signed in there is nothing to guard, not even after hours', () => {
    const bench = new Bench().step(0).reply(0, { state: 'none' });
    assert.deepEqual([bench.phase, bench.concealed, bench.wakeInMs], ['dormant', false, null]);
    bench
      .active(SECOND)
      .step(EXPIRE)
      .step(2 * EXPIRE, { type: 'woke' })
      .step(3 * EXPIRE, { type: 'leave' });
    assert.deepEqual([bench.phase, bench.effects], ['dormant', []]);
  });

  it('[T10] news from another tab, or the application, makes it ask, until it is answered', () => {
    for (const news of [{ type: 'check' } as const, elsewhere.stranger(MINUTE)]) {
      const bench = new Bench().step(0).reply(0, { state: 'none' }).step(MINUTE, news);
      const first = bench.ping?.kind;
      bench.noReply(MINUTE).step(MINUTE + SECOND);
      assert.deepEqual([first, bench.ping?.kind], ['check', 'check']);
      assert.equal(bench.reply(MINUTE + SECOND, live()).phase, 'active');
    }
  });

  it('[T10] a page that was live ends as signed out', () => {
    const bench = Bench.connected().step(SECOND, { type: 'check' }).reply(SECOND, { state: 'none' });
    assert.deepEqual(bench.end, { type: 'end', reason: 'signed-out', by: 'server' });
  });

  it('[T10] a session that ended before ends the page, but not the one to sign in on', () => {
    const first = (config: Partial<Config>) => new Bench(config).step(0).reply(0, { state: 'ended', reason: 'idle' });
    assert.equal(first({}).phase, 'ended');
    assert.equal(first({ atSignIn: true }).phase, 'dormant');
  });

  it('[C8] what the browser kept of a page is loaded anew where nobody is signed in, once', () => {
    const bench = new Bench({ fromHistory: true }).step(0).reply(0, { state: 'none' });
    assert.deepEqual(bench.effects, [{ type: 'reload' }]);
    bench.step(MINUTE, { type: 'check' }).reply(MINUTE, { state: 'none' });
    assert.deepEqual(bench.effects, []);
  });

  it('[T8] the stricter limits hold as soon as the answer names them', () => {
    const bench = Bench.connected({ own: { expireAfterMs: 400 * SECOND } }, { warnAfterMs: 100 * SECOND });
    assert.deepEqual(bench.state.limits, { warnAfterMs: 100 * SECOND, expireAfterMs: 400 * SECOND });
    bench.step(SECOND, { type: 'configure', config: { ...CONFIG, own: { warnAfterMs: 50 * SECOND } } });
    assert.deepEqual(bench.state.limits, { warnAfterMs: 50 * SECOND, expireAfterMs: EXPIRE });
  });
});

describe('before it warns', () => {
  it('[T2] asks, and warns once the answer says that nobody was there', () => {
    const bench = Bench.connected().step(WARN);
    assert.deepEqual([bench.phase, bench.ping?.kind, bench.ping?.idleMs], ['active', 'warn', null]);
    assert.equal(bench.reply(WARN + 100, live({ idleMs: WARN })).phase, 'warning');
  });

  it('[T2] takes over what was done in another tab', () => {
    const bench = Bench.connected()
      .step(WARN)
      .reply(WARN + 100, live({ idleMs: 40 * SECOND }));
    assert.equal(bench.phase, 'active');
    assert.equal(bench.wakeInMs, WARN - 40 * SECOND - 100);
  });

  it('[T2] an answer to an older question does not do', () => {
    const bench = Bench.connected()
      .step(WARN - LEAD - SECOND, { type: 'check' })
      .step(WARN);
    assert.equal(bench.reply(WARN + 10, live({ idleMs: WARN - LEAD - SECOND })).phase, 'active');
    assert.equal(bench.ping?.kind, 'warn');
  });

  it('[T2] does not wait for an answer longer than the lead', () => {
    const bench = Bench.connected().step(WARN);
    assert.equal(bench.step(WARN + LEAD - 1).phase, 'active');
    assert.equal(bench.step(WARN + LEAD).phase, 'warning');
  });

  it('[N3] warns at once where there is no network', () => {
    assert.equal(
      Bench.connected()
        .step(WARN)
        .noReply(WARN + 5).phase,
      'warning',
    );
  });

  it('[T9] of the end of a life there is nothing to ask, and no promise to extend it', () => {
    const bench = Bench.connected({}, { lifetimeLeftMs: 100 * SECOND }).step(40 * SECOND);
    assert.equal(bench.phase, 'warning');
    assert.deepEqual(countdown(bench.state, at(40 * SECOND)), { cause: 'lifetime', remainingMs: MINUTE });
    assert.equal(bench.active(50 * SECOND).phase, 'warning');
    assert.equal(bench.step(51 * SECOND, { type: 'extend' }).phase, 'active', 'put aside');
    assert.equal(bench.step(100 * SECOND).concealed, true);
    bench.noReply(100 * SECOND + 5);
    assert.equal(bench.end?.reason, 'lifetime');
  });
});

describe('while it warns', () => {
  it('[A6] any activity extends, and the warning goes once the server has confirmed', () => {
    const bench = warned().active(WARN + 10 * SECOND);
    assert.deepEqual([bench.ping?.kind, bench.ping?.idleMs, bench.phase], ['extend', 0, 'warning']);
    assert.equal(bench.reply(WARN + 10 * SECOND + 50, live()).phase, 'active');
  });

  it('[A6] stays while the pointer is over it, and until it has come to rest outside', () => {
    const start = WARN + 10 * SECOND;
    const bench = warned()
      .active(start, { overDialog: true })
      .reply(start + 50, live());
    assert.equal(bench.step(start + 5 * SECOND).phase, 'warning');
    bench.active(start + 6 * SECOND, { overDialog: false });
    bench.active(start + 6.4 * SECOND, { overDialog: false });
    assert.equal(bench.wakeInMs, 500);
    assert.equal(bench.step(start + 6.8 * SECOND).phase, 'warning');
    assert.equal(bench.step(start + 6.9 * SECOND).phase, 'active');
  });

  it('[A6] what is no pointer does not wait for one to rest', () => {
    assert.equal(
      warned()
        .active(WARN + SECOND)
        .reply(WARN + SECOND + 50, live()).phase,
      'active',
    );
  });

  it('[A6] with extend-on="button" only the button extends', () => {
    const bench = warned({ extendOn: 'button' }).active(WARN + SECOND);
    assert.equal(idleMs(bench.state, at(WARN + SECOND)), WARN + SECOND);
    assert.deepEqual(bench.effects, []);
    bench.step(WARN + 2 * SECOND, { type: 'extend' });
    assert.deepEqual([bench.ping?.kind, bench.ping?.idleMs], ['extend', 0]);
    assert.equal(bench.reply(WARN + 2 * SECOND, live()).phase, 'active');
  });

  it('[A6] with extend-on="button" input of that minute does not count at its end either', () => {
    const bench = expired({ extendOn: 'button' }).active(EXPIRE + 10, { at: at(EXPIRE - SECOND) });
    assert.equal(idleMs(bench.state, at(EXPIRE + 10)), EXPIRE + 10);
  });

  it('[A6] with extend-on="button" input from before the warning was to be seen counts, however late its page was', () => {
    const bench = Bench.connected({ extendOn: 'button', canAsk: false }).step(WARN - SECOND);
    assert.equal(bench.active(WARN + 2 * SECOND, { at: at(WARN + SECOND) }).phase, 'active');
    assert.equal(idleMs(bench.state, at(WARN + 2 * SECOND)), SECOND);
  });

  it('[A6] what counted in another tab counts here, whatever extends in this one', () => {
    const bench = warned({ extendOn: 'button', canAsk: false });
    bench.step(WARN + SECOND, elsewhere.activity(WARN + SECOND));
    assert.equal(bench.phase, 'active');
  });

  it('[W4] the button works any number of times, wherever the pointer is', () => {
    const bench = Bench.connected();
    for (let round = 0, ms = 0; round < 20; round += 1) {
      ms += WARN;
      bench.step(ms).reply(ms, live({ idleMs: WARN }));
      assert.equal(bench.phase, 'warning', `round ${round}`);
      ms += SECOND;
      bench.step(ms, { type: 'extend' });
      bench.active(ms, { overDialog: true });
      assert.equal(bench.reply(ms, live()).phase, 'active', `round ${round}`);
    }
  });

  it('[W5] closes only once confirmed, and says so meanwhile', () => {
    const ms = WARN + SECOND;
    const bench = warned().step(ms, { type: 'extend' });
    assert.deepEqual([bench.phase, view(bench, ms).status], ['warning', 'confirming']);
    bench.noReply(ms + 5);
    assert.deepEqual([bench.phase, view(bench, ms + 5).status], ['warning', 'unreachable']);
    assert.equal(bench.step(ms + SECOND + 5).ping?.kind, 'extend');
    assert.equal(bench.reply(ms + SECOND + 50, live({ idleMs: SECOND })).phase, 'active');
  });

  it('[W5] an answer that confirms nothing new does not close it', () => {
    const bench = warned()
      .step(WARN + 500, { type: 'check' })
      .step(WARN + SECOND)
      .active(WARN + SECOND + 100)
      .reply(WARN + SECOND + 200, live({ idleMs: WARN + SECOND }));
    assert.equal(bench.phase, 'warning');
  });

  it('[C1] the answer that another tab got to its activity closes it', () => {
    const ms = WARN + SECOND;
    const bench = warned().step(ms, elsewhere.activity(ms));
    assert.equal(bench.ping, undefined);
    assert.equal(bench.step(ms + 100, elsewhere.answer(ms, {}, ms)).phase, 'active');
  });

  it('[C1] activity in another tab that says no more is reported by this one', () => {
    const ms = WARN + SECOND;
    const bench = warned().step(ms, elsewhere.activity(ms));
    assert.equal(bench.wakeInMs, 500);
    assert.deepEqual([bench.step(ms + 500).ping?.kind, bench.ping?.idleMs], ['extend', 500]);
  });
});

describe('at the deadline', () => {
  it('[T3] conceals first, then asks', () => {
    const bench = warned().step(EXPIRE - 1);
    assert.equal(bench.concealed, false);
    bench.step(EXPIRE);
    assert.deepEqual([bench.concealed, bench.phase], [true, 'warning']);
    assert.deepEqual(bench.effects, [{ type: 'ping', kind: 'expire', idleMs: null, owner: null }]);
  });

  it('[T3] reveals when somebody was active in another tab', () => {
    const bench = expired().reply(EXPIRE + 50, live({ idleMs: 30 * SECOND }));
    assert.deepEqual([bench.concealed, bench.phase, bench.end], [false, 'active', undefined]);
  });

  it('[T3] ends by the word of the server, by its silence, and by its absence', () => {
    const refused = expired().reply(EXPIRE + 50, { state: 'ended', reason: 'idle' });
    assert.deepEqual(refused.end, { type: 'end', reason: 'idle', by: 'server' });
    const failed = expired().noReply(EXPIRE + 5);
    assert.deepEqual(failed.end, { type: 'end', reason: 'idle', by: 'clock' });
    const silent = expired();
    assert.equal(silent.step(EXPIRE + CONFIG.timeoutMs - 1).end, undefined);
    assert.deepEqual(silent.step(EXPIRE + CONFIG.timeoutMs).end, { type: 'end', reason: 'idle', by: 'clock' });
  });

  it('[T3] asks again though a back-off is running', () => {
    const world = new World();
    world.wait(100 * SECOND);
    world.input();
    world.network = 'refuses';
    world.wait(EXPIRE - SECOND);
    world.network = 'up';
    world.sent.length = 0;
    world.wait(2 * SECOND);
    assert.deepEqual(
      world.sent.map(({ kind }) => kind),
      ['expire'],
    );
  });

  it('[T3] a live answer whose idle is past the own limit does not reveal', () => {
    const own = { warnAfterMs: 50 * SECOND, expireAfterMs: 100 * SECOND };
    const bench = Bench.connected({ own })
      .step(100 * SECOND)
      .reply(100 * SECOND + 50, live({ idleMs: 100 * SECOND }));
    assert.equal(bench.end?.reason, 'idle');
  });

  it('[E1] is concealed by the time it says why it ends, and says so once', () => {
    const bench = expired().reply(EXPIRE + 50, { state: 'ended', reason: 'revoked' });
    assert.equal(bench.concealed, true);
    assert.deepEqual([bench.state.reason, bench.effects.map(({ type }) => type)], ['revoked', ['tell', 'end']]);
    for (const event of [{ type: 'deadline' }, { type: 'extend' }, { type: 'sign-out' }, { type: 'check' }] as const)
      assert.deepEqual(bench.step(EXPIRE + MINUTE, event).effects, []);
    bench.active(2 * EXPIRE).reply(2 * EXPIRE, live());
    assert.deepEqual([bench.phase, bench.concealed, bench.effects.length], ['ended', true, 0]);
  });

  it('[E1] each reason of the server is passed on', () => {
    for (const reason of ['idle', 'lifetime', 'signed-out', 'revoked'] as const) {
      const bench = Bench.connected().step(SECOND, { type: 'check' }).reply(SECOND, { state: 'ended', reason });
      assert.deepEqual(bench.end, { type: 'end', reason, by: 'server' });
    }
  });

  it('[C7] conceals, and asks once more, before it believes that the session was replaced', () => {
    const told = () =>
      Bench.connected().step(SECOND, { type: 'check' }).reply(SECOND, { state: 'ended', reason: 'replaced' });
    assert.deepEqual([told().end, told().concealed], [undefined, true]);
    const asked = () => told().step(2 * SECOND);
    assert.equal(asked().ping?.kind, 'expire');
    // The same person’s, who was given a new id in the meantime.
    const rotated = asked().reply(2 * SECOND, live({ idleMs: 2 * SECOND }));
    assert.deepEqual([rotated.end, rotated.concealed], [undefined, false]);
    for (const reply of [{ state: 'ended', reason: 'replaced' }, { state: 'none' }] as const)
      assert.deepEqual(asked().reply(2 * SECOND, reply).end, { type: 'end', reason: 'replaced', by: 'server' });
  });

  it('[E1] an ended page that the browser brings back is left again', () => {
    const bench = expired()
      .noReply(EXPIRE)
      .step(EXPIRE + MINUTE, { type: 'woke', restored: true });
    assert.deepEqual(bench.effects, [{ type: 'leave' }]);
  });

  it('[E8] without a server it ends by the clock', () => {
    const bench = new Bench({ canAsk: false }).step(WARN).step(EXPIRE);
    assert.deepEqual([bench.concealed, bench.end], [true, undefined]);
    assert.deepEqual(bench.step(EXPIRE + 100).end, { type: 'end', reason: 'idle', by: 'clock' });
  });

  it('[N1] unreachable never reads as live', () => {
    const restored = Bench.connected().step(SECOND, { type: 'woke', restored: true });
    const jumped = Bench.connected().step(wallAhead(SECOND, EXPIRE));
    const replaced = Bench.connected().step(SECOND, elsewhere.stranger(SECOND));
    for (const bench of [restored, jumped, replaced, expired()]) {
      assert.equal(bench.concealed, true);
      for (let i = 0; i < 5; i += 1) assert.equal(bench.noReply(wallAhead(EXPIRE, EXPIRE)).concealed, true);
    }
  });

  it('[N3] offline it warns, conceals and ends', () => {
    const world = new World();
    world.wait(SECOND);
    world.network = 'refuses';
    world.wait(WARN);
    assert.deepEqual([world.state.phase, world.concealed], ['warning', false]);
    world.wait(EXPIRE - WARN);
    assert.deepEqual([world.end?.reason, world.end?.by], ['idle', 'clock']);
    assert.ok(world.end!.at - EXPIRE < 100);
  });

  it('[N3] back online it asks, though nothing is due', () => {
    const bench = outOfReach();
    assert.equal(view(bench, 310 * SECOND).unreachable, true);
    assert.ok(bench.wakeInMs! > SECOND);
    bench.step(310 * SECOND, { type: 'online' });
    assert.equal(bench.ping?.idleMs, 210 * SECOND);
    const warning = outOfReach().step(304 * SECOND, elsewhere.answer(304 * SECOND, { idleMs: 204 * SECOND }));
    warning.step(640 * SECOND).noReply(640 * SECOND);
    assert.equal(warning.phase, 'warning');
    assert.equal(warning.step(641 * SECOND, { type: 'online' }).ping?.kind, 'wake');
  });
});

describe('what it reports', () => {
  it('[T12] reports from min(W, E/2) on, not before, and then only what is new', () => {
    const bench = Bench.connected().active(100 * SECOND);
    assert.equal(bench.step(300 * SECOND - 1).ping, undefined);
    assert.deepEqual(bench.step(300 * SECOND).ping, {
      type: 'ping',
      kind: 'report',
      idleMs: 200 * SECOND,
      owner: 'ann',
    });
    bench.reply(300 * SECOND + 50, live({ idleMs: 200 * SECOND + 1 }));
    assert.equal(bench.wakeInMs, 100 * SECOND + WARN - 300 * SECOND - 50);
  });

  it('[T12] repeats what failed until the last try, a lead before the end', () => {
    const world = new World();
    world.wait(SECOND);
    world.input();
    world.network = 'refuses';
    while (world.now < EXPIRE) {
      world.wait(SECOND);
      world.input();
    }
    const failed = world.sent.filter(({ outcome }) => outcome === 'failed').map(({ at }) => at - 80);
    assert.ok(
      failed.some((ms) => Math.abs(ms - (EXPIRE - LEAD)) < 200),
      failed.join(' '),
    );
    assert.ok(failed.length <= 12, failed.join(' '));
    const steps = failed.slice(4).map((ms, i) => ms - failed[i + 3]!);
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => b - a),
      'shrinking',
    );
  });

  it('[T12] lets no ping that may hang stand in the way of the last try', () => {
    const late = (ms: number) =>
      Bench.connected()
        .active(100 * SECOND)
        .step(ms)
        .noReply(ms).wakeInMs;
    assert.equal(late(580 * SECOND), SECOND);
    assert.equal(late(590 * SECOND), EXPIRE - LEAD - 590 * SECOND);
  });

  it('[T12] one lost ping is repeated within a second or two', () => {
    const bench = Bench.connected()
      .active(100 * SECOND)
      .step(300 * SECOND)
      .noReply(300 * SECOND, null, 0.999);
    assert.ok(bench.wakeInMs! >= SECOND && bench.wakeInMs! < 1.5 * SECOND);
  });

  it('[N2] honours Retry-After, but not beyond the last try', () => {
    const failing = () =>
      Bench.connected()
        .active(100 * SECOND)
        .step(300 * SECOND);
    assert.equal(failing().noReply(300 * SECOND, 60 * SECOND).wakeInMs, 60 * SECOND);
    assert.equal(failing().noReply(300 * SECOND, 60 * MINUTE).wakeInMs, EXPIRE - LEAD - 300 * SECOND);
  });

  it('[N2] fails at most twelve times in the length of a session, wherever the warning is', () => {
    for (const warnAfterMs of [60, 250, 300, 450, 480, 503, 508].map((seconds) => seconds * SECOND)) {
      const world = new World({ limits: { warnAfterMs, expireAfterMs: 511 * SECOND } });
      world.wait(2 * SECOND);
      world.network = 'refuses';
      world.input();
      world.send({ type: 'check' });
      world.wait(EXPIRE);
      const failed = world.sent.filter(({ outcome }) => outcome === 'failed');
      assert.ok(failed.length <= 12, failed.map(({ at, kind }) => `${kind} at ${at}`).join(', '));
    }
  });

  it('[N2] jitter spreads the repetitions', () => {
    const failing = (jitter: number) =>
      Bench.connected()
        .active(100 * SECOND)
        .step(300 * SECOND)
        .noReply(300 * SECOND, null, jitter).wakeInMs;
    assert.deepEqual([failing(0), failing(0.5)], [SECOND, 1.25 * SECOND]);
  });

  it('[N2] leaving, it reports what is worth it, with its owner', () => {
    const leaving = (ms: number) => Bench.connected().active(ms).step(ms, { type: 'leave' }).effects;
    assert.deepEqual(leaving(30 * SECOND), []);
    assert.deepEqual(leaving(30 * SECOND + 1), [{ type: 'ping', kind: 'leave', idleMs: 0, owner: 'ann' }]);
    const told = Bench.connected()
      .active(300 * SECOND)
      .reply(300 * SECOND, live());
    assert.deepEqual(told.step(301 * SECOND, { type: 'leave' }).effects, []);
  });

  it('[T7] never repeats what the server knows', () => {
    const bench = Bench.connected()
      .active(100 * SECOND)
      .step(300 * SECOND);
    bench.reply(300 * SECOND + 90, live({ idleMs: 200 * SECOND + 1 }));
    for (const ms of [310, 320, 330]) {
      assert.equal(bench.step(ms * SECOND, { type: 'check' }).ping?.idleMs, null);
      bench.reply(ms * SECOND + 900, live({ idleMs: ms * SECOND - 100 * SECOND + 500 }));
    }
    assert.equal(bench.step(450 * SECOND).ping, undefined);
  });

  it('[T7] a slow answer does not make the session look longer', () => {
    const bench = Bench.connected()
      .step(SECOND, { type: 'check' })
      .reply(9 * SECOND, live({ idleMs: 0 }));
    assert.equal(idleMs(bench.state, at(9 * SECOND)), 8 * SECOND);
  });

  it('[T7] takes over no answer that was asked for before the last', () => {
    const bench = Bench.connected().step(50 * SECOND, { type: 'check' });
    bench.step(60 * SECOND, elsewhere.answer(60 * SECOND, { idleMs: 60 * SECOND }));
    bench.reply(61 * SECOND, { state: 'ended', reason: 'idle' });
    assert.equal(bench.phase, 'active');
  });

  it('[T7] what lies ahead of the own clock counts as nothing, and makes it ask', () => {
    for (const event of [elsewhere.activity(MINUTE), elsewhere.answer(MINUTE)]) {
      const bench = Bench.connected().step(30 * SECOND, event);
      assert.deepEqual([idleMs(bench.state, at(30 * SECOND)), bench.ping?.kind], [30 * SECOND, 'wake']);
    }
    const restored = Bench.connected().step(30 * SECOND, { type: 'woke', restored: true });
    assert.equal(restored.step(31 * SECOND, elsewhere.answer(MINUTE)).concealed, true);
  });

  it('[N2] however often it is woken, it does not ask a server out of reach out of turn', () => {
    const bench = outOfReach();
    for (const type of ['woke', 'check', 'woke'] as const)
      assert.equal(bench.step(310 * SECOND, { type }).ping, undefined);
  });
});

describe('other tabs and other people', () => {
  it('[C2] a sign-out in another tab conceals at once, asks, and ends without an answer', () => {
    const bench = Bench.connected().step(MINUTE, elsewhere.ended(MINUTE, 'signed-out'));
    assert.deepEqual([bench.concealed, bench.ping?.kind], [true, 'expire']);
    bench.noReply(MINUTE + 5);
    assert.deepEqual(bench.end, { type: 'end', reason: 'signed-out', by: 'clock' });
  });

  it('[C2] an answer that was under way says nothing about it', () => {
    const bench = Bench.connected().step(MINUTE, { type: 'check' });
    bench.step(MINUTE + 10, elsewhere.ended(MINUTE + 10, 'signed-out')).reply(MINUTE + 50, live());
    assert.equal(bench.concealed, true);
    assert.equal(bench.step(MINUTE + SECOND).ping?.kind, 'expire');
  });

  it('[C2] nor does the failure of one, which ends nothing', () => {
    const bench = Bench.connected().step(MINUTE, { type: 'check' });
    bench.step(MINUTE + 10, elsewhere.ended(MINUTE + 10, 'signed-out')).noReply(MINUTE + 50);
    assert.deepEqual([bench.concealed, bench.phase], [true, 'active']);
  });

  it('[C2] a page that is still connecting asks once more', () => {
    const bench = new Bench().step(0).step(10, elsewhere.ended(10, 'signed-out')).reply(50, live());
    assert.equal(bench.step(SECOND).ping?.kind, 'check');
    assert.equal(bench.reply(SECOND + 50, { state: 'none' }).phase, 'ended');
  });

  it('[C7] an old sign-out does not end a newer session', () => {
    const bench = Bench.connected().step(MINUTE, elsewhere.ended(MINUTE, 'signed-out'));
    assert.equal(bench.reply(MINUTE + 50, live({ idleMs: MINUTE })).concealed, false);
  });

  it('[C7] a sign-in in another tab conceals until it is known whose; the same person goes on', () => {
    const bench = Bench.connected().step(MINUTE, elsewhere.stranger(MINUTE));
    assert.deepEqual([bench.concealed, bench.ping?.kind], [true, 'expire']);
    assert.equal(bench.reply(MINUTE + 50, live()).concealed, false);
  });

  it("[C7] a page never shows another person's session", () => {
    const bench = Bench.connected()
      .step(MINUTE, elsewhere.stranger(MINUTE))
      .reply(MINUTE + 50, live({ owner: 'bob' }));
    assert.deepEqual(bench.end, { type: 'end', reason: 'replaced', by: 'server' });
    const unasked = Bench.connected()
      .step(MINUTE, { type: 'check' })
      .reply(MINUTE + 50, live({ owner: 'bob' }));
    assert.deepEqual([unasked.concealed, unasked.end?.reason], [true, 'replaced']);
  });

  it('[C7] what was done is reported with the name of whose page it is', () => {
    assert.equal(Bench.connected().active(300 * SECOND).ping?.owner, 'ann');
    assert.equal(Bench.connected({}, { owner: null }).active(300 * SECOND).ping?.owner, null);
  });

  it('[C8] a restored page is hidden until the same session is confirmed by a question asked since', () => {
    const bench = Bench.connected().step(MINUTE, { type: 'woke', restored: true });
    assert.deepEqual([bench.concealed, bench.ping?.kind], [true, 'expire']);
    bench.active(MINUTE + 10);
    bench.step(MINUTE + 20, elsewhere.answer(MINUTE - 10));
    assert.deepEqual([bench.concealed, idleMs(bench.state, at(MINUTE + 20))], [true, 30]);
    assert.equal(bench.reply(MINUTE + 50, live()).concealed, false);
  });

  it('[C8] is asked about at once, whatever back-off the page was stored with', () => {
    const bench = Bench.connected()
      .active(100 * SECOND)
      .step(300 * SECOND)
      .noReply(300 * SECOND, 60 * SECOND);
    assert.equal(bench.step(310 * SECOND, { type: 'woke', restored: true }).ping?.kind, 'expire');
  });

  it('[C4] a page that was frozen while it waited asks again instead of ending, and signs nobody out', () => {
    const thawed = expired().step(EXPIRE + 60 * MINUTE, { type: 'woke' });
    assert.deepEqual([thawed.concealed, thawed.end, thawed.ping?.kind], [true, undefined, 'expire']);
    assert.equal(thawed.reply(EXPIRE + 60 * MINUTE + 50, live({ idleMs: SECOND })).concealed, false);
  });
});

describe('a locked page', () => {
  const LOCKED_FOR = 10 * MINUTE;
  const locked = (): Bench => expired({ lockForMs: LOCKED_FOR }).reply(EXPIRE + 50, { state: 'ended', reason: 'idle' });
  const asked = (ms: number): Bench => locked().step(ms, elsewhere.stranger(ms));

  it('[E4] stays concealed, and asks when somebody signed in', () => {
    const bench = locked();
    assert.deepEqual([bench.phase, bench.concealed, bench.end?.reason], ['locked', true, 'idle']);
    assert.equal(asked(EXPIRE + MINUTE).ping?.kind, 'check');
  });

  it('[E4] asks at once, though the server was out of reach when it was locked', () => {
    const bench = expired({ lockForMs: LOCKED_FOR }).noReply(EXPIRE + 50, 60 * MINUTE);
    assert.equal(bench.phase, 'locked');
    assert.equal(bench.step(EXPIRE + 2 * SECOND, { type: 'check' }).ping?.kind, 'check');
  });

  it('[E4] the same person finds it as it was, and not idle', () => {
    const bench = asked(EXPIRE + MINUTE).reply(EXPIRE + MINUTE + 50, live({ idleMs: SECOND }));
    assert.deepEqual([bench.phase, bench.concealed, bench.effects[0]], ['active', false, { type: 'resume' }]);
    assert.equal(idleMs(bench.state, at(EXPIRE + MINUTE + 50)), SECOND + 50);
    assert.equal(bench.step(EXPIRE + 2 * MINUTE).ping, undefined);
  });

  it('[E4] for another person it is loaded anew, concealed all the while', () => {
    const bench = asked(EXPIRE + MINUTE).reply(EXPIRE + MINUTE + 50, live({ owner: 'bob' }));
    assert.deepEqual([bench.concealed, bench.effects], [true, [{ type: 'reload' }]]);
  });

  it('[E4] who signs out keeps nothing open, in whatever tab', () => {
    const bench = Bench.connected({ lockForMs: LOCKED_FOR }).step(MINUTE, elsewhere.ended(MINUTE, 'signed-out'));
    assert.equal(bench.noReply(MINUTE + 50).phase, 'ended');
  });

  it('[E4] a page of whom nobody knows whose it is, is loaded anew', () => {
    const nobody = Bench.connected({ lockForMs: LOCKED_FOR }, { owner: null }).step(EXPIRE);
    nobody.reply(EXPIRE + 50, { state: 'ended', reason: 'idle' }).step(EXPIRE + MINUTE, { type: 'check' });
    nobody.reply(EXPIRE + MINUTE + 50, live({ owner: null }));
    assert.deepEqual([nobody.concealed, nobody.effects], [true, [{ type: 'reload' }]]);
    const unnamed = asked(EXPIRE + MINUTE).reply(EXPIRE + MINUTE + 50, live({ owner: null }));
    assert.deepEqual([unnamed.concealed, unnamed.effects], [true, [{ type: 'reload' }]]);
  });

  it('[E4] what was asked before it was locked does not open it', () => {
    const bench = Bench.connected({ lockForMs: LOCKED_FOR }).step(MINUTE, elsewhere.ended(MINUTE, 'revoked'));
    bench.noReply(MINUTE + 50);
    assert.equal(bench.phase, 'locked');
    bench.step(MINUTE + 60, elsewhere.answer(MINUTE - 10));
    assert.deepEqual([bench.phase, bench.effects], ['locked', []]);
  });

  it('[E4] tells nothing of what was done before', () => {
    const bench = Bench.connected({ lockForMs: LOCKED_FOR }).active(100 * SECOND);
    bench.step(101 * SECOND, { type: 'check' }).reply(101 * SECOND, { state: 'ended', reason: 'revoked' });
    assert.deepEqual([bench.phase, bench.step(102 * SECOND, { type: 'leave' }).effects], ['locked', []]);
    assert.equal(bench.step(103 * SECOND, { type: 'check' }).ping?.idleMs, null);
  });

  it('[E4] does not ask again and again when another tab ends as well', () => {
    const bench = locked().step(EXPIRE + MINUTE, elsewhere.ended(EXPIRE + MINUTE, 'idle'));
    bench.reply(EXPIRE + MINUTE + 50, { state: 'ended', reason: 'idle' });
    assert.deepEqual([bench.step(EXPIRE + 2 * MINUTE).ping, bench.phase], [undefined, 'locked']);
  });

  it('[E4] without news from other tabs, a return to it makes it ask', () => {
    assert.equal(locked().step(EXPIRE + MINUTE, { type: 'woke' }).ping?.kind, 'wake');
  });

  it('[E4] asks at once when somebody comes to it or signs in elsewhere, whatever has failed before', () => {
    for (const news of [{ type: 'woke' as const }, elsewhere.answer(EXPIRE + 2 * MINUTE)]) {
      const bench = locked().step(EXPIRE + MINUTE, { type: 'woke' });
      for (const ms of [0, SECOND, 3 * SECOND]) bench.step(EXPIRE + MINUTE + ms).noReply(EXPIRE + MINUTE + ms);
      assert.equal(bench.step(EXPIRE + 2 * MINUTE).ping, undefined);
      assert.ok(bench.step(EXPIRE + 2 * MINUTE, news).ping);
    }
  });

  it('[E4] asks again, and again before long, if nobody answers', () => {
    const bench = locked().step(EXPIRE + MINUTE, { type: 'woke' });
    const seconds: number[] = [];
    for (let second = 0; second < 240; second += 1) {
      const now = EXPIRE + MINUTE + second * SECOND;
      if (second > 0 && !bench.step(now).ping) continue;
      seconds.push(second);
      bench.noReply(now);
    }
    assert.deepEqual(seconds, [0, 1, 3, 78, 153, 228]);
  });

  it('[E4] asks again where the news of a sign-in has crossed the answer to an earlier question', () => {
    const bench = locked().step(EXPIRE + MINUTE, { type: 'woke' });
    bench.step(EXPIRE + MINUTE + 300, elsewhere.answer(EXPIRE + MINUTE + 200));
    assert.equal(bench.reply(EXPIRE + MINUTE + 400, { state: 'none' }).phase, 'locked');
    assert.equal(bench.step(EXPIRE + MINUTE + SECOND).ping?.kind, 'check');
  });

  it('[E4] is given up in the end', () => {
    const bench = locked();
    assert.equal(bench.wakeInMs, LOCKED_FOR);
    assert.equal(bench.step(EXPIRE + 50 + LOCKED_FOR - 1).phase, 'locked');
    assert.deepEqual(bench.step(EXPIRE + 50 + LOCKED_FOR).end, { type: 'end', reason: 'idle', by: 'clock' });
  });

  it('[E4] whoever signs out, or was replaced, leaves no locked page behind', () => {
    assert.equal(Bench.connected({ lockForMs: LOCKED_FOR }).step(1, { type: 'sign-out' }).phase, 'ended');
    const replaced = Bench.connected({ lockForMs: LOCKED_FOR }).step(SECOND, { type: 'check' });
    assert.equal(replaced.reply(SECOND, live({ owner: 'bob' })).phase, 'ended');
  });
});
