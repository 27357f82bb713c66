/** The bounds of docs/how-it-works.md, held against thousands of random hours. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { leadMs, reportAfterMs, warningMs, type Limits } from '../../src/policy.js';
import { MINUTE, SECOND, World, type Network } from './world.js';

const RUNS = { numRuns: 400 };

/** What can happen to a page, as a story that reads well when it fails. */
type Happening =
  | ['wait' | 'freeze' | 'sleep' | 'clock set by' | 'timers late by', number]
  | ['network', Network]
  | ['input' | 'input elsewhere' | 'input elsewhere, unheard' | 'extend' | 'woke' | 'online' | 'restored' | 'check']
  | ['signed in elsewhere' | 'signed out elsewhere' | 'sign out' | 'leave'];

function happen(world: World, happening: Happening): void {
  tell(world, happening);
  world.wait(1);
}

function tell(world: World, [what, how]: Happening): void {
  switch (what) {
    case 'wait':
      return world.wait(how);
    case 'freeze':
      return world.freeze(how, false);
    case 'sleep':
      return world.freeze(how, true);
    case 'clock set by':
      return world.setClock(how);
    case 'timers late by':
      world.lateMs = how;
      return;
    case 'network':
      world.network = how;
      return;
    case 'input':
      return world.input();
    case 'input elsewhere':
      return world.inputElsewhere(true);
    case 'input elsewhere, unheard':
      return world.inputElsewhere(false);
    case 'extend':
      world.lastInput = world.now;
      return world.send({ type: 'extend' });
    case 'restored':
      return world.send({ type: 'woke', restored: true });
    case 'signed in elsewhere':
      return world.strangerElsewhere();
    case 'signed out elsewhere':
      world.server.ended ??= 'signed-out';
      return world.endedElsewhere('signed-out');
    case 'sign out':
      return world.send({ type: 'sign-out' });
    default:
      return world.send({ type: what });
  }
}

const spell = (maxMs: number) => fc.integer({ min: 0, max: maxMs });
const only = <T extends string>(...what: T[]) => fc.constantFrom(...what).map((name): [T] => [name]);
const waits = fc.oneof(spell(6 * MINUTE), spell(20 * SECOND)).map((ms): Happening => ['wait', ms]);
const networks = fc.constantFrom<Network>('up', 'refuses', 'hangs').map((how): Happening => ['network', how]);
const inputs = only('input', 'input elsewhere', 'input elsewhere, unheard', 'extend');
const freezes = spell(20 * MINUTE).map((ms): Happening => ['freeze', ms]);
const sleeps = spell(20 * MINUTE).map((ms): Happening => ['sleep', ms]);
const lateness = spell(MINUTE).map((ms): Happening => ['timers late by', ms]);
const clockChanges = fc.integer({ min: -60 * MINUTE, max: 60 * MINUTE }).map((ms): Happening => ['clock set by', ms]);
const wakings = only('woke', 'online', 'restored', 'check', 'leave');
const news = only('signed in elsewhere', 'signed out elsewhere');

const story = (...of: fc.Arbitrary<Happening>[]): fc.Arbitrary<Happening[]> =>
  fc.array(fc.oneof(...of), { maxLength: 60, size: 'max' });

const limits: fc.Arbitrary<Limits> = fc
  .record({ warnAfterMs: fc.integer({ min: 30, max: 900 }), warningMs: fc.integer({ min: 8, max: 120 }) })
  .map((s) => ({ warnAfterMs: s.warnAfterMs * SECOND, expireAfterMs: (s.warnAfterMs + s.warningMs) * SECOND }));

