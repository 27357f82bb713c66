/**
 * What every store must do, whatever it keeps its records in: the same suite for each, against the real engine, and
 * where it has several processes, from two of them. Its races end in states that only whole steps can lead to.
 */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { EndReason, Policy } from '../../src/policy.js';
import type { ActivityStore, Touch, Verdict } from '../../src/server/store.js';

export interface Engine {
  /** One for each process or connection. */
  stores: ActivityStore[];
  /** Kills, with a signal that nothing can catch, whatever keeps the records, and has it start again on what it kept. */
  crash?: () => Promise<void>;
  /** Has it let go of what it holds in memory, before each race and now and then in it. */
  refresh?: () => Promise<void>;
  close: () => Promise<void>;
}

export interface ConformanceOptions {
  /** How many times each race is run. */
  rounds?: number;
  /** Whether records outlive what keeps them; then the engine has a `crash`. */
  persists?: boolean;
  /** Why the engine cannot be run here. */
  skip?: string | false;
}

const POLICY: Policy = { warnAfterMs: 540_000, expireAfterMs: 600_000, lifetimeMs: 36_000_000 };
/** Under which a session is over that was idle for {@link IDLE}. */
const STRICT: Policy = { warnAfterMs: 20_000, expireAfterMs: 40_000, lifetimeMs: 36_000_000 };
const IDLE = 50_000;
const KEEP = 100_000_000;

/** How many rounds of a race go on at the same time. */
const ABREAST = 25;
const ROUNDS_TO_REFRESH = 400;

const touch = (idleMs: number | null, more: Partial<Touch> = {}): Touch => ({
  idleMs,
  policy: POLICY,
  graceMs: 0,
  keepMs: KEEP,
  ...more,
});
const ask = touch(null);
const enrol = (idleMs: number | null, subject?: string): Touch =>
  touch(idleMs, { enrol: subject === undefined ? {} : { subject } });
const revoke = { reason: 'revoked', keepMs: KEEP } as const;
const revoked = { live: false, reason: 'revoked', first: false };

