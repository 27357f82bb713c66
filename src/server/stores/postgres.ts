/** Activity in PostgreSQL (12 or later): for any number of processes, as durable as the database. */
import type { EndReason } from '../../policy.js';
import { digest } from '../digest.js';
import { type ActivityStore, type SignIn, type StartResult, stepMs, type Verdict } from '../store.js';

/** As `Pool` and `Client` of pg are, and PGlite. */
export interface PostgresClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * The table and the functions that the store calls: run it as a migration, and again after an update of this package;
 * by one process at a time. Times are milliseconds since 1970; `id` and `subject` are SHA-256 in base64url. Whoever
 * uses the store needs to select, insert, update and delete.
 */
export const postgresSchema = `
CREATE TABLE IF NOT EXISTS session_security (
  id text PRIMARY KEY,
  subject text,
  created_at double precision NOT NULL,
  active_at double precision NOT NULL,
  seen_at double precision NOT NULL,
  drop_at double precision NOT NULL,
  ended text
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS session_security_subject ON session_security (subject) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS session_security_drop_at ON session_security (drop_at);

CREATE OR REPLACE FUNCTION session_security_clock() RETURNS double precision LANGUAGE sql VOLATILE AS $$
  SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::double precision;
$$;

CREATE OR REPLACE FUNCTION session_security_drop_time(
  kept_until double precision, now_ms double precision, keep_ms double precision
) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN kept_until >= now_ms + keep_ms THEN kept_until ELSE now_ms + keep_ms + keep_ms / 8 + 60000 END;
$$;

CREATE OR REPLACE FUNCTION session_security_start(
  session text, keep_ms double precision, began double precision, whose text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  now_ms double precision := session_security_clock();
  known session_security%ROWTYPE;
BEGIN
  LOOP
    INSERT INTO session_security (id, subject, created_at, active_at, seen_at, drop_at) VALUES (
      session, whose, least(began, now_ms), now_ms, now_ms, session_security_drop_time(NULL, now_ms, keep_ms)
    ) ON CONFLICT (id) DO NOTHING;
    IF FOUND THEN RETURN 'started'; END IF;
    SELECT * INTO known FROM session_security WHERE id = session;
    IF FOUND THEN RETURN CASE WHEN known.ended IS NULL THEN 'exists' ELSE 'ended' END; END IF;
  END LOOP;
END $$;

-- As touch() in record.ts. Without a row: not known, and not to be enrolled.
CREATE OR REPLACE FUNCTION session_security_touch(
  session text, keep_ms double precision, report_ms double precision, expire_after_ms double precision,
  lifetime_ms double precision, grace_ms double precision, step_ms double precision,
  enrol boolean, began double precision, whose text
) RETURNS TABLE (
  live boolean, idle_ms double precision, age_ms double precision, moved_ms double precision, reason text, first boolean
) LANGUAGE plpgsql AS $$
DECLARE
  known session_security%ROWTYPE;
  entry session_security%ROWTYPE;
  is_known boolean;
  is_locked boolean := false;
  now_ms double precision;
  before double precision;
  deadline double precision;
  reported double precision;
  is_past boolean;
  in_time_but_late boolean;
  is_worthwhile boolean;
  latest double precision;
BEGIN
  LOOP
    -- Most calls write nothing, and then wait for nobody who does. What is to be changed is locked, and judged anew.
    IF is_locked THEN SELECT * INTO known FROM session_security WHERE id = session FOR UPDATE;
    ELSE SELECT * INTO known FROM session_security WHERE id = session;
    END IF;
    is_known := FOUND;
    IF NOT is_known AND NOT enrol THEN RETURN; END IF;
    IF known.ended IS NOT NULL THEN
      RETURN QUERY SELECT false, NULL::float8, NULL::float8, NULL::float8, known.ended, false;
      RETURN;
    END IF;
    now_ms := greatest(session_security_clock(), known.seen_at);
    entry := known;

    -- enrolled()
    IF NOT is_known THEN
      entry.id := session;
      entry.subject := whose;
      entry.created_at := least(coalesce(began, now_ms - coalesce(report_ms, 0)), now_ms);
      entry.active_at := greatest(entry.created_at, now_ms - report_ms);
    END IF;
    before := CASE WHEN is_known THEN known.active_at ELSE entry.created_at END;

    -- judge()
    deadline := entry.active_at + expire_after_ms;
    reported := greatest(entry.active_at, now_ms - report_ms);
    is_past := now_ms >= deadline;
    in_time_but_late := is_past AND reported < deadline AND now_ms - deadline <= grace_ms;
    is_worthwhile := reported - entry.active_at >= step_ms;
    latest := CASE WHEN in_time_but_late OR (NOT is_past AND is_worthwhile) THEN reported ELSE entry.active_at END;
    IF entry.created_at + lifetime_ms - now_ms <= 0 THEN entry.ended := 'lifetime';
    ELSIF expire_after_ms - (now_ms - latest) <= 0 THEN entry.ended := 'idle';
    ELSE entry.active_at := latest;
    END IF;

    entry.seen_at := now_ms;
    entry.drop_at := session_security_drop_time(known.drop_at, now_ms, keep_ms);
    IF NOT is_known THEN
      INSERT INTO session_security VALUES (entry.*) ON CONFLICT (id) DO NOTHING;
      EXIT WHEN FOUND;
    ELSIF entry.ended IS NULL AND entry.active_at = known.active_at AND entry.drop_at = known.drop_at
      AND now_ms - known.seen_at < step_ms THEN
      EXIT;
    ELSIF is_locked THEN
      UPDATE session_security SET active_at = entry.active_at, seen_at = entry.seen_at, drop_at = entry.drop_at,
        ended = entry.ended WHERE id = session;
      EXIT;
    ELSE
      is_locked := true;
    END IF;
  END LOOP;
  IF entry.ended IS NOT NULL THEN
    RETURN QUERY SELECT false, NULL::float8, NULL::float8, NULL::float8, entry.ended, true;
  ELSE
    RETURN QUERY SELECT true, now_ms - entry.active_at, now_ms - entry.created_at, entry.active_at - before,
      NULL::text, NOT is_known;
  END IF;
END $$;
`;

