// @ts-check
/** Which servers are installed here. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Redis, or what is run in its place, such as Valkey: `REDIS_SERVER=valkey-server`. */
export const REDIS_SERVER = process.env['REDIS_SERVER'] ?? 'redis-server';

/**
 * Why a server cannot be run here; `false` if it can. In CI nothing is passed over: what is missing fails.
 *
 * @param {string} command
 */
export function missing(command) {
  if (process.env['CI'] || findProgram(command) !== undefined) return false;
  return `${command} is not installed`;
}

/**
 * The path of a program, `undefined` where there is none.
 *
 * @param {string} command
 */
export function findProgram(command) {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...postgresPlaces()];
  return places.map((place) => join(place, command)).find(isExecutable);
}

/** Debian puts PostgreSQL where the PATH does not lead. */
function postgresPlaces() {
  const base = '/usr/lib/postgresql';
  return existsSync(base) ? readdirSync(base).map((version) => join(base, version, 'bin')) : [];
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
