import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { postgresSchema, postgresStore } from '../../src/server/stores/postgres.js';
import { conformance } from './conformance.js';
import { startPostgres } from './engines.mjs';
import { open, postgresClient } from './open.mjs';
import { startProcess } from './processes.js';
import { missing } from './programs.mjs';
import { sameAnswers } from './same-answers.js';
import { startSteppedPostgres } from './stepped.js';

const skip = missing('postgres');

conformance(
  'PostgreSQL by pg, from two processes',
  async () => {
    const server = await startPostgres();
    const client = await postgresClient(server.port);
    // Twice, as an update of the package would have it.
    await client.query(postgresSchema);
    await client.query(postgresSchema);
    await client.end();
    const processes = await Promise.all([startProcess('pg', server), startProcess('pg', server)]);
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

// One connection, so that its calls wait for each other: there is little to race.
conformance(
  'PostgreSQL by pglite',
  async () => {
    const { store, close } = await open.pglite();
    return {
      stores: [store],
      async close() {
        await close();
      },
    };
  },
  { rounds: 50 },
);

sameAnswers('PostgreSQL, with a clock that is set', startSteppedPostgres, { skip });

describe('PostgreSQL, in the course of time', { skip }, () => {
  it('[S11] drops what is due when it is swept, ended or not, and nothing before', async () => {
    const stepped = await startSteppedPostgres();
    const { store, setClock } = stepped;
    try {
      const [keepMs, now] = [1_000_000, Date.now()];
      await setClock(now);
      const [ended, left, used] = [randomUUID(), randomUUID(), randomUUID()];
      await store.end(ended, { reason: 'revoked', keepMs });
      for (const id of [left, used]) await store.start(id, { keepMs });
      const policy = { warnAfterMs: 1_000_000, expireAfterMs: 2_000_000, lifetimeMs: null };
      await setClock(now + keepMs);
      assert.equal(await store.sweep?.(), 0);
      await store.touch(used, { idleMs: null, policy, graceMs: 0, keepMs });
      await setClock(now + keepMs + keepMs / 8 + 60_000);
      assert.equal(await store.sweep?.(), 2);
      assert.equal(await store.start(ended, { keepMs }), 'started');
      assert.equal(await store.start(used, { keepMs }), 'exists');
    } finally {
      await stepped.close();
    }
  });

  it('[S11] a ping is one statement', async () => {
    const stepped = await startSteppedPostgres();
    try {
      let statements = 0;
      const store = postgresStore({
        query(text, values) {
          statements += 1;
          return stepped.client.query(text, values);
        },
      });
      const policy = { warnAfterMs: 540_000, expireAfterMs: 600_000, lifetimeMs: 36_000_000 };
      for (let turn = 0; turn < 50; turn += 1) {
        const idleMs = turn % 2 ? 0 : null;
        assert.ok((await store.touch('a', { idleMs, policy, graceMs: 0, keepMs: 1_000_000, enrol: {} }))?.live);
      }
      assert.equal(statements, 50);
    } finally {
      await stepped.close();
    }
  });

  it('[S11] keeps no id and no subject but as a hash', async () => {
    const stepped = await startSteppedPostgres();
    const { client, store } = stepped;
    try {
      await store.start('the-session', { keepMs: 1, subject: 'the-subject' });
      const { rows } = await client.query('SELECT * FROM session_security');
      assert.equal(rows.length, 1);
      assert.doesNotMatch(JSON.stringify(rows), /the-/);
    } finally {
      await stepped.close();
    }
  });
});
