// @ts-check
/**
 * Has Node run src/ in the very form in which the browser of the element suite does, so that what V8 counts in both can
 * be added up: `node --import tsx --import ./scripts/covered-source.mjs`. What tsx makes of it, nobody could read back.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transformSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} url */
export const isSource = (url) => /^src\/.*\.ts$/.test(pathOf(url));

/**
 * Its path in the repository.
 *
 * @param {string} url
 */
export const pathOf = (url) => (url.startsWith('file:') ? relative(root, fileURLToPath(url)) : url);

/** @param {string} url */
export function transformed(url) {
  const path = fileURLToPath(url);
  const tsconfigRaw = readFileSync(`${root}/tsconfig.json`, 'utf8');
  const options = /** @type {const} */ ({ loader: 'ts', target: 'es2022', sourcemap: 'inline', tsconfigRaw });
  return transformSync(readFileSync(path, 'utf8'), { ...options, sourcefile: path }).code;
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!isSource(url)) return nextLoad(url, context);
  return { format: 'module', source: transformed(url), shortCircuit: true };
}

// The hooks run in a thread of their own.
if (isMainThread && process.execArgv.includes('./scripts/covered-source.mjs')) register(import.meta.url);
