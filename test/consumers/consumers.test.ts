/**
 * Every way in, as small as a newcomer's project: built with the package as it is published, checked by the tools of its
 * framework, opened in a browser, and left alone until it warns.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumArgs, closeContext, findChromium } from '../../scripts/browser.mjs';

const run = promisify(execFile);
const folder = import.meta.dirname;
const installed = join(folder, 'node_modules/session-security');
const CDN = 'https://cdn.jsdelivr.net/npm/session-security';
const ANGULAR_GREETING = 'Angular is running in development mode.';

/** What is served, and how to end it. */
interface Site {
  url: string;
  close: () => unknown;
}

interface Project {
  /** What checks its types, and with what options. */
  check: [string, ...string[]];
  start: () => Promise<Site>;
  /** It has a server half, and so a sign-in; the warning comes by the server's limits. */
  signsIn?: boolean;
}

const PROJECTS: Record<string, Project> = {
  vite: { check: ['tsc', '-p', 'vite'], start: () => built('vite') },
  react: { check: ['tsc', '-p', 'react'], start: () => built('react') },
  preact: { check: ['tsc', '-p', 'preact'], start: () => built('preact') },
  vue: { check: ['vue-tsc', '-p', 'vue'], start: () => built('vue') },
  svelte: {
    check: ['svelte-check', '--workspace', 'svelte', '--tsconfig', 'tsconfig.json', '--fail-on-warnings'],
    start: () => built('svelte'),
  },
  // What the compiler has checked is what is built; it alone takes as long as all the rest.
  angular: {
    check: ['ngc', '-p', 'angular'],
    start: () => built('angular'),
  },
  'server-rendered': { check: ['tsc', '-p', 'server-rendered'], start: renderedOnServer },
  next: { check: ['tsc', '-p', 'next'], start: routeHandlers, signsIn: true },
  express: { check: ['tsc', '-p', 'express'], start: expressServer, signsIn: true },
  worker: { check: ['tsc', '-p', 'worker'], start: worker, signsIn: true },
};

let browser: Browser;
let temporary: string;

before(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'session-security-consumers-'));
  browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
});
after(async () => {
  await browser.close();
  await rm(temporary, { recursive: true });
  await rm(join(folder, 'angular/out'), { recursive: true, force: true });
});

describe('a newcomer’s project', { concurrency: availableParallelism() }, () => {
  for (const [name, { check, start, signsIn = false }] of Object.entries(PROJECTS)) {
    describe(name, { concurrency: 1 }, () => {
      it(`[P4] ${name}: its tools know the element's types`, () => tool(...check));

      it(`[P4] ${name}: builds, starts, and warns in a browser`, async () => {
        const site = await start();
        try {
          await withPage(async (page) => {
            await page.goto(site.url);
            if (signsIn) await signIn(page, site.url);
            await warned(page);
            if (!signsIn) await page.locator('#heard', { hasText: 'idle' }).waitFor();
          });
        } finally {
          await site.close();
        }
      });
    });
  }

  it('[P4] html: the file of a CDN warns, under the hash that comes with it', async () => {
    const site = await plainHtml(await integrity());
    await withPage(async (page) => {
      await page.goto(site.url);
      await warned(page);
      await page.locator('#heard', { hasText: 'idle' }).waitFor();
    });
    site.close();
  });

  it('[P4] html: a file that somebody has changed does not run', async () => {
    const site = await plainHtml(await integrity());
    const page = await browser.newPage();
    await page.route(`${CDN}**`, async (route) => {
      const body = `${await fromCdn(route.request().url())}\n`;
      await route.fulfill({ body, contentType: 'text/javascript', headers: { 'Access-Control-Allow-Origin': '*' } });
    });
    const refused = page.waitForEvent('console', (message) => message.text().includes('integrity'));
    await page.goto(site.url);
    await refused;
    assert.equal(await page.evaluate(() => customElements.get('session-security')), undefined);
    await page.close();
    site.close();
  });
});

/** A page of its own, on whose console nothing may be written, but that Angular runs without its optimizer. */
async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.text() !== ANGULAR_GREETING) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await page.route(`${CDN}**`, async (route) => {
    const headers = { 'Access-Control-Allow-Origin': '*' };
    await route.fulfill({ body: await fromCdn(route.request().url()), contentType: 'text/javascript', headers });
  });
  await use(page);
  assert.deepEqual(complaints, []);
  await closeContext(context);
}

