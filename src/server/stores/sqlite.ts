/** Activity in a SQLite database: for one machine, any number of its processes. A restart forgets nothing. */
import { digest } from '../digest.js';
import type { ActivityStore } from '../store.js';
import { type Change, end, type SessionRecord, start, touch } from './record.js';

/** As `DatabaseSync` of node:sqlite is, and `Database` of node-sqlite3-wasm. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

export interface SqliteStatement {
  get(parameters: Record<string, string | number | null>): unknown;
  all(parameters: Record<string, string | number | null>): unknown[];
  run(parameters: Record<string, string | number | null>): { changes: number | bigint };
}

export interface SqliteStoreOptions {
  /** The clock: milliseconds since 1970. By default the computer's. */
  now?: () => number;
}

/** Times are milliseconds since 1970; `id` and `subject` are SHA-256 in base64url. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS session_security (
    id TEXT PRIMARY KEY,
    subject TEXT,
    created_at REAL NOT NULL,
    active_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    drop_at REAL NOT NULL,
    ended TEXT
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS session_security_subject ON session_security (subject) WHERE ended IS NULL;
  CREATE INDEX IF NOT EXISTS session_security_drop_at ON session_security (drop_at);`;

const COLUMNS = 'created_at AS createdAt, active_at AS activeAt, seen_at AS seenAt, drop_at AS dropAt, ended, subject';

/**
 * Makes its table `session_security` where there is none. The connection is for the store alone: what it writes within
 * a transaction of the application's would go with that. Give it a time-out for a busy database, of less than 3 seconds.
 * Call `sweep()` now and then, such as every hour.
 *
 * @throws what the database throws, such as for a file that cannot be written.
 */
export function sqliteStore(
  database: SqliteDatabase,
  { now: clock = Date.now }: SqliteStoreOptions = {},
): ActivityStore {
  database.exec(SCHEMA);
  const select = database.prepare(`SELECT ${COLUMNS} FROM session_security WHERE id = $id`);
  const selectLive = database.prepare(
    `SELECT id, ${COLUMNS} FROM session_security WHERE subject = $subject AND ended IS NULL`,
  );
  const replace = database.prepare(`
    INSERT OR REPLACE INTO session_security (id, subject, created_at, active_at, seen_at, drop_at, ended)
    VALUES ($id, $subject, $createdAt, $activeAt, $seenAt, $dropAt, $ended)`);
  const drop = database.prepare('DELETE FROM session_security WHERE drop_at <= $now');

  const read = (id: string) => (select.get({ $id: id }) ?? undefined) as SessionRecord | undefined;

  function write(id: string, { createdAt, activeAt, seenAt, dropAt, ended, subject }: SessionRecord): void {
    replace.run({
      $id: id,
      $subject: subject,
      $createdAt: createdAt,
      $activeAt: activeAt,
      $seenAt: seenAt,
      $dropAt: dropAt,
      $ended: ended,
    });
  }

  /** Nothing in it is awaited: within the process it is one step, and between processes the transaction sees to that. */
  function transaction<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Most calls write nothing, and then wait for nobody who does. */
  function change<Answer>(id: string, judge: (known: SessionRecord | undefined) => Change<Answer>): Answer {
    const glance = judge(read(id));
    if (glance.record === null) return glance.answer;
    return transaction(() => {
      const { answer, record } = judge(read(id));
      if (record !== null) write(id, record);
      return answer;
    });
  }

  const hashed = async <T extends { subject?: string }>(signIn: T): Promise<T> =>
    signIn.subject === undefined ? signIn : { ...signIn, subject: await digest(signIn.subject) };

  return {
    async start(id, options) {
      const [key, begin] = [await digest(id), await hashed(options)];
      return change(key, (known) => start(known, begin, clock()));
    },

    async touch(id, options) {
      const [key, enrol] = [await digest(id), options.enrol && (await hashed(options.enrol))];
      const report = enrol ? { ...options, enrol } : options;
      return change(key, (known) => touch(known, report, clock()));
    },

    async end(id, options) {
      const key = await digest(id);
      return change(key, (known) => end(known, options, clock()));
    },

    async endAll(subject, options) {
      const whose = await digest(subject);
      return transaction(() => {
        const live = selectLive.all({ $subject: whose }) as (SessionRecord & { id: string })[];
        for (const known of live) {
          const { record } = end(known, options, clock());
          if (record) write(known.id, record);
        }
        return live.map(({ id }) => id);
      });
    },

    // eslint-disable-next-line @typescript-eslint/require-await -- it rejects where another would throw
    async sweep() {
      return Number(drop.run({ $now: clock() }).changes);
    },
  };
}
