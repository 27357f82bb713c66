/**
 * What the memory store takes, and for how long a call holds up its process: `npm run scale:memory [sessions]`, a million
 * by default. What a second holds is in processor time, the longest call by the clock: on a machine that has other work,
 * that is how long it was kept waiting.
 */
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore } from '../src/server/stores/memory.js';
import type { Touch } from '../src/server/store.js';

const SESSIONS = Number(process.argv[2] ?? 1_000_000);
const touch: Touch = {
  idleMs: 0,
  policy: { warnAfterMs: 540_000, expireAfterMs: 600_000, lifetimeMs: 43_200_000 },
  graceMs: 5_000,
  keepMs: 43_200_000,
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function bytes(): number {
  for (let times = 0; times < 3; times++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function measure(what: string, call: (i: number) => Promise<unknown>): Promise<void> {
  let longestMs = 0;
  const began = usedMs();
  for (let i = 0, before = performance.now(); i < SESSIONS; i++) {
    await call(i);
    const after = performance.now();
    longestMs = Math.max(longestMs, after - before);
    before = after;
  }
  const perSecond = Math.round((SESSIONS / (usedMs() - began)) * 1_000);
  console.log(`| ${what} | ${perSecond.toLocaleString('en')} | ${longestMs.toFixed(1)} |`);
}

const names = () => Array.from({ length: SESSIONS }, () => randomBytes(18).toString('base64url'));

async function measureAll(hasSubjects: boolean): Promise<void> {
  const [ids, others, subjects] = [names(), names(), names()];
  let now = 1_800_000_000_000;
  const store = memoryStore({ maxSessions: 2 * SESSIONS, now: () => now });
  const start = (some: string[]) => async (i: number) =>
    store.start(some[i] ?? '', { keepMs: touch.keepMs, ...(hasSubjects && { subject: subjects[i] ?? '' }) });
  console.log(`\n${SESSIONS.toLocaleString('en')} sessions ${hasSubjects ? 'with' : 'without'} a subject\n`);
  console.log('| Calls | a second | the longest, ms |\n| --- | --- | --- |');
  const before = bytes();
  await measure('sign-ins', start(ids));
  const each = Math.round((bytes() - before) / SESSIONS);
  await measure('touches', async (i) => store.touch(ids[(i * 7_919) % SESSIONS] ?? '', touch));
  now += 2 * touch.keepMs;
  await measure('sign-ins, while what is due is forgotten', start(others));
  console.log(`\n${each} bytes for each session beyond its names.`);
}

await measureAll(false);
await measureAll(true);
