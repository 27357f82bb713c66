import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EndedInPart } from '../../src/server/store.js';
import { endEach } from '../../src/server/stores/end-each.js';

/** Of twelve sessions, four at a time: the fifth is somebody else's, the sixth over already, the seventh out of reach. */
function steps(isDown = true) {
  const asked: string[] = [];
  const forgotten: string[] = [];
  return {
    asked,
    forgotten,
    atOnce: 4,
    async end(session: string) {
      asked.push(session);
      await new Promise(setImmediate);
      if (session === '7' && isDown) throw new Error('down');
      return session === '5' ? null : session !== '6';
    },
    forget: (over: string[]) => Promise.resolve(forgotten.push(...over)),
  };
}

const sessions = Array.from({ length: 12 }, (_, index) => String(index + 1));

describe('the end of each session of a person', () => {
  it('[S14] tells those that it ended, and forgets those that are over', async () => {
    const all = steps(false);
    const ended = await endEach(sessions, all);
    assert.deepEqual(
      sessions.filter((session) => !ended.includes(session)),
      ['5', '6'],
    );
    assert.deepEqual(
      sessions.filter((session) => !all.forgotten.includes(session)),
      ['5'],
    );
  });

  it('[S7] that stops half way tells which have ended by then, those under way included', async () => {
    const some = steps();
    await assert.rejects(endEach(sessions, some), (error: unknown) => {
      assert.ok(error instanceof EndedInPart);
      assert.deepEqual(error.sessions, ['1', '2', '3', '4', '8']);
      assert.equal((error.cause as Error).message, 'down');
      return true;
    });
    assert.deepEqual(some.asked, sessions.slice(0, 8));
    assert.deepEqual(some.forgotten, ['1', '2', '3', '4', '6', '8']);
  });

  it('[S7] whose list cannot be changed tells what it ended all the same', async () => {
    const forget = () => Promise.reject(new Error('down'));
    await assert.rejects(endEach(['1'], { ...steps(), forget }), { name: 'EndedInPart', sessions: ['1'] });
  });
});
