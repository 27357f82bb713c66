/**
 * Lets an `assert.ok` that fails without a message say so at once. Node looks for its words in the source, which the
 * loader of TypeScript has put on one line: it would search for minutes.
 */
import assert, { AssertionError } from 'node:assert/strict';

assert.ok = function ok(actual, message = 'It does not hold.') {
  if (actual) return;
  if (message instanceof Error) throw message;
  throw new AssertionError({ message, actual, expected: true, operator: '==', stackStartFn: ok });
};
