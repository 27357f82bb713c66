/**
 * What pings cost and how many come, at any size: `npm run scale`. The numbers of docs/scale.md are its output.
 * The worlds are made up, from one seed; the rules they follow are the element's own.
 */
import { retryInMs } from '../src/element/schedule.js';
import { before, begin, type Config, type Mark, type State } from '../src/element/state.js';
import { DEFAULT_LIMITS, reportAfterMs } from '../src/policy.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const SAMPLE = 300_000;
const SEED = 20;
/** How long ago the latest input of somebody at work was: before the deadline, it has the server's grace. */
const INPUT_AGO_MS = SECOND;

const { warnAfterMs, expireAfterMs } = DEFAULT_LIMITS;
const reportMs = reportAfterMs(DEFAULT_LIMITS);
const CONFIG: Config = {
  own: DEFAULT_LIMITS,
  canAsk: true,
  hasTabs: true,
  extendOn: 'any',
  lockForMs: null,
  atSignIn: false,
  fromHistory: false,
  timeoutMs: 10 * SECOND,
};

type Random = () => number;

/** Mulberry32, which is in the public domain. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

const at = (ms: number): Mark => ({ wall: ms, mono: ms });
const page: State = begin(CONFIG, before(at(0), 0), at(0));

interface Outage {
  lengthMs: number;
  /** What refusals bear, or `null` where the connection is refused. */
  retryAfterMs: number | null;
}

/** People at work, each due at a moment of their own, before, during and after an outage in which each ping fails at once. */
function herd({ lengthMs, retryAfterMs }: Outage, random: Random) {
  const from = 10 * MINUTE;
  const to = from + lengthMs;
  const perSecond = new Uint32Array((to + 15 * MINUTE) / SECOND);
  let ended = 0;
  for (let i = 0; i < SAMPLE; i++) {
    let confirmedAt = -random() * reportMs;
    let failures = 0;
    for (let now = confirmedAt + reportMs; now < perSecond.length * SECOND;) {
      const second = Math.floor(now / SECOND);
      perSecond[second] = (perSecond[second] ?? 0) + 1;
      if (now >= from && now < to) {
        failures++;
        const state = { ...page, confirmedAt: at(confirmedAt), activeAt: at(now), failures };
        now += retryInMs(state, random(), retryAfterMs, at(now));
      } else if (now - INPUT_AGO_MS - confirmedAt >= expireAfterMs) {
        ended++;
        break;
      } else {
        confirmedAt = now;
        failures = 0;
        now += reportMs;
      }
    }
  }
  const peak = (start: number, end: number) => Math.max(...perSecond.subarray(start / SECOND, end / SECOND)) / SAMPLE;
  return {
    usual: 1_000 / reportMs,
    during: peak(from, to),
    after: peak(to, perSecond.length * SECOND),
    ended: ended / SAMPLE,
  };
}

/** Assumed: three tabs; from about nine, for eight hours, twenty minutes of work and ten of pause, on the average. */
const DAY = { tabs: 3, startsAt: 9 * HOUR, spread: HOUR, length: 8 * HOUR, work: 20 * MINUTE, pause: 10 * MINUTE };

/** Pings of each minute of the day, of one session; nobody navigates but at the start. */
function day(random: Random): Float64Array {
  const perMinute = new Float64Array(24 * 60);
  const sessions = SAMPLE / 10;
  const count = (ms: number, pings = 1) => {
    const minute = Math.floor(ms / MINUTE) % perMinute.length;
    perMinute[minute] = (perMinute[minute] ?? 0) + pings / sessions;
  };
  for (let i = 0; i < sessions; i++) {
    const begins = DAY.startsAt + (random() + random() + random() - 1.5) * 2 * DAY.spread;
    let now = begins;
    count(now, DAY.tabs);
    while (now < begins + DAY.length) {
      const rest = now + exponential(random, DAY.work);
      for (now += reportMs; now < rest; now += reportMs) count(now);
      // The last activity of a spell is news as well, once it is due.
      count(now);
      const back = rest + exponential(random, DAY.pause);
      if (back - rest >= warnAfterMs) count(rest + warnAfterMs);
      // Then each page signs in again.
      if (back - rest >= expireAfterMs) {
        count(rest + expireAfterMs);
        count(back, DAY.tabs);
      }
      now = Math.max(now, back);
    }
  }
  return perMinute;
}

const rate = (perSecond: number): string =>
  perSecond.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: true });

function print(header: string[], rows: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  console.log([line(header), line(header.map(() => '---')), ...rows.map(line), ''].join('\n'));
}

const random = seeded(SEED);
const SIZES = [1e6, 1e8];

const pings = day(random);
const busiest = Math.max(...pings) / 60;
const average = pings.reduce((sum, count) => sum + count, 0) / 86_400;
print(
  ['A day of', 'pings a second, average', 'in the busiest minute'],
  SIZES.map((size) => [`${rate(size)} sessions`, rate(average * size), rate(busiest * size)]),
);

const outages = [1, 5, 10].flatMap((minutes) => [
  { name: `${minutes} min, refused`, lengthMs: minutes * MINUTE, retryAfterMs: null },
  { name: `${minutes} min, 503`, lengthMs: minutes * MINUTE, retryAfterMs: 5 * SECOND },
]);
for (const size of SIZES) {
  print(
    [`Outage, ${rate(size)} at work`, 'usual', 'peak during', 'peak after', 'after ÷ usual', 'signed out'],
    outages.map(({ name, ...outage }) => {
      const { usual, during, after, ended } = herd(outage, random);
      const rates = [usual, during, after].map((each) => rate(each * size));
      return [name, ...rates, (after / usual).toFixed(2), `${(ended * 100).toFixed(1)} %`];
    }),
  );
}
const shard = herd({ lengthMs: 30 * SECOND, retryAfterMs: 5 * SECOND }, random);
print(
  ['One shard of 16 is away for 30 s, 503', 'usual', 'peak during', 'peak after', 'signed out'],
  SIZES.map((size) => [
    `${rate(size)} at work in all`,
    ...[shard.usual, shard.during, shard.after].map((each) => rate((each * size) / 16)),
    `${(shard.ended * 100).toFixed(1)} %`,
  ]),
);
