// @ts-check
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for what an engine keeps: in memory if there is such a place, since no test fails the computer itself, and
 * waiting for a disk thousands of times takes long.
 *
 * @param {string} engine
 */
export function temporaryFolder(engine) {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `session-security-${engine}-`));
}