describe('(a) nothing stays open', () => {
  it('[T3] conceals within a second of the end of idleness, whatever happens', () => {
    fc.assert(
      fc.property(
        limits,
        // A clock set back during a sleep that the other one missed is more than two clocks can tell.
        fc.oneof(
          story(waits, networks, inputs, freezes, sleeps, lateness, wakings, news),
          story(waits, networks, inputs, freezes, clockChanges, lateness, wakings, news),
        ),
        (limits, happenings) => {
          const world = new World({ limits });
          world.observe = () =>
            assert.ok(
              world.concealed || world.trueIdleMs < limits.expireAfterMs + SECOND,
              `${world.trueIdleMs} ms idle`,
            );
          for (const happening of happenings) happen(world, happening);
        },
      ),
      RUNS,
    );
  });

  it('[T5] asks to be stepped at the deadline, so that a timer that is on time conceals on time', () => {
    fc.assert(
      fc.property(limits, story(waits, networks, inputs, wakings, news), (limits, happenings) => {
        const world = new World({ limits });
        for (const happening of happenings) {
          happen(world, happening);
          assert.ok(world.concealed || world.trueIdleMs < limits.expireAfterMs + SECOND, `${world.trueIdleMs} ms idle`);
        }
      }),
      RUNS,
    );
  });

  it('[C2] ends within the time of a ping once concealed for a sign-out, and stays ended', () => {
    fc.assert(
      fc.property(story(waits, networks, inputs, wakings), story(waits, inputs, wakings), (past, future) => {
        const world = new World();
        for (const happening of past) happen(world, happening);
        if (!world.state.wasLive) return;
        happen(world, ['signed out elsewhere']);
        assert.ok(world.concealed);
        world.observe = () => assert.ok(world.concealed);
        for (const happening of future) happen(world, happening);
        world.wait(11 * SECOND);
        assert.equal(world.state.phase, 'ended');
      }),
      RUNS,
    );
  });
});

/** Input all the time, at most `pauseMs` apart, through one outage. */
function workThrough(world: World, pauses: number[], outage: { from: number; ms: number; network: Network }): void {
  const until = outage.from + outage.ms;
  const forMs = until + 2 * world.server.limits.expireAfterMs;
  for (let i = 0; world.now < forMs; i += 1) {
    const nextInput = world.now + pauses[i % pauses.length]!;
    for (const [time, network] of [
      [outage.from, outage.network],
      [until, 'up'],
    ] as const) {
      if (world.now > time || nextInput < time) continue;
      world.wait(time - world.now);
      world.network = network;
    }
    world.wait(nextInput - world.now);
    world.input();
  }
}

describe('(b) nobody active is thrown out', () => {
  const pauses = (maxMs: number) =>
    fc.array(fc.integer({ min: SECOND / 2, max: maxMs }), { minLength: 1, maxLength: 20 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const networkDown = fc.constantFrom<Network>('refuses', 'hangs');

  it('[T12] a person at work outlasts any outage until the last try, without being shown anything', () => {
    fc.assert(
      fc.property(limits, pauses(5 * SECOND), share, share, networkDown, (limits, pauses, start, length, network) => {
        const world = new World({ limits, graceMs: 0 });
        const longest = limits.expireAfterMs - reportAfterMs(limits) - leadMs(limits) - 6 * SECOND;
        if (longest <= 0) return;
        world.observe = () => assert.ok(!world.concealed && world.state.phase === 'active');
        workThrough(world, pauses, {
          from: SECOND + start * limits.expireAfterMs,
          ms: length * longest,
          network,
        });
        assert.equal(world.server.ended, null);
      }),
      RUNS,
    );
  });

  it('[T12] with the grace of the server, any outage shorter than E - min(W, E/2)', () => {
    fc.assert(
      fc.property(limits, pauses(500), share, share, (limits, pauses, start, length) => {
        const world = new World({ limits });
        const longest = limits.expireAfterMs - reportAfterMs(limits) - SECOND;
        workThrough(world, pauses, {
          from: SECOND + (start * limits.expireAfterMs) / 2,
          ms: Math.max(0, length * longest),
          network: 'refuses',
        });
        assert.equal(world.server.ended, null);
        assert.equal(world.end, null);
      }),
      { numRuns: 60 },
    );
  });

  it('[T12] a person who pauses almost until the warning outlasts one as long as the warning', () => {
    fc.assert(
      fc.property(limits, share, share, networkDown, (limits, start, length, network) => {
        const world = new World({ limits, graceMs: 0 });
        const longest = warningMs(limits) - leadMs(limits) - 2 * SECOND;
        const pause = limits.warnAfterMs - SECOND;
        workThrough(world, [pause], {
          from: SECOND + start * limits.expireAfterMs,
          ms: Math.max(0, length * longest),
          network,
        });
        assert.equal(world.end, null);
        assert.equal(world.server.ended, null);
      }),
      RUNS,
    );
  });

  it('[T2] nor is anybody warned or concealed who is active in another tab that this one cannot hear', () => {
    fc.assert(
      fc.property(limits, share, (limits, share) => {
        const world = new World({ limits });
        const everyMs = SECOND + share * (limits.warnAfterMs - 2 * SECOND);
        world.observe = () => assert.ok(!world.concealed && world.state.phase === 'active');
        for (let i = 0; i < 8; i += 1) {
          world.wait(everyMs);
          world.inputElsewhere(false);
        }
      }),
      RUNS,
    );
  });

  it('[T4] a clock set forward or back, with the server in reach, only costs a question', () => {
    const hours = fc.integer({ min: -600 * MINUTE, max: 600 * MINUTE });
    fc.assert(
      fc.property(fc.array(spell(4 * MINUTE), { minLength: 1 }), fc.nat(), hours, (pauses, when, byMs) => {
        const world = new World();
        for (const [i, pause] of pauses.entries()) {
          world.wait(pause);
          world.input();
          if (i === when % pauses.length) world.setClock(byMs);
          world.wait(2 * SECOND);
          if (world.concealed) world.wait(SECOND);
          assert.equal(world.concealed, false);
        }
        assert.equal(world.end, null);
      }),
      RUNS,
    );
  });
});

describe('(c) pings lengthen nothing', () => {
  it('[T7] without input the server knows of no activity later than the real one, however often it is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        story(waits, networks, wakings, freezes, sleeps, lateness, inputs),
        (delayMs, happenings) => {
          const world = new World({ delayMs });
          let latest = 0;
          world.observe = () => assert.ok(world.server.lastActivity <= latest + delayMs + 1);
          for (const happening of happenings) {
            if (happening[0].startsWith('input') || happening[0] === 'extend') latest = world.now;
            happen(world, happening);
          }
        },
      ),
      RUNS,
    );
  });

  it('[T7] an answer that was slower than the last is no news to tell', () => {
    fc.assert(
      fc.property(fc.array(spell(5 * SECOND), { minLength: 2, maxLength: 12 }), (delays) => {
        const world = new World();
        world.wait(MINUTE);
        for (const delayMs of delays) {
          world.delayMs = delayMs;
          world.send({ type: 'check' });
          world.wait(15 * SECOND);
        }
        assert.ok(world.sent.every(({ reports }) => !reports));
        assert.equal(world.server.lastActivity, 0);
      }),
      RUNS,
    );
  });
});

