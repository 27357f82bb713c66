/** Compiles only if the stores take what the drivers make, by the drivers' own types. driver-types.test.ts has it compiled. */
import { DatabaseSync } from 'node:sqlite';
import type { DurableObjectNamespace, DurableObjectState } from '@cloudflare/workers-types';
import { PGlite } from '@electric-sql/pglite';
import { Cluster, Redis } from 'ioredis';
import { Database } from 'node-sqlite3-wasm';
import { Client, Pool } from 'pg';
import { createClient, createClientPool, createCluster } from 'redis';
import { durableObjectStore, SessionActivity } from '../../src/server/stores/durable-object.js';
import { postgresStore } from '../../src/server/stores/postgres.js';
import { redisStore } from '../../src/server/stores/redis.js';
import { sqliteStore } from '../../src/server/stores/sqlite.js';

declare const namespace: DurableObjectNamespace;

export const stores = [
  redisStore(new Redis()),
  redisStore(new Cluster([])),
  redisStore(createClient()),
  redisStore(createClientPool()),
  redisStore(createCluster({ rootNodes: [] })),
  postgresStore(new Pool()),
  postgresStore(new Client()),
  postgresStore(new PGlite()),
  sqliteStore(new DatabaseSync(':memory:')),
  sqliteStore(new Database()),
  durableObjectStore(namespace),
];

export const durableObject: new (state: DurableObjectState, env: unknown) => object = SessionActivity;