const START = 'SELECT session_security_start($1, $2, $3, $4) AS result';

const TOUCH = 'SELECT * FROM session_security_touch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';

const END = `
  WITH clock AS (SELECT session_security_clock() AS now_ms)
  INSERT INTO session_security AS known (id, created_at, active_at, seen_at, drop_at, ended)
  SELECT $1, now_ms, now_ms, now_ms, session_security_drop_time(NULL, now_ms, $2), $3 FROM clock
  ON CONFLICT (id) DO UPDATE SET
    seen_at = greatest(known.seen_at, excluded.seen_at),
    drop_at = session_security_drop_time(known.drop_at, greatest(known.seen_at, excluded.seen_at), $2),
    ended = excluded.ended
  WHERE known.ended IS NULL
  RETURNING true AS first`;

/** In one order, so that two who do the same never wait for each other. */
const END_ALL = `
  WITH mine AS (
    SELECT id FROM session_security WHERE subject = $1 AND ended IS NULL ORDER BY id FOR UPDATE
  ), over AS (
    UPDATE session_security AS known SET
      drop_at = session_security_drop_time(known.drop_at, greatest(known.seen_at, session_security_clock()), $2),
      ended = $3
    FROM mine WHERE known.id = mine.id
    RETURNING known.id
  )
  SELECT id FROM over`;

/** Whether it is still due is asked again of each row, once it is locked: somebody may just have used it. */
const SWEEP = `
  WITH clock AS (
    SELECT session_security_clock() AS now_ms
  ), due AS (
    SELECT id FROM session_security, clock WHERE drop_at <= now_ms ORDER BY drop_at LIMIT 10000
  ), dropped AS (
    DELETE FROM session_security AS known USING due, clock
    WHERE known.id = due.id AND known.drop_at <= clock.now_ms RETURNING known.id
  )
  SELECT count(*)::integer AS count FROM dropped`;

/**
 * Needs {@link postgresSchema}, and `read committed`, which is the default. Not for a client that is within a transaction:
 * give it a pool, or a connection of its own. Call `sweep()` now and then, such as every hour.
 */
export function postgresStore(client: PostgresClient): ActivityStore {
  async function ask<Row>(text: string, ...values: unknown[]): Promise<Row | undefined> {
    const { rows } = await client.query(text, values);
    return rows[0] as Row | undefined;
  }

  return {
    async start(id, { keepMs, ...signIn }) {
      const row = await ask<{ result: string }>(START, await digest(id), keepMs, ...(await signInOf(signIn)));
      return row?.result as StartResult;
    },

    async touch(id, { idleMs, policy, graceMs, keepMs, enrol }) {
      const limits = [policy.expireAfterMs, policy.lifetimeMs, graceMs, stepMs(policy)];
      const signIn = [enrol !== undefined, ...(await signInOf(enrol ?? {}))];
      return toVerdict(await ask<VerdictRow>(TOUCH, await digest(id), keepMs, idleMs, ...limits, ...signIn));
    },

    async end(id, { reason, keepMs }) {
      return (await ask(END, await digest(id), keepMs, reason)) !== undefined;
    },

    async endAll(subject, { reason, keepMs }) {
      const { rows } = await client.query(END_ALL, [await digest(subject), keepMs, reason]);
      return (rows as { id: string }[]).map(({ id }) => id);
    },

    async sweep() {
      let total = 0;
      for (let dropped = 1; dropped > 0; total += dropped) dropped = (await ask<{ count: number }>(SWEEP))?.count ?? 0;
      return total;
    },
  };
}

interface VerdictRow {
  live: boolean;
  idle_ms: number;
  age_ms: number;
  moved_ms: number;
  reason: EndReason;
  first: boolean;
}

async function signInOf({ createdAt, subject }: SignIn): Promise<unknown[]> {
  return [createdAt ?? null, subject === undefined ? null : await digest(subject)];
}

function toVerdict(row: VerdictRow | undefined): Verdict | null {
  if (!row) return null;
  const { live, idle_ms: idleMs, age_ms: ageMs, moved_ms: movedMs, reason, first } = row;
  return live ? { live, idleMs, ageMs, movedMs, first } : { live, reason, first };
}
