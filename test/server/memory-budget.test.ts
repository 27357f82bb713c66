/** What the memory store takes: counted in bytes, never timed. In a file of its own, as nothing else may use the heap. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryStore } from '../../src/server/stores/memory.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function bytes(): number {
  for (let times = 0; times < 3; times++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('the memory store', () => {
  const SESSIONS = 120_000;
  const keepMs = 1_000_000;
  const ids = Array.from({ length: SESSIONS }, () => randomBytes(18).toString('base64url'));
  const subjects = Array.from({ length: SESSIONS }, () => randomBytes(18).toString('base64url'));

  for (const [what, most, subjectOf] of [
    ['120 bytes for each session', 120, undefined],
    ['170 bytes for each session with a subject', 170, (i: number) => ({ subject: subjects[i]! })],
  ] as const) {
    it(`[S11] takes at most ${what} beyond what its names take, however far it has grown`, async () => {
      const before = bytes();
      const store = memoryStore({ maxSessions: SESSIONS });
      for (let count = 0; count < SESSIONS;) {
        for (const end = count + SESSIONS / 12; count < end; count++)
          await store.start(ids[count]!, { keepMs, ...subjectOf?.(count) });
        // Small ones cost next to nothing.
        if (count < SESSIONS / 2) continue;
        const each = (bytes() - before) / count;
        assert.ok(each > 20 && each <= most, `${each} bytes each, at ${count}`);
      }
      assert.equal(await store.start(ids[0]!, { keepMs }), 'exists');
    });
  }
});