async function warned(page: Page): Promise<void> {
  const dialog = page.locator('session-security dialog[open]');
  await dialog.waitFor();
  assert.equal(await dialog.getAttribute('role'), 'alertdialog');
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(new URL('/sign-in', url).href);
  await page.fill('[name=user]', 'ana');
  await page.click('button');
  await page.waitForURL(new URL('/', url).href);
}

/** As jsDelivr does: without a path it is the file that package.json names. */
async function fromCdn(url: string): Promise<string> {
  const [, path] = /^\/npm\/session-security(?:@[^/]+)?(\/.*)?$/.exec(new URL(url).pathname) ?? [];
  const { jsdelivr } = await metadata();
  return readFile(join(installed, path ?? jsdelivr), 'utf8');
}

async function metadata() {
  return JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { jsdelivr: string; version: string };
}

async function integrity(): Promise<string> {
  const hashes = await readFile(join(installed, 'dist/cdn/integrity.json'), 'utf8');
  return (JSON.parse(hashes) as Record<string, string>)['session-security.js']!;
}

/** What the project's tools say goes to whoever reads the failure. */
async function tool(name: string, ...args: string[]): Promise<void> {
  await run(join(folder, 'node_modules/.bin', name), args, { cwd: folder }).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    assert.fail(`${name} ${args.join(' ')}\n${stdout}${stderr}`);
  });
}

async function built(project: string): Promise<Site> {
  const output = join(temporary, project);
  await tool('vite', 'build', project, '--outDir', output, '--logLevel', 'warn');
  return serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname === '/' ? '/index.html' : pathname;
    response.setHeader('Content-Type', extname(file) === '.html' ? 'text/html; charset=utf-8' : 'text/javascript');
    createReadStream(join(output, file))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
}

async function plainHtml(hash: string): Promise<Site> {
  const { version } = await metadata();
  const page = await readFile(join(folder, 'html/index.html'), 'utf8');
  return serve((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page.replace('VERSION', version).replace('INTEGRITY', hash));
  });
}

/** The server emits the bare tag, which the browser takes over. */
async function renderedOnServer(): Promise<Site> {
  // Where its packages are found.
  const output = join(folder, 'node_modules/.rendered');
  await tool('vite', 'build', 'server-rendered', '--ssr', 'render.tsx', '--outDir', output, '--logLevel', 'warn');
  const { render } = (await import(pathToFileURL(join(output, 'render.js')).href)) as { render: () => string };
  const rendered = render();
  assert.match(rendered, /<session-security warn-after="5" expire-after="60" sign-in-url="\/signed-out"><form/);
  const site = await built('server-rendered');
  const page = join(temporary, 'server-rendered/index.html');
  await writeFile(page, (await readFile(page, 'utf8')).replace('<!--rendered-->', rendered));
  return site;
}

/** A request goes to the handler for its method in the file for its path, as Next does it; Next itself is not needed. */
async function routeHandlers(): Promise<Site> {
  type Handlers = Record<string, (request: Request) => Response | Promise<Response>>;
  const load = async (file: string) => (await import(pathToFileURL(join(folder, 'next/app', file)).href)) as Handlers;
  const [page, signIn, session] = await Promise.all(
    ['route.ts', 'sign-in/route.ts', 'session/[...path]/route.ts'].map(load),
  );
  const handlersAt = (path: string) => (path === '/' ? page : path === '/sign-in' ? signIn : session);
  const answer = (request: Request) =>
    handlersAt(new URL(request.url).pathname)?.[request.method]?.(request) ?? new Response(null, { status: 405 });
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  return serve((request, response) => void listener(request, response));
}

async function expressServer(): Promise<Site> {
  const env = { ...process.env, PORT: '0' };
  const child = spawn(process.execPath, ['--import', 'tsx', join(folder, 'express/server.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [unknown];
  if (typeof url !== 'string') throw new Error(`The server ended with ${String(url)} before it listened.`);
  return {
    url,
    close: () => {
      child.kill();
      return exited;
    },
  };
}

async function worker(): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'worker/worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const { Miniflare } = (await import(
    pathToFileURL(join(folder, 'node_modules/miniflare/dist/src/index.js')).href
  )) as {
    Miniflare: new (options: object) => { ready: Promise<URL>; dispose: () => Promise<void> };
  };
  const miniflare = new Miniflare({
    modules: true,
    script: outputFiles[0]!.text,
    compatibilityDate: '2026-04-01',
    cf: false,
    bindings: { SECRET: crypto.randomUUID() },
    durableObjects: { SESSION_ACTIVITY: { className: 'SessionActivity', useSQLite: true } },
  });
  return { url: (await miniflare.ready).href, close: () => miniflare.dispose() };
}

async function serve(listener: RequestListener): Promise<Site> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
