/** Bytes that a page or a server has to load, ours and others', each bundled and minified by the same tool. */
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Chapter } from './chapter.js';
import { TRIVIAL } from './trivial.js';

/** As Debian's libjs and python3-django-session-security install it; its licence leaves it there. */
const ORIGINAL = '/usr/lib/python3/dist-packages/session_security/static/session_security/script.js';

interface Size {
  what: string;
  minified: number;
  gzip: number;
  goal?: number;
}

async function bundled(what: string, code: string, external: string[] = [], goal?: number): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    ...{ bundle: true, minify: true, write: false, format: 'esm', target: 'es2022', legalComments: 'none' },
    ...{ external, conditions: ['production'], logLevel: 'error' },
  });
  return sized(what, Buffer.concat(outputFiles.map(({ contents }) => contents)), goal);
}

const sized = (what: string, code: Uint8Array, goal?: number): Size => ({
  what,
  minified: code.byteLength,
  gzip: gzipSync(code, { level: 9 }).byteLength,
  ...(goal !== undefined && { goal }),
});

export async function sizes(): Promise<Chapter> {
  const page = [
    sized('The file for a script tag, Lit and English in it', readFileSync('dist/cdn/session-security.js'), 12_000),
    await bundled('The element without Lit', "import '../dist/index.js'", ['lit', 'lit/*', './locales/*'], 6_200),
    await bundled('Lit with a trivial element', TRIVIAL),
    await bundled('react-idle-timer, its hook alone', "export { useIdleTimer } from 'react-idle-timer'", ['react']),
    await bundled('@ng-idle/core', "export * from '@ng-idle/core'", ['@angular/*', 'rxjs', 'rxjs/*']),
    await bundled('idle-js', "export { default } from 'idle-js'"),
  ];
  if (existsSync(ORIGINAL))
    page.push(
      await bundled(
        'django-session-security’s script with jQuery',
        `import jQuery from 'jquery'; globalThis.jQuery = jQuery; ${readFileSync(ORIGINAL, 'utf8')}`,
      ),
    );
  const hono = "export * from '../dist/server/hono.js'; export { memoryStore } from '../dist/server/stores/memory.js'";
  const server = [await bundled('session-security/hono with the memory store', hono, ['hono', 'hono/*'], 4_000)];
  const rows = [...page, ...server].map(({ what, minified, gzip, goal }) => [what, minified, gzip, goal ?? '']);
  return {
    title: 'Size',
    text: [
      'Bundled and minified by esbuild, without what they run in (React, Angular, RxJS, Hono); ours for the script tag is the file as it is published, by terser. The others watch for input and count down: none of them asks a server, agrees with other tabs by it, conceals, locks, guards forms or shows a dialog.',
      "Ours misses its goals by what it does, in no one place: of what is not Lit, the machine takes 2 kB, the dialog 1.4, the element's class and the controller 1.2 each, texts, faults, settings and the guarding of forms some 0.7 each, and a dozen more modules the rest. To reach them, features would have to go.",
    ],
    tables: [{ head: ['', 'minified', 'gzip', 'goal (gzip)'], rows }],
    plot: {
      file: 'benchmarks-size.svg',
      title: 'What a page loads, in gzip',
      unit: 'bytes',
      bars: page.map(({ what, gzip }) => ({ label: what, value: gzip })),
    },
  };
}
