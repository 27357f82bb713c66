/**
 * The real code, bundled so that each simulated page runs its own controller among globals of its own, which the
 * world makes: clocks, timers, network, channel, locks. Nothing of it is copied or changed, except by a planted fault.
 */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a page may reach for. Whatever else the code names is Node's, and the same in all worlds. */
const PAGE_GLOBALS = [
  ...['window', 'document', 'location', 'navigator', 'performance', 'frames', 'Date', 'Math', 'setTimeout'],
  ...['clearTimeout', 'fetch', 'AbortController', 'AbortSignal', 'BroadcastChannel', 'Element', 'HTMLFormElement'],
  ...['FormData', 'sessionStorage'],
] as const;
export type PageGlobals = Record<(typeof PAGE_GLOBALS)[number], unknown>;

type Core = typeof import('../../src/element/state.js') &
  typeof import('../../src/policy.js') &
  typeof import('../../src/protocol.js');
type Page = typeof import('../../src/element/controller.js') & typeof import('../../src/element/settings.js');
type Server = typeof import('../../src/server/session.js') & typeof import('../../src/server/stores/memory.js');

export interface Code {
  core: Core;
  page(globals: PageGlobals): Page;
  server(setTimeout: unknown, clearTimeout: unknown): Server;
}

/** A mistake that somebody could make: `find` occurs once in the file, and gives way to `put`. */
export interface Fault {
  name: string;
  /** The requirement that then is not met. */
  proves: string;
  /** A world in which it was seen. */
  seed: number;
  file: string;
  find: string;
  put: string;
}

/** Pure, so that all pages share them, which is faster. */
const PURE = ['policy', 'protocol', 'element/state', 'element/schedule', 'element/machine', 'element/snapshot'];

export async function compile(fault?: Fault): Promise<Code> {
  const [core, page, server] = await Promise.all([
    bundle(PURE.filter((file) => file !== 'element/schedule').map((file) => `src/${file}.ts`)),
    bundle(['src/element/controller.ts', 'src/element/settings.ts'], true),
    bundle(['src/server/session.ts', 'src/server/stores/memory.ts'], true),
  ]);
  const shared = run(core, {}) as Core;
  const require = () => shared;
  const pageCode = compileFunction(page, ['require', ...PAGE_GLOBALS]);
  return {
    core: shared,
    page: (globals) => evaluate(pageCode, [require, ...PAGE_GLOBALS.map((name) => globals[name])]) as Page,
    server: (setTimeout, clearTimeout) =>
      run(server, { require, setTimeout, clearTimeout, crypto: promptCrypto }) as Server,
  };

  async function bundle(files: string[], isOnCore = false): Promise<string> {
    const contents = files.map((file) => `export * from './${file}';`).join('\n');
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root, loader: 'ts' },
      ...{ bundle: true, write: false, format: 'cjs', target: 'es2022', logLevel: 'error' },
      plugins: [plugin(isOnCore, fault)],
    });
    return outputFiles[0]!.text;
  }
}

const plugin = (isOnCore: boolean, fault?: Fault): Plugin => ({
  name: 'real code',
  setup(build) {
    if (isOnCore) {
      const pure = new RegExp(`/(${PURE.map((file) => file.replace('element/', '')).join('|')})\\.js$`);
      build.onResolve({ filter: pure }, () => ({ path: 'core', external: true }));
    }
    build.onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\.js$/, '.ts')),
    }));
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: fault && path.endsWith(fault.file) ? plant(text, fault) : text, loader: 'ts' };
    });
  },
});

/** Throws where the code has changed, so that a planted fault is never one that is not there. */
export function plant(text: string, { name, file, find, put }: Fault): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`"${name}": found ${parts.length - 1} times in ${file}, not once: ${find}`);
  return parts.join(put);
}

type Compiled = (...values: unknown[]) => void;

const compileFunction = (text: string, names: readonly string[]): Compiled =>
  // The code under test is to see these names as its globals; there is no other way short of a realm for each page.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('module', ...names, text) as Compiled;

function evaluate(code: Compiled, values: readonly unknown[]): unknown {
  const module = { exports: {} };
  code(module, ...values);
  return module.exports;
}

const run = (text: string, globals: Record<string, unknown>): unknown =>
  evaluate(compileFunction(text, Object.keys(globals)), Object.values(globals));

/** As the real one, but without a thread: its promises are kept in the same moment of the world. */
const promptCrypto = {
  subtle: {
    importKey: (_: string, key: Uint8Array) => Promise.resolve(key),
    sign: (_: object, key: Uint8Array, data: Uint8Array) =>
      Promise.resolve(bytes(createHmac('sha256', key).update(data).digest())),
    digest: (_: string, data: Uint8Array) => Promise.resolve(bytes(createHash('sha256').update(data).digest())),
  },
};

const bytes = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;
