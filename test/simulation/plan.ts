/** What a seed stands for: the circumstances of a world, and all that people, machines and servers will do in it. */
import type { Limits, Policy } from '../../src/policy.js';
import { addKinds, type Wire } from './kinds.js';
import { Random } from './random.js';
import type { Mood } from './server.js';

export interface Setting {
  policy: Policy;
  /** The element's own limits; `null`: the server's. */
  own: Limits | null;
  wire: Wire;
  extendOn: 'any' | 'button';
  secret: string | null;
  /** The application tells when a session began. */
  knowsAge: boolean;
  /** The application calls `start()`. */
  startsAtSignIn: boolean;
  /** How long an ended page is kept for its person; `null`: not at all. */
  lockForMs: number | null;
  /** The application cancels `session-end`. */
  staysAtEnd: boolean;
  hasChannel: boolean;
  hasLocks: boolean;
  /** How long a message may lie between two tabs. */
  channelMs: number;
  /** One way, at most, and the shares of what is slow, lost and delivered twice. */
  network: { delayMs: number; slow: number; lossy: number; twice: number };
  browsers: number;
}

/** `browser` and `tab` are taken modulo what there is. What makes no sense when it is due does not happen. */
export type Happening = { at: number; browser: number } & (
  | { what: 'work'; forMs: number; everyMs: number }
  | { what: 'block' | 'clock'; byMs: number }
  | { what: 'sleep'; forMs: number; stopsMono: boolean; wakesWith: string | null }
  | { what: 'offline'; forMs: number }
  | { what: 'server'; mood: Mood; forMs: number }
  | { what: 'limits'; policy: Policy }
  | { what: 'sign in'; person: string }
  | { what: 'show' | 'beside' | 'close' | 'crash' | 'freeze' | 'thaw' | 'discard'; tab: number }
  | { what: 'input' | 'extend' | 'open' | 'hide' | 'go' | 'back' | 'reload' | 'check' | 'remount' | 'focus' }
  | { what: 'sign out' | 'sign out by link' | 'revoke' | 'forget' }
);

export interface Plan {
  seed: number;
  setting: Setting;
  happenings: Happening[];
  endMs: number;
}

const SECOND = 1_000;
const PEOPLE = ['ana', 'ben'];

/** A short world has one browser and short limits, and ends soon: of those there can be very many. */
export function makePlan(seed: number, isShort = false): Plan {
  const r = new Random(seed);
  const setting = isShort ? { ...makeSetting(r), ...SHORT } : makeSetting(r);
  const { expireAfterMs } = setting.policy;
  const endMs = Math.floor(expireAfterMs * (isShort ? r.next() : 1 + 1.5 * r.next()));
  const isRough = r.chance(0.5);
  const happenings: Happening[] = [];
  for (let browser = 0; browser < setting.browsers; browser++) {
    const person = r.pick(PEOPLE);
    happenings.push({ at: 1, browser, what: 'sign in', person });
    if (r.chance(0.05)) happenings.push(...sleptOver(r, browser, person));
    for (let more = r.pick([0, 0, 1, 1, 2, 3]); more > 0; more--)
      happenings.push({ at: r.int(2, 20) * SECOND, browser, what: 'open' });
    let at = r.int(1, 30) * SECOND;
    while (at < endMs) {
      const [happening, forMs] = spell(r, setting, isRough);
      // Somebody closes the lid just after the last word.
      if (happening.what === 'sleep' && r.chance(0.5))
        for (const beforeMs of [400, 200]) happenings.push({ at: Math.max(at - beforeMs, 1), browser, what: 'input' });
      happenings.push({ at, browser, ...happening } as Happening);
      at += forMs;
    }
  }
  happenings.push(...addKinds(seed, setting, endMs, isShort));
  if (setting.wire !== 'v1') for (const each of happenings) if (each.what === 'sign in') each.person = PEOPLE[0]!;
  happenings.sort((a, b) => a.at - b.at);
  return { seed, setting, happenings, endMs: endMs + expireAfterMs + (isShort ? 2 : 15) * SECOND };
}

const SHORT: Pick<Setting, 'policy' | 'own' | 'browsers'> = {
  policy: { warnAfterMs: 20_000, expireAfterMs: 28_000, lifetimeMs: null },
  own: null,
  browsers: 1,
};

function makeSetting(r: Random): Setting {
  // Mostly short, so that there can be many worlds; some are long enough for tabs that the browser slows down.
  const warnAfterMs = r.pick([20, 20, 20, 30, 30, 30, 30, 60, 60, 120, 300]) * SECOND;
  const warningMs = r.pick([8, 8, 20, 20, 30, 60]) * SECOND;
  const policy: Policy = {
    warnAfterMs,
    expireAfterMs: warnAfterMs + warningMs,
    lifetimeMs: r.chance(0.15) ? r.int(1, 4) * (warnAfterMs + warningMs) : null,
  };
  const calm = { delayMs: r.pick([10, 100, 400]), slow: 0, lossy: 0, twice: 0 };
  const rough = { ...calm, slow: r.pick([0, 0.05, 0.2]), lossy: r.pick([0, 0.05, 0.3]), twice: r.pick([0, 0.1]) };
  return {
    policy,
    own: r.chance(0.5) ? null : r.chance(0.6) ? policy : stricter(policy, r),
    wire: 'v1',
    extendOn: r.chance(0.15) ? 'button' : 'any',
    secret: r.chance(0.7) ? 'known to all processes' : null,
    knowsAge: r.chance(0.5),
    startsAtSignIn: r.chance(0.7),
    lockForMs: null,
    staysAtEnd: r.chance(0.15),
    hasChannel: r.chance(0.85),
    hasLocks: r.chance(0.8),
    channelMs: r.pick([1, 5, 50, 500]),
    network: r.chance(0.6) ? calm : rough,
    browsers: r.pick([1, 1, 1, 1, 1, 1, 2, 3]),
  };
}

