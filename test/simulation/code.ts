/**
 * The real code, bundled so that it finds its globals in a place that changes hands: the page whose turn it is to run
 * puts its own there, which the world makes: clocks, timers, network, channel, locks. Code that is loaded once runs much
 * faster than code that is loaded for each page, and has no state of its own that pages could share. Nothing of it is
 * copied or changed, except by a planted fault.
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

const SERVER_GLOBALS = ['setTimeout', 'clearTimeout', 'crypto'] as const;
export type ServerGlobals = Record<(typeof SERVER_GLOBALS)[number], unknown>;

type Core = typeof import('../../src/element/machine.js') &
  typeof import('../../src/element/state.js') &
  typeof import('../../src/policy.js') &
  typeof import('../../src/protocol.js');
type Page = typeof import('../../src/element/controller.js') & typeof import('../../src/element/settings.js');
type Server = typeof import('../../src/server/session.js') &
  typeof import('../../src/server/owner.js') &
  typeof import('../../src/server/stores/memory.js');

export interface Code {
  core: Core;
  /** Until the next call, and in all promises that are kept before it, the page's code sees these. */
  enterPage(globals: PageGlobals): void;
  page: Page;
  enterServer(globals: ServerGlobals): void;
  server: Server;
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
    bundle(['src/element/controller.ts', 'src/element/settings.ts'], PAGE_GLOBALS),
    bundle(['src/server/session.ts', 'src/server/owner.ts', 'src/server/stores/memory.ts'], SERVER_GLOBALS),
  ]);
  const { exported } = run<Core>(core);
  const require = () => exported;
  const pages = run<Page>(page, require);
  const servers = run<Server>(server, require);
  return {
    core: exported,
    ...{ enterPage: pages.enter, page: pages.exported },
    enterServer: servers.enter,
    server: servers.exported,
  };

  async function bundle(files: string[], globals: readonly string[] = []): Promise<string> {
    const contents = files.map((file) => `export * from './${file}';`).join('\n');
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root, loader: 'ts' },
      ...{ bundle: true, write: false, format: 'cjs', target: 'es2022', logLevel: 'error' },
      define: Object.fromEntries(globals.map((name) => [name, `HERE.${name}`])),
      plugins: [plugin(globals.length > 0, fault)],
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

interface Loaded<T> {
  exported: T;
  enter: (globals: object) => void;
}

function run<T>(text: string, require?: () => Core): Loaded<T> {
  const module = { exports: {} };
  // The code under test is to see other globals than this; there is no other way short of a realm for each page.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const load = new Function('module', 'require', `let HERE;\n${text}\nreturn (globals) => { HERE = globals; };`) as (
    ...values: unknown[]
  ) => Loaded<T>['enter'];
  return { enter: load(module, require), exported: module.exports as T };
}

/** As the real one, but without a thread: its promises are kept in the same moment of the world. */
export const promptCrypto = {
  subtle: {
    importKey: (_: string, key: Uint8Array) => Promise.resolve(key),
    sign: (_: object, key: Uint8Array, data: Uint8Array) =>
      Promise.resolve(bytes(createHmac('sha256', key).update(data).digest())),
    digest: (_: string, data: Uint8Array) => Promise.resolve(bytes(createHash('sha256').update(data).digest())),
  },
};

const bytes = (buffer: Buffer): ArrayBuffer => new Uint8Array(buffer).buffer;
