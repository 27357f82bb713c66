/** A Node with node:sqlite: this one, or else the one that comes with this folder's packages; `undefined` for none. */
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';

export function nodeWithSqlite(): string | undefined {
  if (isBuiltin('node:sqlite')) return process.execPath;
  const path = fileURLToPath(new URL('node_modules/node24/bin/node', import.meta.url));
  return existsSync(path) ? path : undefined;
}
