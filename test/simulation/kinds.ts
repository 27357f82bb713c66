/**
 * The rarer circumstances of a world: locked pages, limits that change, lifetimes, other ways to ask. They are drawn
 * apart from the rest of a plan, so that one more of them changes no world that has none of it.
 */
import type { Policy } from '../../src/policy.js';
import type { Happening, Setting } from './plan.js';
import { Random } from './random.js';

/** How pages ask: as version 1 of the protocol, as django-session-security does, or not at all. */
export type Wire = 'v1' | 'django' | 'none';

const SECOND = 1_000;
/** A server that nobody tells of activity must not look for it. */
const ENDLESS: Policy = { warnAfterMs: 1e9, expireAfterMs: 2e9, lifetimeMs: null };

/** Changes the setting, and gives what happens besides. */
export function addKinds(seed: number, setting: Setting, endMs: number, isShort: boolean): Happening[] {
  const r = new Random(seed ^ 0x27d4eb2f);
  const { expireAfterMs } = setting.policy;
  if (isShort && r.chance(0.1)) setting.policy = { ...setting.policy, lifetimeMs: r.int(30, 60) * SECOND };
  if (r.chance(0.08)) {
    askOtherwise(setting, r.pick(['django', 'none']));
    return [];
  }
  const happenings: Happening[] = [];
  if (r.chance(0.15)) {
    setting.lockForMs = r.pick([10 * SECOND, expireAfterMs, 900 * SECOND]);
    happenings.push(...comeBack(r, setting, endMs));
  }
  if (r.chance(0.12)) happenings.push(...changeLimits(r, setting.policy, endMs));
  return happenings;
}

/** Neither way tells a page whose it is, what holds at the server, or of a lifetime: such worlds have one person. */
function askOtherwise(setting: Setting, wire: Wire): void {
  setting.wire = wire;
  setting.secret = 'known to all processes';
  setting.own ??= setting.policy;
  setting.policy = wire === 'none' ? ENDLESS : { ...setting.policy, lifetimeMs: null };
  // Whoever sets limits for a server that tells of none sets no longer ones.
  const { own, policy } = setting;
  setting.own = {
    warnAfterMs: Math.min(own.warnAfterMs, policy.warnAfterMs),
    expireAfterMs: Math.min(own.expireAfterMs, policy.expireAfterMs),
  };
}

/** Somebody leaves the desk, and somebody signs in beside the locked page; then that is looked at again. */
function comeBack(r: Random, setting: Setting, endMs: number): Happening[] {
  const { expireAfterMs } = setting.policy;
  const happenings: Happening[] = [];
  for (
    let at = r.int(5, 30) * SECOND + expireAfterMs;
    at < endMs + expireAfterMs;
    at += expireAfterMs * (1 + r.next())
  ) {
    const browser = r.int(0, setting.browsers - 1);
    happenings.push({ at, browser, what: 'sign in', person: r.chance(0.7) ? 'ana' : 'ben' });
    const lookMs = r.pick([1, 50, r.int(100, 20_000)]);
    happenings.push({ at: at + lookMs, browser, what: r.chance(0.8) ? 'beside' : 'show', tab: r.int(0, 3) });
    if (r.chance(0.3)) happenings.push({ at: at + r.int(500, 20_000), browser, what: r.pick(['sign out', 'revoke']) });
  }
  return happenings;
}

/** Somebody changes the server's limits, for longer and for shorter; the lifetime, too. */
function changeLimits(r: Random, first: Policy, endMs: number): Happening[] {
  const happenings: Happening[] = [];
  for (let more = r.int(1, 3); more > 0; more--) {
    const share = r.pick([0.5, 0.75, 1.5, 2]);
    const policy: Policy = {
      warnAfterMs: Math.round(first.warnAfterMs * share),
      expireAfterMs: Math.round(first.expireAfterMs * share),
      lifetimeMs: r.chance(0.2) ? r.int(1, 4) * first.expireAfterMs : first.lifetimeMs,
    };
    happenings.push({ at: r.int(SECOND, endMs + SECOND), browser: 0, what: 'limits', policy });
  }
  return happenings;
}
