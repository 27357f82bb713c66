import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { conformance } from './conformance.js';
import { open } from './open.mjs';
import { startProcess } from './processes.js';
import { sameAnswers } from './same-answers.js';
import { temporaryFolder } from './temporary-folder.mjs';
import { nodeWithSqlite } from './node-with-sqlite.js';

const node = nodeWithSqlite();
const reason = 'this Node has no node:sqlite (22.5 or later has)';
const skip = process.env['CI'] || node !== undefined ? false : reason;

conformance(
  'SQLite by node:sqlite, from two processes',
  async () => {
    const place = temporaryFolder('sqlite');
    const start = () => startProcess('nodeSqlite', { file: join(place, 'activity.db') }, node);
    const processes = [await start(), await start()];
    const stores = processes.map(({ store }) => store);
    return {
      stores,
      async crash() {
        await Promise.all(processes.map((process) => process.kill()));
        for (const i of [0, 1]) stores[i] = (processes[i] = await start()).store;
      },
      async close() {
        await Promise.all(processes.map((process) => process.close()));
        rmSync(place, { recursive: true });
      },
    };
  },
  { persists: true, skip },
);

// One process, and each call in it is one step: there is little to race.
conformance(
  'SQLite by node-sqlite3-wasm',
  async () => {
    const place = temporaryFolder('sqlite');
    const { store, close } = await open.wasmSqlite({ file: join(place, 'activity.db') });
    return {
      stores: [store],
      close() {
        close();
        rmSync(place, { recursive: true });
        return Promise.resolve();
      },
    };
  },
  { rounds: 50 },
);

async function startStepped() {
  const place = temporaryFolder('sqlite');
  let present = 0;
  const { store, close } = await open.wasmSqlite({ file: join(place, 'activity.db'), now: () => present });
  return {
    store,
    setClock: (now: number) => void (present = now),
    close() {
      close();
      rmSync(place, { recursive: true });
      return Promise.resolve();
    },
  };
}

sameAnswers('SQLite, with a clock that is set', startStepped);

describe('SQLite, in the course of time', () => {
  it('[S11] drops what is due when it is swept, ended or not, and nothing before', async () => {
    const stepped = await startStepped();
    const { store, setClock } = stepped;
    const [keepMs, now] = [1_000_000, Date.now()];
    setClock(now);
    const [ended, left] = [randomUUID(), randomUUID()];
    await store.end(ended, { reason: 'revoked', keepMs });
    await store.start(left, { keepMs });
    setClock(now + keepMs);
    assert.equal(await store.sweep?.(), 0);
    setClock(now + keepMs + keepMs / 8 + 60_000);
    assert.equal(await store.sweep?.(), 2);
    assert.equal(await store.start(ended, { keepMs }), 'started');
    await stepped.close();
  });
});
