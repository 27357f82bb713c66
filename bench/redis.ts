/** What a ping costs Redis, counted by Redis itself: `npm run scale:redis`. Needs redis-server. */
import { redisStore } from '../src/server/stores/redis.js';
import type { Touch } from '../src/server/store.js';
import { startRedis } from '../test/stores/engines.mjs';
import { redisClient } from '../test/stores/open.mjs';

const PINGS = 1_000;
const SESSIONS = 10_000;
const touch: Touch = {
  idleMs: 0,
  policy: { warnAfterMs: 540_000, expireAfterMs: 600_000, lifetimeMs: 43_200_000 },
  graceMs: 5_000,
  keepMs: 43_200_000,
};

const server = await startRedis();
const client = await redisClient(server.port);
const store = redisStore(client);

/** Of all that Redis counts, the named number. */
async function counted(section: string, name: string): Promise<number> {
  const info = String(await client.call('INFO', section));
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
}

async function calls(): Promise<string> {
  const info = String(await client.call('INFO', 'commandstats'));
  const counts = [...info.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)];
  return counts
    .filter(([, name]) => name !== 'info' && name !== 'config|resetstat')
    .map(([, name, count]) => `${Number(count) / PINGS} ${name ?? ''}`)
    .join(', ');
}

async function measure(what: string, report: Touch): Promise<void> {
  // Steps of less than a second are not written.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await client.call('CONFIG', 'RESETSTAT');
  for (let i = 0; i < PINGS; i++) await store.touch(`session ${i}`, report);
  const [sent, received] = [
    await counted('stats', 'total_net_input_bytes'),
    await counted('stats', 'total_net_output_bytes'),
  ];
  console.log(`| ${what} | ${await calls()} | ${(sent / PINGS).toFixed(0)} | ${(received / PINGS).toFixed(0)} |`);
}

try {
  // The first call asks whether Redis evicts, and brings the script.
  await store.touch('first', { ...touch, enrol: {} });
  const empty = await counted('memory', 'used_memory');
  for (let i = 0; i < SESSIONS; i++) await store.start(`session ${i}`, { keepMs: touch.keepMs });
  const full = await counted('memory', 'used_memory');
  console.log('| A ping that | commands | bytes to Redis | bytes from Redis |\n| --- | --- | --- | --- |');
  await measure('only asks', { ...touch, idleMs: null });
  await measure('reports', touch);
  console.log(`\nA session without a subject takes ${Math.round((full - empty) / SESSIONS)} bytes.`);
} finally {
  await client.quit();
  await server.stop();
}