export function conformance(
  name: string,
  open: () => Promise<Engine>,
  { rounds = 1_000, persists = false, skip = false }: ConformanceOptions = {},
): void {
  describe(name, { skip }, () => {
    let engine: Engine;
    before(async () => {
      engine = await open();
    });
    after(async () => engine.close());
    const one = () => engine.stores[0]!;
    const either = (turn: number) => engine.stores[turn % engine.stores.length]!;

    describe('one call after the other', () => {
      it('[S11] begins once', async () => {
        const id = randomUUID();
        assert.equal(await one().start(id, { keepMs: KEEP }), 'started');
        assert.equal(await either(1).start(id, { keepMs: KEEP }), 'exists');
        await one().end(id, revoke);
        assert.equal(await one().start(id, { keepMs: KEEP }), 'ended');
      });

      it('[S11] does not know whom it was not told of', async () => {
        const id = randomUUID();
        assert.equal(await one().touch(id, touch(0)), null);
        assert.equal(await either(1).touch(id, ask), null);
      });

      it('[S11] tells how long a session has been idle and how old it is, and how far it was moved', async () => {
        const id = randomUUID();
        const since = Date.now();
        const began = since - 300_000;
        live(await one().touch(id, touch(IDLE, { enrol: { createdAt: began } })), since, IDLE, 300_000, 250_000);
        live(await either(1).touch(id, ask), since, IDLE, 300_000, 0);
        const moved = live(await one().touch(id, touch(10_000)), since, 10_000, 300_000, 40_000);
        assert.equal(live(await either(1).touch(id, touch(30_000)), since, 10_000, 300_000, 0), 0);
        assert.ok(moved >= 40_000);
      });

      it('[S11] takes no beginning in the future', async () => {
        const id = randomUUID();
        const since = Date.now();
        await one().start(id, { keepMs: KEEP, createdAt: since + 1_000_000 });
        live(await one().touch(id, ask), since, 0, 0, 0);
      });

      it('[S11] counts seeing a session as activity, unless it is told when that began', async () => {
        const [seen, told] = [randomUUID(), randomUUID()];
        const since = Date.now();
        live(await one().touch(seen, enrol(null)), since, 0, 0, 0);
        live(await one().touch(told, touch(null, { enrol: { createdAt: since - IDLE } })), since, IDLE, IDLE, 0);
      });

      it('[S6] holds a session to the policy of each call', async () => {
        const id = randomUUID();
        await one().touch(id, enrol(IDLE));
        assert.equal((await one().touch(id, touch(null, { policy: POLICY })))?.live, true);
        assert.deepEqual(await either(1).touch(id, touch(null, { policy: STRICT })), {
          live: false,
          reason: 'idle',
          first: true,
        });
        assert.deepEqual(await one().touch(id, ask), { live: false, reason: 'idle', first: false });
      });

      it('[S6] ends by its lifetime whoever is active', async () => {
        const id = randomUUID();
        await one().start(id, { keepMs: KEEP, createdAt: Date.now() - 1_000_000 });
        const mild = { ...POLICY, lifetimeMs: 1_100_000 };
        const hard = { ...POLICY, lifetimeMs: 1_000_000 };
        assert.equal((await one().touch(id, touch(0, { policy: { ...POLICY, lifetimeMs: null } })))?.live, true);
        assert.equal((await one().touch(id, touch(0, { policy: mild })))?.live, true);
        assert.deepEqual(await one().touch(id, touch(0, { policy: hard })), {
          live: false,
          reason: 'lifetime',
          first: true,
        });
      });

      it('[S6] takes beginning and activity along when the id changes', async () => {
        const [old, id] = [randomUUID(), randomUUID()];
        const since = Date.now();
        await one().touch(old, touch(IDLE, { enrol: { createdAt: since - 300_000 } }));
        const verdict = await one().touch(old, ask);
        assert.ok(verdict?.live);
        const createdAt = Date.now() - verdict.ageMs;
        await one().touch(id, touch(verdict.idleMs, { enrol: { createdAt } }));
        assert.equal(await one().end(old, { reason: 'replaced', keepMs: KEEP }), true);
        live(await either(1).touch(id, ask), since, IDLE, 300_000, 0);
      });

      it('[S11] accepts a late report of an activity that was in time, within its grace', async () => {
        const [late, tooLate] = [randomUUID(), randomUUID()];
        for (const id of [late, tooLate]) await one().touch(id, enrol(IDLE));
        const report = touch(20_000, { policy: STRICT });
        assert.equal((await one().touch(tooLate, { ...report, graceMs: 5_000 }))?.live, false);
        const since = Date.now();
        const saved = await one().touch(late, { ...report, graceMs: 30_000 });
        assert.ok(saved?.live);
        assert.ok(saved.idleMs >= 20_000 && saved.idleMs <= 20_000 + Date.now() - since);
      });

      it('[S11] ends for one caller, for good, and for the reason given first', async () => {
        const [known, unknown] = [randomUUID(), randomUUID()];
        await one().start(known, { keepMs: KEEP });
        for (const id of [known, unknown]) {
          assert.equal(await one().end(id, revoke), true);
          assert.equal(await either(1).end(id, { reason: 'idle', keepMs: KEEP }), false);
          assert.deepEqual(await one().touch(id, enrol(0)), revoked);
          assert.equal(await either(1).start(id, { keepMs: KEEP }), 'ended');
        }
      });

      it('[S14] ends all sessions of one person, however they began, and of nobody else', async () => {
        const [subject, other] = [randomUUID(), randomUUID()];
        const [started, enrolled, over, foreign, nobodys] = Array.from({ length: 5 }, () => randomUUID()) as Five;
        await one().start(started, { keepMs: KEEP, subject });
        await either(1).touch(enrolled, enrol(0, subject));
        await one().start(over, { keepMs: KEEP, subject });
        await one().end(over, { reason: 'signed-out', keepMs: KEEP });
        await one().start(foreign, { keepMs: KEEP, subject: other });
        // Told of another person later on: what was told first holds.
        assert.equal(await either(1).start(foreign, { keepMs: KEEP, subject }), 'exists');
        await one().touch(foreign, enrol(0, subject));
        await one().start(nobodys, { keepMs: KEEP });

        const ended = (await either(1).endAll?.(subject, revoke))?.sort();
        assert.deepEqual(ended, [started, enrolled].map(sha256).sort());
        assert.deepEqual(await one().endAll?.(subject, revoke), []);
        assert.deepEqual(await one().endAll?.(randomUUID(), revoke), []);
        for (const id of [started, enrolled]) assert.deepEqual(await one().touch(id, ask), revoked);
        assert.deepEqual(await one().touch(over, ask), { ...revoked, reason: 'signed-out' });
        for (const id of [foreign, nobodys]) assert.equal((await one().touch(id, ask))?.live, true);
        assert.deepEqual(await one().endAll?.(other, revoke), [sha256(foreign)]);
      });

      it('[S14] ends sessions by the hundred', async () => {
        const subject = randomUUID();
        const ids = Array.from({ length: 250 }, () => randomUUID());
        await Promise.all(ids.map((id, turn) => either(turn).start(id, { keepMs: KEEP, subject })));
        assert.deepEqual((await one().endAll?.(subject, revoke))?.sort(), ids.map(sha256).sort());
        for (const verdict of await Promise.all(ids.map((id) => one().touch(id, ask)))) {
          assert.deepEqual(verdict, revoked);
        }
      });
    });

    describe(`${rounds} rounds of a race`, () => {
      const race = (title: string, round: (turn: number) => Promise<void>) => {
        it(title, async () => {
          for (let turn = 0; turn < rounds; turn += ABREAST) {
            if (turn % ROUNDS_TO_REFRESH === 0) await engine.refresh?.();
            await Promise.all(Array.from({ length: Math.min(ABREAST, rounds - turn) }, (_, i) => round(turn + i)));
          }
        });
      };

      race('[S2] of touches: the latest activity wins, and none moves another back', async (turn) => {
        const id = randomUUID();
        const since = Date.now();
        const first = await either(turn).touch(id, touch(250_000, { enrol: { createdAt: since - 300_000 } }));
        assert.ok(first?.live);
        const idles = fc.sample(fc.integer({ min: 0, max: 120 }), 6).map((step) => step * 2_000);
        const verdicts = await Promise.all(idles.map((idleMs, i) => either(i).touch(id, touch(idleMs))));
        const last = await either(turn).touch(id, ask);
        assert.ok(last?.live);
        const least = Math.min(...idles);
        assert.ok(last.idleMs >= least && last.idleMs <= least + Date.now() - since, `${last.idleMs} for ${least}`);
        let movedMs = 0;
        for (const [i, verdict] of verdicts.entries()) {
          assert.ok(verdict?.live);
          assert.ok(verdict.idleMs >= least && verdict.idleMs < idles[i]! + 1_000);
          movedMs += verdict.movedMs;
        }
        // Were one of them lost, they would not add up.
        assert.equal(movedMs, last.ageMs - last.idleMs - (first.ageMs - first.idleMs));
      });

      race('[S2] of touches against an end: it is final', async (turn) => {
        const id = randomUUID();
        await either(turn).start(id, { keepMs: KEEP });
        const touches = [0, 1, 2].map((i) => either(turn + i).touch(id, enrol(0)));
        const end = either(turn).end(id, revoke);
        const more = [0, 1, 2].map((i) => either(turn + i).touch(id, enrol(0)));
        assert.equal(await end, true);
        assert.deepEqual(await either(turn + 1).touch(id, enrol(0)), revoked);
        for (const verdict of await Promise.all([...touches, ...more])) {
          if (!verdict?.live) assert.deepEqual(verdict, revoked);
        }
      });

      race('[S7] to find a session past its deadline: exactly one is the first', async (turn) => {
        const id = randomUUID();
        await either(turn).touch(id, enrol(IDLE));
        const late = touch(turn % 2 ? null : 0, { policy: STRICT });
        const [verdicts, ends] = await Promise.all([
          Promise.all([0, 1, 2, 3, 4].map((i) => either(turn + i).touch(id, late))),
          Promise.all(turn % 3 ? [] : [0, 1].map((i) => either(turn + i).end(id, revoke))),
        ]);
        const [reason, ...others] = new Set(verdicts.map((verdict) => (verdict?.live === false ? verdict.reason : '')));
        assert.deepEqual(others, []);
        assert.ok(reason === 'idle' || (ends.length > 0 && reason === 'revoked'), reason);
        assert.equal(firsts(verdicts) + ends.filter(Boolean).length, 1);
      });

      race('[S2] of an enrolment against an end: nobody lives after it', async (turn) => {
        const id = randomUUID();
        const enrolments = [0, 1].map((i) => either(turn + i).touch(id, enrol(0)));
        const start = either(turn).start(id, { keepMs: KEEP });
        const end = either(turn + 1).end(id, revoke);
        enrolments.push(either(turn).touch(id, enrol(0)));
        assert.equal(await end, true);
        assert.deepEqual(await either(turn).touch(id, enrol(0)), revoked);
        assert.equal(await either(turn + 1).start(id, { keepMs: KEEP }), 'ended');
        await start;
        for (const verdict of await Promise.all(enrolments)) if (!verdict?.live) assert.deepEqual(verdict, revoked);
      });

      race('[S7] to enrol a session, or to start it: exactly one is told that it began', async (turn) => {
        const id = randomUUID();
        const [verdicts, result] = await Promise.all([
          Promise.all([0, 1, 2].map((i) => either(turn + i).touch(id, enrol(0)))),
          turn % 2 ? either(turn).start(id, { keepMs: KEEP }) : 'exists',
        ]);
        const began = verdicts.filter((verdict) => verdict?.live && verdict.first).length;
        assert.equal(began + (result === 'started' ? 1 : 0), 1);
        const after = await either(turn + 1).touch(id, enrol(0));
        assert.ok(after?.live && !after.first);
      });

      race('[S11] of starts: exactly one begins', async (turn) => {
        const id = randomUUID();
        const results = await Promise.all([0, 1, 2, 3].map((i) => either(turn + i).start(id, { keepMs: KEEP })));
        assert.deepEqual(results.sort(), ['exists', 'exists', 'exists', 'started']);
      });

      race(
        '[S14] of sign-ins against the end of all: what began before it is over, and each ends once',
        async (turn) => {
          const subject = randomUUID();
          const [before, ...racing] = Array.from({ length: 4 }, () => randomUUID()) as [string, ...string[]];
          await either(turn).start(before, { keepMs: KEEP, subject });
          const begin = (id: string, i: number) =>
            i === 0 ? either(turn).touch(id, enrol(0, subject)) : either(turn + i).start(id, { keepMs: KEEP, subject });
          const endAll = async (i: number) => (await either(turn + i).endAll?.(subject, revoke))?.length ?? NaN;
          const begun = racing.slice(0, 2).map(begin);
          const counts = [endAll(1), endAll(0)];
          begun.push(...racing.slice(2).map(begin));
          const ended = (await Promise.all(counts)).reduce((sum, count) => sum + count);
          await Promise.all(begun);
          const verdicts = await Promise.all([before, ...racing].map((id) => either(turn).touch(id, ask)));
          assert.deepEqual(verdicts[0], revoked);
          assert.equal(verdicts.filter((verdict) => verdict?.live === false).length, ended);
          assert.equal(await endAll(0), 4 - ended);
        },
      );

      race('[S2] of anything: no answer contradicts an earlier one', async (turn) => {
        const [id, subject] = [randomUUID(), randomUUID()];
        let ended: EndReason | null = null;
        let endings = 0;
        const end = (reason: EndReason | null, first: boolean, known: EndReason | null) => {
          if (known !== null) assert.equal(reason, known);
          if (reason !== null) ended = reason;
          if (first) endings++;
        };
        const calls: Record<string, (store: ActivityStore) => Promise<void>> = {
          touch: async (store) => {
            const known = ended;
            const verdict = await store.touch(
              id,
              enrol(fc.sample(fc.integer({ min: 0, max: 300_000 }), 1)[0]!, subject),
            );
            end(verdict?.live === false ? verdict.reason : null, verdict?.live === false && verdict.first, known);
          },
          late: async (store) => {
            const known = ended;
            const verdict = await store.touch(id, touch(null, { policy: STRICT }));
            end(verdict?.live === false ? verdict.reason : null, verdict?.live === false && verdict.first, known);
          },
          start: async (store) => {
            const known = ended;
            const result = await store.start(id, { keepMs: KEEP, subject });
            if (known !== null) assert.equal(result, 'ended');
          },
          end: async (store) => {
            const known = ended;
            const first = await store.end(id, revoke);
            end(first ? 'revoked' : known, first, known);
          },
          endAll: async (store) => {
            const known = ended;
            const count = (await store.endAll?.(subject, revoke))?.length ?? 0;
            end(count > 0 ? 'revoked' : known, count > 0, known);
          },
        };
        const kinds = fc.constantFrom('touch', 'touch', 'touch', 'late', 'start', 'end', 'endAll');
        const plan = fc.sample(kinds, { numRuns: 9 });
        for (let from = 0; from < plan.length; from += 3) {
          await Promise.all(plan.slice(from, from + 3).map((kind, i) => calls[kind]!(either(turn + i))));
        }
        const verdict = await either(turn).touch(id, ask);
        assert.equal(endings, verdict?.live === false ? 1 : 0);
      });
    });

    if (!persists) return;
    it('[S11] loses no end, and nobody who is active, when it is killed in mid-load', async () => {
      for (let round = 0; round < 3; round++) {
        const subject = randomUUID();
        const ids = Array.from({ length: 300 }, () => randomUUID());
        await Promise.all(ids.map((id, i) => either(i).start(id, { keepMs: KEEP, subject })));
        const over = new Set<string>();
        const load = ids.map(async (id, i) => {
          if (i % 3 === 0) await either(i).touch(id, touch(0));
          else if (await either(i).end(id, revoke)) over.add(id);
        });
        const settled = Promise.allSettled(load);
        // As soon as the first ends are known, while the others are under way.
        await Promise.race(load.slice(1, 3));
        await engine.crash?.();
        await settled;
        assert.ok(over.size > 0);
        await Promise.all(
          ids.map(async (id, i) => {
            const verdict = await patiently(() => either(i).touch(id, enrol(null)));
            if (over.has(id)) assert.deepEqual(verdict, revoked);
            else if (i % 3 === 0) assert.ok(verdict?.live);
          }),
        );
        await one().endAll?.(subject, revoke);
        for (const verdict of await Promise.all(ids.map((id) => one().touch(id, ask)))) {
          assert.deepEqual(verdict, revoked);
        }
      }
    });
  });
}

/** Drivers take a moment to connect again. */
async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (let left = 200; ; left--) {
    try {
      return await question();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const sha256 = (id: string): string => createHash('sha256').update(id).digest('base64url');

type Five = [string, string, string, string, string];

/** What was true `since` then may have grown by the time that has gone by. Returns by how much it was moved. */
function live(verdict: Verdict | null, since: number, idleMs: number, ageMs: number, movedMs: number): number {
  assert.ok(verdict?.live, JSON.stringify(verdict));
  const slack = Date.now() - since;
  for (const [is, was] of [
    [verdict.idleMs, idleMs],
    [verdict.ageMs, ageMs],
    [verdict.movedMs, movedMs],
  ] as const) {
    assert.ok(is >= was && is <= was + slack, `${is} for ${was}`);
  }
  return verdict.movedMs;
}

const firsts = (verdicts: (Verdict | null)[]): number =>
  verdicts.filter((verdict) => verdict?.live === false && verdict.first).length;
