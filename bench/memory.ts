/** What the memory store takes, and for how long a call holds up its process. */
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore } from '../src/server/stores/memory.js';
import type { Touch } from '../src/server/store.js';
import type { Chapter } from './chapter.js';

const SESSIONS = 1_000_000;
const touch: Touch = {
  idleMs: 0,
  policy: { warnAfterMs: 540_000, expireAfterMs: 600_000, lifetimeMs: 43_200_000 },
  graceMs: 5_000,
  keepMs: 43_200_000,
};

function bytes(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  for (let times = 0; times < 3; times++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What a second holds is in processor time, the longest call by the clock. */
async function measure(what: string, call: (i: number) => Promise<unknown>): Promise<string[]> {
  let longestMs = 0;
  const began = usedMs();
  for (let i = 0, before = performance.now(); i < SESSIONS; i++) {
    await call(i);
    const after = performance.now();
    longestMs = Math.max(longestMs, after - before);
    before = after;
  }
  const perSecond = Math.round((SESSIONS / (usedMs() - began)) * 1_000);
  return [what, perSecond.toLocaleString('en'), longestMs.toFixed(1)];
}

const names = () => Array.from({ length: SESSIONS }, () => randomBytes(18).toString('base64url'));

async function measureAll(hasSubjects: boolean): Promise<{ rows: string[][]; each: number }> {
  const [ids, others, subjects] = [names(), names(), names()];
  let now = 1_800_000_000_000;
  const store = memoryStore({ maxSessions: 2 * SESSIONS, now: () => now });
  const start = (some: string[]) => async (i: number) =>
    store.start(some[i] ?? '', { keepMs: touch.keepMs, ...(hasSubjects && { subject: subjects[i] ?? '' }) });
  const kind = hasSubjects ? ', with a subject' : '';
  const before = bytes();
  const signIns = await measure(`sign-ins${kind}`, start(ids));
  const each = Math.round((bytes() - before) / SESSIONS);
  const touches = await measure(`touches, each of another session${kind}`, async (i) =>
    store.touch(ids[(i * 7_919) % SESSIONS] ?? '', touch),
  );
  const same = await measure(`touches of one session over and over${kind}`, async () =>
    store.touch(ids[0] ?? '', touch),
  );
  now += 2 * touch.keepMs;
  const forgetting = await measure(`sign-ins, while what is due is forgotten${kind}`, start(others));
  return { rows: [signIns, touches, same, forgetting], each };
}

export async function memory(): Promise<Chapter> {
  const without = await measureAll(false);
  const having = await measureAll(true);
  return {
    title: 'Memory store',
    text: [
      `${SESSIONS.toLocaleString('en')} sessions: ${without.each} bytes for each beyond its name, ${having.each} with a subject (goal: 120). What a second holds is in processor time of one core (goal: 500,000 touches), the longest call by the clock (goal: 5 ms), the engine's own collection of garbage included.`,
      'What limits them, by a profile: of a touch, most is waiting for memory, since each of a million sessions lies somewhere else, and so do its name and its place in the map; the same touch of one session over and over tells what the rest takes. The longest calls are those in which the engine moves young objects that stay, the names and entries of sign-ins (`--trace-gc` shows 3 to 8 ms for each such collection); what made the longest of the sign-ins longer than that was not traced. The store itself grows by blocks, and sweeps four sessions a call. A table of our own in the place of the maps was not tried.',
    ],
    tables: [{ head: ['Calls', 'a second', 'the longest, ms'], rows: [...without.rows, ...having.rows] }],
  };
}