describe('(d) few pings', () => {
  /** What a browser or a person does that deserves an answer at once, however many went before. */
  const FRESH = new Set<Happening[0]>(['online', 'restored', 'signed in elsewhere', 'signed out elsewhere']);

  it('[N2] never two within a second, and of those that fail at most twelve in the length of a session', () => {
    fc.assert(
      fc.property(
        limits,
        story(
          waits,
          inputs,
          only('woke', 'check', 'online', 'restored', 'leave'),
          fc.constantFrom<Network>('refuses', 'hangs').map((how): Happening => ['network', how]),
        ),
        (limits, happenings) => {
          const world = new World({ limits });
          const fresh: number[] = [];
          for (const happening of happenings) {
            if (FRESH.has(happening[0])) fresh.push(world.now);
            happen(world, happening);
          }
          const asks = world.sent.filter(({ kind }) => kind !== 'leave');
          asks.slice(1).forEach((ask, i) => assert.ok(ask.at - asks[i]!.at >= SECOND, `${asks[i]!.at} and ${ask.at}`));
          const failed = asks.filter(({ outcome }) => outcome === 'failed');
          for (const { at } of failed) {
            const within = (time: number) => time >= at && time < at + limits.expireAfterMs;
            const count = failed.filter((ping) => within(ping.at)).length;
            const allowed = 12 + fresh.filter(within).length;
            assert.ok(count <= allowed, `${count} failed in the ${limits.expireAfterMs} ms from ${at}`);
          }
        },
      ),
      RUNS,
    );
  });

  it('[C3] a page at work asks once in min(W, E/2)', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: SECOND, max: 10 * SECOND }), (limits, everyMs) => {
        const world = new World({ limits });
        const forMs = 5 * limits.expireAfterMs;
        while (world.now < forMs) {
          world.wait(everyMs);
          world.input();
        }
        // What was reported last was some of `everyMs` old.
        assert.ok(world.sent.length <= 2 + forMs / (reportAfterMs(limits) - everyMs));
      }),
      { numRuns: 50 },
    );
  });

  it('[C3] an idle page asks three times, then never again', () => {
    fc.assert(
      fc.property(limits, spell(500), (limits, delayMs) => {
        const world = new World({ limits, delayMs });
        world.wait(24 * 60 * MINUTE);
        assert.deepEqual(
          world.sent.map(({ kind }) => kind),
          ['connect', 'warn', 'expire'],
        );
        assert.deepEqual(world.end && [world.end.reason, world.end.by], ['idle', 'server']);
      }),
      RUNS,
    );
  });
});
