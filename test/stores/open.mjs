/** Opens the stores with their real drivers, which are in this folder's own package.json. */
import { postgresSchema, postgresStore } from '../../src/server/stores/postgres.js';
import { redisStore } from '../../src/server/stores/redis.js';
import { sqliteStore } from '../../src/server/stores/sqlite.js';

/**
 * @typedef {object} Opened
 * @property {import('../../src/server/store.js').ActivityStore} store
 * @property {() => unknown} close
 */

const HOST = '127.0.0.1';

// A driver tells of each lost connection by an event, which would end a process that does not listen.
const ignore = () => undefined;

/** How each is opened, in whatever process. */
export const open = { ioredis, ioredisCluster, nodeRedis, nodeRedisCluster, pg, pglite, nodeSqlite, wasmSqlite };

/**
 * @param {{ port: number }} server
 * @returns {Promise<Opened>}
 */
async function ioredis({ port }) {
  const { Redis } = await import('ioredis');
  const client = new Redis({ host: HOST, port, retryStrategy: () => 20, maxRetriesPerRequest: 0 }).on('error', ignore);
  return { store: redisStore(client), close: () => client.quit() };
}

/**
 * @param {{ port: number }} server
 * @returns {Promise<Opened>}
 */
async function nodeRedis({ port }) {
  const { createClient } = await import('redis');
  const client = createClient({ socket: { host: HOST, port, reconnectStrategy: 20 } }).on('error', ignore);
  await client.connect();
  return { store: redisStore(client), close: () => client.close() };
}

/**
 * @param {{ port: number }} server
 * @returns {Promise<Opened>}
 */
async function ioredisCluster({ port }) {
  const { Cluster } = await import('ioredis');
  const cluster = new Cluster([{ host: HOST, port }]).on('error', ignore);
  return { store: redisStore(cluster), close: () => cluster.quit() };
}

/**
 * @param {{ port: number }} server
 * @returns {Promise<Opened>}
 */
async function nodeRedisCluster({ port }) {
  const { createCluster } = await import('redis');
  const cluster = createCluster({ rootNodes: [{ url: `redis://${HOST}:${port}` }] }).on('error', ignore);
  await cluster.connect();
  return { store: redisStore(cluster), close: () => cluster.close() };
}

/**
 * @param {{ port: number }} server
 * @returns {Promise<Opened>}
 */
async function pg({ port }) {
  const { Pool } = (await import('pg')).default;
  const pool = new Pool({ host: HOST, port, user: 'postgres', max: 4 }).on('error', ignore);
  return { store: postgresStore(pool), close: () => pool.end() };
}

/** @returns {Promise<Opened>} */
async function pglite() {
  const { PGlite } = await import('@electric-sql/pglite');
  const database = new PGlite();
  await database.exec(postgresSchema);
  return { store: postgresStore(database), close: () => database.close() };
}

/**
 * @param {{ file: string, now?: () => number }} database
 * @returns {Promise<Opened>}
 */
async function nodeSqlite({ file, ...options }) {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return { store: sqliteStore(database, options), close: () => database.close() };
}

/**
 * @param {{ file: string, now?: () => number }} database
 * @returns {Promise<Opened>}
 */
async function wasmSqlite({ file, ...options }) {
  const { Database } = (await import('node-sqlite3-wasm')).default;
  const database = new Database(file);
  database.exec('PRAGMA synchronous = OFF');
  return { store: sqliteStore(database, options), close: () => database.close() };
}

/**
 * A connection for what the tests do to a database themselves.
 *
 * @param {number} port
 * @returns {Promise<{ query: (sql: string, values?: unknown[]) => Promise<{ rows: any[] }>, end: () => Promise<void> }>}
 */
export async function postgresClient(port) {
  const { Client } = (await import('pg')).default;
  const client = new Client({ host: HOST, port, user: 'postgres' }).on('error', ignore);
  await client.connect();
  return client;
}

/** @param {number} port */
export async function greetPostgres(port) {
  const client = await postgresClient(port);
  await client.end();
}

/**
 * @param {number} port
 * @returns {Promise<import('../../src/server/stores/redis.js').RedisClient & {
 *   call: (...command: string[]) => Promise<any>, quit: () => Promise<unknown> }>}
 */
export async function redisClient(port) {
  const { Redis } = await import('ioredis');
  const client = new Redis({ host: HOST, port, lazyConnect: true, retryStrategy: null }).on('error', ignore);
  await client.connect();
  return client;
}

/** @param {number} port */
export async function greetRedis(port) {
  const client = await redisClient(port);
  try {
    await client.call('PING');
  } finally {
    await client.quit();
  }
}