const stricter = ({ warnAfterMs, expireAfterMs }: Limits, r: Random): Limits => ({
  warnAfterMs: Math.floor(warnAfterMs * (0.7 + 0.6 * r.next())),
  expireAfterMs: Math.floor(expireAfterMs * (1 + 0.3 * r.next())),
});

/** A tab sleeps while its person signs out and in again, and has all of that before it when it wakes up. */
function sleptOver(r: Random, browser: number, person: string): Happening[] {
  const at = r.int(2, 30) * SECOND;
  return [
    { at, browser, what: 'open' },
    { at: at + SECOND, browser, what: 'freeze', tab: 0 },
    { at: at + 2 * SECOND, browser, what: r.pick(['sign out', 'sign out by link']) },
    { at: at + 4 * SECOND, browser, what: 'sign in', person },
    { at: at + r.int(5, 100) * SECOND, browser, what: 'thaw', tab: 0 },
  ];
}

type Bare = { what: Happening['what'] } & Record<string, unknown>;

/** Something to do, and how long until the next. */
function spell(r: Random, { policy }: Setting, isRough: boolean): [Bare, number] {
  const { warnAfterMs, expireAfterMs } = policy;
  const around = (ms: number) => Math.max(0, ms + r.int(-3_000, 3_000));
  const pause = () =>
    r.pick([
      () => r.int(0, 3_000),
      () => r.int(0, 3_000),
      () => r.int(1_000, 20_000),
      () => r.int(0, warnAfterMs),
      () => around(warnAfterMs),
      () => around(expireAfterMs),
      () => r.int(0, 2 * expireAfterMs),
    ])();
  const draw = r.next();
  if (draw < 0.25) {
    const forMs = r.int(1_000, Math.floor(expireAfterMs * 1.2));
    return [{ what: 'work', forMs, everyMs: r.pick([1_500, 4_000, 15_000]) }, forMs + pause()];
  }
  if (draw < 0.45) return [{ what: 'input' }, pause()];
  if (draw < 0.8 || !isRough) return [usual(r), pause()];
  return [unusual(r, expireAfterMs), pause()];
}

const usual = (r: Random): Bare =>
  r.pick<() => Bare>([
    () => ({ what: 'extend' }),
    () => ({ what: 'extend' }),
    () => ({ what: 'open' }),
    () => ({ what: 'open' }),
    () => ({ what: 'show', tab: r.int(0, 9) }),
    () => ({ what: 'show', tab: r.int(0, 9) }),
    () => ({ what: 'show', tab: r.int(0, 9) }),
    () => ({ what: 'beside', tab: r.int(0, 9) }),
    () => ({ what: 'beside', tab: r.int(0, 9) }),
    () => ({ what: 'close', tab: r.int(0, 9) }),
    () => ({ what: 'hide' }),
    () => ({ what: 'go' }),
    () => ({ what: 'back' }),
    () => ({ what: 'back' }),
    () => ({ what: 'reload' }),
    () => ({ what: 'check' }),
    () => ({ what: 'focus' }),
    () => ({ what: 'sign out' }),
    () => ({ what: 'sign out by link' }),
    () => ({ what: 'sign in', person: r.pick(PEOPLE) }),
    () => ({ what: 'sign in', person: r.pick(PEOPLE) }),
    () => ({ what: 'revoke' }),
  ])();

function unusual(r: Random, expireAfterMs: number): Bare {
  const long = () => r.int(1_000, 2 * expireAfterMs);
  const outage = () => r.pick([() => r.int(500, 15_000), () => r.int(500, expireAfterMs), long])();
  return r.pick<() => Bare>([
    () => ({ what: 'freeze', tab: r.int(0, 9) }),
    () => ({ what: 'freeze', tab: r.int(0, 9) }),
    () => ({ what: 'thaw', tab: r.int(0, 9) }),
    () => ({ what: 'discard', tab: r.int(0, 9) }),
    () => ({ what: 'crash', tab: r.int(0, 9) }),
    () => ({ what: 'remount' }),
    () => ({ what: 'block', byMs: r.pick([() => r.int(100, 5_000), () => r.int(100, 40_000)])() }),
    () => ({ what: 'clock', byMs: r.pick([-1, 1]) * r.pick([() => r.int(0, 5_000), long, () => 3_600_000])() }),
    () => ({
      what: 'sleep',
      forMs: long(),
      stopsMono: r.chance(0.6),
      wakesWith: r.pick(['visibilitychange', 'focus', 'online', null]),
    }),
    () => ({ what: 'offline', forMs: outage() }),
    () => ({
      what: 'server',
      mood: r.pick<Mood>(['refuses', 'silent', 'failing', 'garbled', 'store fails', 'store silent']),
      forMs: outage(),
    }),
    () => ({ what: 'forget' }),
  ])();
}
