/** The package as its users get it: packed, installed into an empty project, and used there. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { SourceMap, type SourceMapPayload } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright';
import { chromiumArgs, findChromium } from '../../scripts/browser.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const metadata = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  license: string;
  exports: Record<string, string | { types: string }>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** The entries that are modules: `session-security`, `session-security/hono`, … */
const entries = Object.entries(metadata.exports)
  .filter(([, targets]) => typeof targets === 'object')
  .map(([entry]) => entry.replace('.', 'session-security'));

/** Each by its name, whatever lies beside it. */
const EXTRAS = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'package.json',
  'custom-elements.json',
  'vscode.html-custom-data.json',
  'vscode.css-custom-data.json',
  'web-types.json',
  'dist/cdn/integrity.json',
  'dist/cdn/lit.LICENSE.txt',
];

let project: string;
let published: string[];

before(async () => {
  project = await mkdtemp(join(tmpdir(), 'session-security-project-'));
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: root,
  });
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  published = packed.files.map(({ path }) => path);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  // The oldest that the package claims to work with; the newest is what the other suites run on.
  const peers = Object.entries(metadata.peerDependencies)
    // The rest is known by its shape alone.
    .filter(([name]) => name in metadata.devDependencies)
    .map(([name, range]) => `${name}@${range.replace('^', '')}`);
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...quietly, join(project, packed.filename), ...peers], { cwd: project });
});

after(async () => {
  await rm(project, { recursive: true });
});

describe('the tarball', () => {
  it('[P4] holds what is built and what tells about it, and nothing else', () => {
    const unexpected = published.filter(
      (file) =>
        !/^dist\/.+\.(js|d\.ts|js\.map)$/.test(file) &&
        !/^types\/\w+\.d\.ts$/.test(file) &&
        !/^bin\/[\w-]+\.mjs$/.test(file) &&
        !/^dist\/cdn\/locales\/[\w-]+\.json$/.test(file) &&
        !EXTRAS.includes(file),
    );
    assert.deepEqual(unexpected, []);
    assert.deepEqual(
      EXTRAS.filter((file) => !published.includes(file)),
      [],
    );
  });

  it('[P4] is under the licence that it names', async () => {
    assert.equal(metadata.license, 'MIT');
    assert.match(await installed('LICENSE'), /^MIT License\n/);
  });

  it('[P4] holds each source once, in the map of what is made of it', async () => {
    const mapped: string[] = [];
    for (const map of published.filter((file) => file.endsWith('.js.map') && !file.startsWith('dist/cdn/'))) {
      const { sources } = JSON.parse(await installed(map)) as SourceMapPayload;
      mapped.push(...sources.map((source) => join(dirname(map), source)));
    }
    assert.deepEqual(
      mapped.filter((source, index) => mapped.indexOf(source) !== index || !/^src\/|\/src\//.test(source)),
      [],
    );
    const unmapped = published.filter((file) => file.endsWith('.js') && !published.includes(`${file}.map`));
    assert.deepEqual(unmapped, []);
  });

  it('[P4] has maps by which a debugger finds the line of the source', async () => {
    for (const [file, source, text] of [
      ['dist/index.js', 'index.ts', 'customElements.define('],
      ['dist/server/session.js', 'session.ts', 'sessions.end(who, policy, '],
      ['dist/cdn/session-security.js', 'session-security.ts', '<session-security>: '],
    ] as const) {
      const code = await installed(file);
      assert.match(code, new RegExp(`\n//# sourceMappingURL=${basename(file)}\\.map\n?$`), file);
      const map = JSON.parse(await installed(`${file}.map`)) as SourceMapPayload;
      const found = new SourceMap(map).findEntry(...placeOf(text, code));
      assert.ok('originalSource' in found, `${file} maps ${text} to nothing`);
      assert.equal(basename(found.originalSource), source);
      const original = map.sourcesContent[map.sources.indexOf(found.originalSource)]!;
      const line = original.split('\n')[found.originalLine];
      assert.ok(
        line?.includes(text),
        `${file} maps ${text} to ${found.originalSource}, line ${found.originalLine + 1}`,
      );
    }
  });

  it('[P4] names in custom-elements.json only files that are published', async () => {
    const paths: string[] = [];
    JSON.parse(await installed('custom-elements.json'), (key, value: unknown) => {
      if ((key === 'path' || key === 'module') && typeof value === 'string') paths.push(value);
      return value;
    });
    assert.ok(paths.includes('dist/element/session-security.js'));
    assert.deepEqual(
      paths.filter((path) => !published.includes(path)),
      [],
    );
  });

  it('[P4] brings the check for other servers as a command', async () => {
    const command = join(project, 'node_modules/.bin/session-security');
    const { stdout } = await run(command, ['--help']);
    assert.match(stdout, /^session-security check <ping-url>/);
  });

  it('[P4] has types that a strict project accepts', async () => {
    // Those for a framework need that framework's: test/consumers has them.
    const plain = entries.filter((entry) => !framework(entry));
    assert.equal(entries.length - plain.length, 4);
    await writeFile(
      join(project, 'consumer.ts'),
      plain.map((entry, index) => `export * as entry${index} from '${entry}';`).join('\n'),
    );
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, ...options, 'consumer.ts'], {
      cwd: project,
    }).catch((error: unknown) => assert.fail((error as { stdout: string }).stdout));
  });

  for (const entry of entries) {
    it(`[P2] importing "${entry}" on a server is safe, twice too`, async () => {
      const script = `
        if (globalThis.document !== undefined) throw new Error('this is no server');
        await import('${entry}');
        await import(import.meta.resolve('${entry}') + '?again');`;
      const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: project });
      assert.equal(stderr, '');
    });
  }
});

