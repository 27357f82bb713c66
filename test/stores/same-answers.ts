/**
 * Where a store repeats the judgement in a language of its own, or keeps its record elsewhere: the same calls, the same
 * clock, the same answers as record.ts, which runs the code that the memory store runs.
 */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { END_REASONS, type EndReason, type Policy } from '../../src/policy.js';
import type { ActivityStore, SignIn, Start, Touch } from '../../src/server/store.js';
import { type Change, end, type SessionRecord, start, touch } from '../../src/server/stores/record.js';

export interface ClockedEngine {
  store: ActivityStore;
  /** Sets what the store takes for the present. */
  setClock: (now: number) => void | Promise<void>;
  close: () => Promise<void>;
}

type Call =
  | { do: 'start'; id: number; start: Start }
  | { do: 'touch'; id: number; touch: Touch }
  | { do: 'end'; id: number; reason: EndReason; keepMs: number }
  | { do: 'endAll'; subject: string; reason: EndReason; keepMs: number };

/** The store as naively as can be: all records in a map, each call to the end before the next. */
class Model {
  readonly #records = new Map<string, SessionRecord>();

  call(call: Call, id: string, now: number): unknown {
    switch (call.do) {
      case 'start':
        return this.#apply(id, (known) => start(known, call.start, now));
      case 'touch':
        return this.#apply(id, (known) => touch(known, call.touch, now));
      case 'end':
        return this.#apply(id, (known) => end(known, call, now));
      case 'endAll': {
        const theirs = [...this.#records].filter(([, { subject }]) => subject === call.subject);
        const ended = theirs.filter(([key]) => this.#apply(key, (known) => end(known, call, now)));
        return ended.map(([key]) => createHash('sha256').update(key).digest('base64url')).sort();
      }
    }
  }

  #apply<T>(id: string, judge: (known: SessionRecord | undefined) => Change<T>): T {
    const { answer, record } = judge(this.#records.get(id));
    if (record) this.#records.set(id, record);
    return answer;
  }
}

const POLICIES: Policy[] = [
  { warnAfterMs: 60_000, expireAfterMs: 100_000, lifetimeMs: 1_000_000 },
  { warnAfterMs: 20_000, expireAfterMs: 40_000, lifetimeMs: null },
  { warnAfterMs: 60_000, expireAfterMs: 60_007, lifetimeMs: 150_000 },
  { warnAfterMs: 6_000_000, expireAfterMs: 9_000_000, lifetimeMs: null },
];
const ids = fc.nat(2);
const subjects = fc.constantFrom('ann', 'bob');
const durations = fc.oneof(fc.constantFrom(0, 1, 999, 1_000, 39_999, 40_000, 100_000), fc.nat(150_000));
/** Also as long as what is spared at each postponement, so that it is put off within a sequence. */
const keeps = fc.constantFrom(10_000_000, 20_000_000);
const reasons = fc.constantFrom(...END_REASONS);

/** `createdAt` is that long before, or after, the present of its call. */
const signIns = (now: number): fc.Arbitrary<SignIn> =>
  fc.record(
    { createdAt: fc.integer({ min: -200_000, max: 10_000 }).map((by) => now + by), subject: subjects },
    { requiredKeys: [] },
  );

function calls(now: number): fc.Arbitrary<Call> {
  const signIn = signIns(now);
  const report: fc.Arbitrary<Touch> = fc
    .record({
      idleMs: fc.option(durations),
      policy: fc.constantFrom(...POLICIES),
      graceMs: fc.constantFrom(0, 5_000),
      keepMs: keeps,
      enrol: fc.option(signIn, { nil: undefined }),
    })
    .map(({ enrol, ...rest }) => (enrol ? { ...rest, enrol } : rest));
  const starts = fc.tuple(signIn, keeps).map(([who, keepMs]) => ({ ...who, keepMs }));
  return fc.oneof(
    { weight: 20, arbitrary: fc.record({ do: fc.constant('touch' as const), id: ids, touch: report }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), id: ids, start: starts }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('end' as const), id: ids, reason: reasons, keepMs: keeps }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('endAll' as const), subject: subjects, reason: reasons, keepMs: keeps }),
    },
  );
}

/** Small ones for the most part: a session that is over has little to tell. */
const steps = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: -15_000, max: 20_000 }) },
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 999, 1_000, 40_000, 100_000, -1_000, -60_000) },
  // Past what is spared when the drop is put off.
  { weight: 1, arbitrary: fc.constant(1_400_000) },
);

/** Each with the present at which it is made, from `base` on. */
const scripts = (base: number): fc.Arbitrary<{ now: number; call: Call }[]> =>
  fc.array(steps, { maxLength: 30 }).chain((by) => {
    let now = base;
    const times = by.map((step) => (now += step));
    return fc.tuple(...times.map((at) => calls(at).map((call) => ({ now: at, call }))));
  });

export function sameAnswers(
  name: string,
  open: () => Promise<ClockedEngine>,
  { runs = 300, skip = false }: { runs?: number; skip?: string | false } = {},
): void {
  describe(name, { skip }, () => {
    let engine: ClockedEngine;
    before(async () => {
      engine = await open();
    });
    after(async () => engine.close());

    it('[S11] any calls, with a clock that is set forward and back: answers as record.ts does', async () => {
      await fc.assert(
        fc.asyncProperty(scripts(Date.now()), async (script) => {
          const model = new Model();
          const run = randomUUID();
          for (const { now, call } of script) {
            await engine.setClock(now);
            const own = ownNames(call, run);
            assert.deepEqual(await ask(engine.store, own, run), model.call(own, idOf(own, run), now));
          }
        }),
        { numRuns: runs, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
      );
    });
  });
}

const idOf = (call: Call, run: string): string => ('id' in call ? `${run}-${call.id}` : '');

/** Sessions and persons of one run are unknown to every other. */
function ownNames(call: Call, run: string): Call {
  const own = <T extends SignIn>(who: T): T =>
    who.subject === undefined ? who : { ...who, subject: `${run}-${who.subject}` };
  if (call.do === 'start') return { ...call, start: own(call.start) };
  if (call.do === 'endAll') return own(call);
  if (call.do === 'touch' && call.touch.enrol)
    return { ...call, touch: { ...call.touch, enrol: own(call.touch.enrol) } };
  return call;
}

async function ask(store: ActivityStore, call: Call, run: string): Promise<unknown> {
  const id = idOf(call, run);
  if (call.do === 'start') return store.start(id, call.start);
  if (call.do === 'touch') return store.touch(id, call.touch);
  if (call.do === 'end') return store.end(id, { reason: call.reason, keepMs: call.keepMs });
  return (await store.endAll?.(call.subject, { reason: call.reason, keepMs: call.keepMs }))?.sort();
}
