import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type RedisClient, redisStore } from '../../src/server/stores/redis.js';
import { conformance } from './conformance.js';
import { type RunningServer, startRedis, startRedisCluster } from './engines.mjs';
import { open, redisClient } from './open.mjs';
import { startProcess } from './processes.js';
import { missing, REDIS_SERVER } from './programs.mjs';
import { sameAnswers } from './same-answers.js';
import { startSteppedRedis, steppedRedisStore } from './stepped.js';

const skip = missing(REDIS_SERVER);

for (const [library, name] of [
  ['ioredis', 'ioredis'],
  ['node-redis', 'nodeRedis'],
] as const) {
  conformance(
    `Redis by ${library}, from two processes`,
    async () => {
      const server = await startRedis();
      const processes = await Promise.all([startProcess(name, server), startProcess(name, server)]);
      return {
        stores: processes.map(({ store }) => store),
        crash: () => server.crash(),
        async close() {
          await Promise.all(processes.map((process) => process.close()));
          await server.stop();
        },
      };
    },
    { persists: true, skip },
  );
}

for (const [library, name] of [
  ['ioredis', 'ioredisCluster'],
  ['node-redis', 'nodeRedisCluster'],
] as const) {
  conformance(
    `a Redis cluster by ${library}`,
    async () => {
      const server = await startRedisCluster();
      const { store, close } = await open[name](server);
      return {
        stores: [store],
        async close() {
          await close();
          await server.stop();
        },
      };
    },
    { rounds: 50, skip },
  );
}

sameAnswers('Redis, with a clock that is set', startSteppedRedis, { skip });

describe('Redis', { skip }, () => {
  const keepMs = 1_000_000;
  let server: RunningServer;
  let client: Awaited<ReturnType<typeof redisClient>>;
  before(async () => {
    server = await startRedis(['--maxmemory', '1gb', '--maxmemory-policy', 'noeviction']);
    client = await redisClient(server.port);
  });
  after(async () => {
    await client.quit();
    await server.stop();
  });

  it('[S11] keeps a record for as long as it was told, ended or not, and no longer than need be', async () => {
    await client.call('FLUSHALL');
    const store = redisStore(client);
    await store.end(randomUUID(), { reason: 'revoked', keepMs });
    await store.start(randomUUID(), { keepMs, subject: 'ann' });
    const keys = (await client.call('KEYS', '*')) as string[];
    assert.equal(keys.length, 3);
    for (const key of keys) {
      const left = Number(await client.call('PTTL', key));
      assert.ok(left >= keepMs && left < 1.2 * keepMs + 120_000, `${key}: ${left}`);
    }
  });

  it('[S11] forgets what is due', async () => {
    await client.call('FLUSHALL');
    const { store, setClock } = steppedRedisStore(client);
    setClock(Date.now() - 2 * keepMs);
    await store.start(randomUUID(), { keepMs, subject: 'ann' });
    await store.end(randomUUID(), { reason: 'revoked', keepMs });
    assert.deepEqual(await client.call('KEYS', '*'), []);
  });

  it('[S14] keeps the list of a person’s sessions for as long as the longest of them', async () => {
    await client.call('FLUSHALL');
    const { store, setClock } = steppedRedisStore(client);
    const policy = { warnAfterMs: keepMs, expireAfterMs: 10 * keepMs, lifetimeMs: null };
    const now = Date.now();
    setClock(now);
    await store.start('a', { keepMs, subject: 'ann' });
    // Beyond what the list was told at first.
    setClock(now + 1.5 * keepMs);
    await store.touch('a', { idleMs: null, policy, graceMs: 0, keepMs });
    setClock(now + 2 * keepMs);
    await store.start('b', { keepMs, subject: 'ann' });
    assert.equal((await store.endAll?.('ann', { reason: 'revoked', keepMs }))?.length, 2);
  });

  it('[S14] ends nobody else’s session, though the list should name it', async () => {
    await client.call('FLUSHALL');
    const store = redisStore(client);
    await store.start('a', { keepMs, subject: 'bob' });
    await store.start('b', { keepMs, subject: 'ann' });
    const keys = (await client.call('KEYS', '*')) as string[];
    const isList = (key: string) => key.includes('subject:');
    const sessions = keys.filter((key) => !isList(key)).map((key) => key.replace('session-security:', ''));
    for (const list of keys.filter(isList)) {
      for (const session of sessions) await client.call('ZADD', list, '1e14', session);
    }
    assert.equal((await store.endAll?.('ann', { reason: 'revoked', keepMs }))?.length, 1);
    assert.equal((await store.endAll?.('bob', { reason: 'revoked', keepMs }))?.length, 1);
  });

  it('[S11] keeps no id and no subject but as a hash', async () => {
    await client.call('FLUSHALL');
    await redisStore(client).start('the-session', { keepMs, subject: 'the-subject' });
    for (const key of (await client.call('KEYS', '*')) as string[]) {
      const read = key.includes('subject:') ? ['ZRANGE', key, '0', '-1'] : ['HGETALL', key];
      assert.doesNotMatch(key + JSON.stringify(await client.call(...read)), /the-/);
    }
  });

  it('[S11] runs one command for a ping, which touches one key', async () => {
    const store = redisStore(client, { prefix: 'counted:' });
    await store.start('a', { keepMs });
    const touch = async () =>
      store.touch('a', {
        idleMs: 0,
        policy: { warnAfterMs: 1_000, expireAfterMs: 60_000, lifetimeMs: null },
        graceMs: 0,
        keepMs,
        enrol: { subject: 'ann' },
      });
    await touch();
    const commands = async () =>
      Number(/total_commands_processed:(\d+)/.exec(String(await client.call('INFO', 'stats')))![1]);
    const before = await commands();
    await touch();
    // One for the script, one for `INFO`; and those within the script.
    assert.ok((await commands()) - before <= 2 + 3);
    assert.deepEqual(await client.call('KEYS', 'counted:*'), ['counted:ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs']);
  });

  it('[S11] refuses a server that evicts, says why, and goes on once it does not', async () => {
    const store = redisStore(client);
    const start = async () => store.start(randomUUID(), { keepMs });
    await client.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await assert.rejects(start(), /evicts .*allkeys-lru.*noeviction/);
    await assert.rejects(start(), /noeviction/);
    await client.call('CONFIG', 'SET', 'maxmemory', '0');
    assert.equal(await start(), 'started');
    await client.call('CONFIG', 'SET', 'maxmemory', '1gb');
    await client.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    assert.equal(await redisStore(client).start(randomUUID(), { keepMs }), 'started');
  });

  it('[S11] refuses rather than forgets when the server is full', async () => {
    const store = redisStore(client);
    const id = randomUUID();
    await store.end(id, { reason: 'revoked', keepMs });
    await client.call('CONFIG', 'SET', 'maxmemory', '1');
    await assert.rejects(store.start(randomUUID(), { keepMs }), /OOM/);
    await client.call('CONFIG', 'SET', 'maxmemory', '1gb');
    assert.equal(await store.start(id, { keepMs }), 'ended');
  });

  it('[S11] says so when the client is of neither library', () => {
    assert.throws(() => redisStore({} as RedisClient), { name: 'SessionSecurityError', code: 'invalid-option' });
    assert.throws(() => redisStore(undefined as unknown as RedisClient), /ioredis, or of node-redis/);
  });
});
