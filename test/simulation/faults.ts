/** Mistakes that somebody could make in the real code. Each must be found; where its text is gone, the test says so. */
import type { Fault } from './code.js';

export const FAULTS: readonly Fault[] = [
  {
    name: 'the confirmed activity moves back',
    file: 'element/machine.ts',
    find: 's.confirmedAt = later(later(s.confirmedAt, known, now), reports ?? known, now);',
    put: 's.confirmedAt = reports ?? known;',
  },
  {
    name: 'an answer counts from when it came, not from when it was asked for',
    file: 'element/machine.ts',
    find: 'const known = before(at, reply.idleMs);',
    put: 'const known = before(now, reply.idleMs);',
  },
  {
    name: 'what another tab told counts from when it was heard',
    file: 'element/machine.ts',
    find: "else if (message.type === 'activity') relay(s, at, now);",
    put: "else if (message.type === 'activity') relay(s, now, now);",
  },
  {
    name: 'old news of an end is believed',
    file: 'element/machine.ts',
    find: 'if (!isGuarded(s) || isLater(s.takenAt, from, now)) return;\n  if (!s.config.canAsk || ',
    put: "if (!isGuarded(s)) return;\n  if (by !== 'none' || ",
  },
  {
    name: 'an answer asked for before the concealment reveals',
    file: 'element/machine.ts',
    find: 'const clears = askedAt.mono >= from.mono && elapsed(askedAt, now) <= s.config.timeoutMs;',
    put: 'const clears = true;',
  },
  {
    name: 'a turn is never given away',
    file: 'element/tabs.ts',
    find: 'giving = setTimeout(() => ended?.abort(), DELIVERY_MS);',
    put: 'void ended;',
  },
  {
    name: 'activity is reported too late',
    file: 'element/schedule.ts',
    find: 'return reportAfterMs(s.limits) - elapsed(s.confirmedAt, now);',
    put: 'return s.limits.expireAfterMs - elapsed(s.confirmedAt, now);',
  },
  {
    name: 'input counts before the deadline is looked at',
    file: 'element/machine.ts',
    find: "if (s.verifying && (s.verifying.reason !== 'idle' || standingOf(s, at).phase === 'ended')) return;",
    put: 's.verifying = null;',
  },
  {
    name: 'the server merges before it looks at the deadline',
    file: 'server/store.ts',
    find: 'inTimeButLate || (!past && worthwhile) ? reported',
    put: 'inTimeButLate || worthwhile ? reported',
  },
  {
    name: 'a page brought back is shown before it is confirmed',
    file: 'element/machine.ts',
    find: 'if (isKept && isGuarded(s)) suspect(s, null, now);',
    put: '',
  },
  {
    name: 'nothing is concealed at the deadline until the server has answered',
    file: 'element/machine.ts',
    find: "if (due.phase === 'ended' && !s.verifying?.reason)",
    put: "if (due.phase === 'ended' && !s.asking && !s.verifying?.reason)",
  },
  {
    name: 'elapsed time is what the monotonic clock says',
    file: 'element/state.ts',
    find: 'Math.max(0, now.wall - since.wall, now.mono - since.mono)',
    put: 'Math.max(0, now.mono - since.mono)',
  },
  {
    name: 'a timer is trusted to be on time after sleep',
    file: 'element/controller.ts',
    find: "if (document.hidden || concealed || phase === 'dormant') return Infinity;",
    put: "if (phase !== 'warning') return Infinity;",
  },
  {
    name: 'input counts from when the machine is told of it',
    file: 'element/controller.ts',
    find: "this.#step({ type: 'activity', at, ...(overDialog",
    put: "this.#step({ type: 'activity', at: { ...now, mono: at.mono }, ...(overDialog",
  },
  {
    name: 'the other tabs are not told of a sign-out',
    file: 'element/machine.ts',
    find: "effects.push({ type: 'tell', message: { type: 'ended', reason: 'signed-out', by: 'person', at: now.wall } });",
    put: '',
  },
  {
    name: 'the answer about another session is passed over',
    file: 'element/machine.ts',
    find: 'else if (!s.verifying) suspect(s, null, now);',
    put: '',
  },
  {
    name: 'whose session it is does not matter',
    file: 'element/machine.ts',
    find: 'const isOther = s.owner !== null && reply.owner !== null && reply.owner !== s.owner;',
    put: 'const isOther = false;',
  },
  {
    name: 'a failed ping is repeated at once, for ever',
    file: 'element/schedule.ts',
    find: 'const wanted = Math.max(PING_GAP_MS, backOff, retryAfterMs ?? 0);',
    put: 'const wanted = PING_GAP_MS + jitter;',
  },
  {
    name: 'an ended session is forgotten',
    file: 'server/stores/memory.ts',
    find: 'if (entry.ended !== null) return { live: false, reason: entry.ended, first: false };',
    put: "if (entry.ended === 'idle') return { live: false, reason: entry.ended, first: false };",
  },
];
