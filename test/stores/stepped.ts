/** Real engines, of which only the clock is replaced: by one that tests set. */
import { postgresSchema, postgresStore } from '../../src/server/stores/postgres.js';
import { type RedisClient, redisStore } from '../../src/server/stores/redis.js';
import { startPostgres, startRedis } from './engines.mjs';
import { postgresClient, redisClient } from './open.mjs';
import type { ClockedEngine } from './same-answers.js';

/** The scripts as they are, but for the present, which comes as two more arguments in the place of Redis's `TIME`. */
export function steppedRedisStore(client: RedisClient & { call: (...command: string[]) => Promise<unknown> }) {
  let now = 0;
  const clocked: RedisClient = {
    evalsha: () => Promise.reject(new Error('NOSCRIPT')),
    eval(script: string, keys: number, ...rest: string[]) {
      if (!script.includes("redis.call('TIME')")) return client.call('EVAL', script, String(keys), ...rest);
      const text = script.replaceAll("redis.call('TIME')", '({ARGV[#ARGV - 1], ARGV[#ARGV]})');
      const time = [Math.floor(now / 1_000), (now % 1_000) * 1_000].map(String);
      return client.call('EVAL', text, String(keys), ...rest, ...time);
    },
  };
  return { store: redisStore(clocked), setClock: (present: number) => void (now = present) };
}

export async function startSteppedRedis(): Promise<ClockedEngine> {
  const server = await startRedis();
  const client = await redisClient(server.port);
  return {
    ...steppedRedisStore(client),
    async close() {
      await client.quit();
      await server.stop();
    },
  };
}

/** Takes the present from a table that only these tests make. */
const STEPPED_CLOCK = `
  CREATE TABLE clock (now_ms double precision);
  INSERT INTO clock VALUES (0);
  CREATE OR REPLACE FUNCTION session_security_clock() RETURNS double precision LANGUAGE sql VOLATILE AS $$
    SELECT now_ms FROM clock;
  $$;`;

export async function startSteppedPostgres() {
  const server = await startPostgres();
  const client = await postgresClient(server.port);
  await client.query(postgresSchema);
  await client.query(STEPPED_CLOCK);
  return {
    client,
    store: postgresStore(client),
    setClock: async (now: number) => {
      await client.query('UPDATE clock SET now_ms = $1', [now]);
    },
    async close() {
      await client.end();
      await server.stop();
    },
  };
}