describe('the installed package in a browser', () => {
  let server: Server;
  let origin: string;
  let browser: Browser;

  before(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const page = PAGES[pathname];
      response.setHeader(
        'Content-Type',
        page || extname(pathname) !== '.js' ? 'text/html; charset=utf-8' : 'text/javascript',
      );
      if (page) response.end(page);
      else
        createReadStream(join(project, pathname))
          .on('error', () => response.writeHead(404).end())
          .pipe(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
  });

  after(async () => {
    await browser.close();
    server.close();
  });

  for (const [path, title] of [
    ['/cdn', 'the one file for a script tag'],
    ['/modules', 'the modules and an import map'],
  ] as const) {
    it(`[P4] ${title}: the tag upgrades and warns, with nothing on the console`, async () => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(origin + path);
      await page.waitForFunction(() => customElements.get('session-security') !== undefined);
      const dialog = page.locator('session-security dialog[open]');
      await dialog.waitFor();
      assert.equal(await dialog.getAttribute('role'), 'alertdialog');
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }
});

const BODY = `
  <link rel="icon" href="data:," />
  <title>An application</title>
  <session-security warn-after="1" expire-after="30">
    <form slot="sign-out" method="post" action="/sign-out"></form>
  </session-security>`;

const PAGES: Record<string, string> = {
  '/cdn': `<!doctype html>
    <script type="module" src="/node_modules/session-security/dist/cdn/session-security.js"></script>${BODY}`,
  '/modules': `<!doctype html>
    <script type="importmap">
      {
        "imports": {
          "session-security": "/node_modules/session-security/dist/index.js",
          "lit": "/node_modules/lit/index.js",
          "lit/": "/node_modules/lit/",
          "lit-html": "/node_modules/lit-html/lit-html.js",
          "lit-html/": "/node_modules/lit-html/",
          "lit-element/": "/node_modules/lit-element/",
          "@lit/reactive-element": "/node_modules/@lit/reactive-element/reactive-element.js"
        }
      }
    </script>
    <script type="module">import 'session-security';</script>${BODY}`,
};

function framework(entry: string): boolean {
  const targets = metadata.exports[entry.replace('session-security', '.')];
  return typeof targets === 'object' && targets.types.startsWith('./types/');
}

/** Line and column, from 0. */
function placeOf(text: string, code: string): [line: number, column: number] {
  const before = code.slice(0, code.indexOf(text)).split('\n');
  return [before.length - 1, before.at(-1)!.length];
}

/** A file of the package, as it was installed. */
function installed(file: string): Promise<string> {
  return readFile(join(project, 'node_modules/session-security', file), 'utf8');
}
