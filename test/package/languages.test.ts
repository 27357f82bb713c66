/** The languages as they are built, in a real browser: from a CDN's addresses, beside a copy, and as modules. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../../scripts/browser.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const ENGLISH = 'Are you still there?';
const GERMAN = 'Sind Sie noch da?';
const MODULES = '/dist/index.js';

/** What lies at an address, by the file that it is served from. */
function fileAt(pathname: string): string {
  // As jsDelivr does: without a path it is the file that package.json names.
  const [, path] = /^\/npm\/session-security(?:@[^/]+)?(\/.*)?$/.exec(pathname) ?? [];
  if (pathname.startsWith('/npm/session-security') && path === undefined) return 'dist/cdn/session-security.js';
  return (path ?? pathname).replace('/static/', '/dist/cdn/').replace('/renamed.js', '/dist/cdn/session-security.js');
}

let server: Server;
let origin: string;
let browser: Browser;
let page: Page;
let requests: string[];
let complaints: string[];

before(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const isPage = pathname === '/page';
    const isScript = extname(fileAt(pathname)) === '.js';
    response.setHeader(
      'Content-Type',
      isPage ? 'text/html; charset=utf-8' : isScript ? 'text/javascript' : 'text/plain',
    );
    if (isPage) return response.end(html(searchParams.get('lang') ?? '', searchParams.get('script') ?? ''));
    return createReadStream(join(root, fileAt(pathname)))
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

beforeEach(async () => {
  page = await browser.newPage();
  requests = [];
  complaints = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterEach(async () => {
  await page.close();
});

const open = (lang: string, script: string): Promise<unknown> =>
  page.goto(`${origin}/page?${new URLSearchParams({ lang, script }).toString()}`);
const warned = (title: string): Promise<void> =>
  page.locator('session-security dialog[open]', { hasText: title }).waitFor({ timeout: 10_000 });
const languagesAsked = (): string[] => requests.filter((path) => path.includes('/locales/'));

describe('the language of one file for a script tag', () => {
  const CDN = '/npm/session-security';
  const places: [script: string, asked: string | null][] = [
    [CDN, `${CDN}@${version}/dist/cdn/locales/de.json`],
    [`${CDN}@latest`, `${CDN}@${version}/dist/cdn/locales/de.json`],
    [`${CDN}@${version}/dist/cdn/session-security.js`, `${CDN}@${version}/dist/cdn/locales/de.json`],
    ['/static/session-security.js', '/static/locales/de.json'],
    ['/renamed.js', null],
  ];
  for (const [script, asked] of places) {
    it(`[W10] ${script}: ${asked ? `comes from ${asked}, and no other is loaded` : 'English, and asks nobody'}`, async () => {
      await open('de', script);
      await warned(asked ? GERMAN : ENGLISH);
      assert.deepEqual(languagesAsked(), asked ? [asked] : []);
      assert.deepEqual(complaints, []);
    });
  }

  it('[W10] is not loaded where it is English', async () => {
    await open('en-GB', CDN);
    await warned(ENGLISH);
    assert.deepEqual(languagesAsked(), []);
  });

  it('[W10] can carry no code: what answers in its place is taken for texts, or for nothing', async () => {
    await page.route('**/locales/de.json', (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: '{ "stay": "<img src=x onerror=\'document.title=1\'>", "constructor": "x", "signOut": 5, "lang": "no tag" }',
      }),
    );
    await open('de', CDN);
    const dialog = page.locator('session-security dialog[open]');
    await dialog.getByText('<img').waitFor();
    assert.deepEqual(await dialog.getByRole('button').allInnerTexts(), [
      "<img src=x onerror='document.title=1'>",
      'Sign out now',
    ]);
    assert.equal(await dialog.getAttribute('lang'), 'en');
    assert.equal(await page.title(), 'An application');
  });
});

for (const [what, script, file] of [
  ['one file', '/npm/session-security', '**/locales/de.json'],
  ['the modules', MODULES, '**/locales/de.js'],
] as const) {
  describe(`${what}: what may happen to a language`, () => {
    it('[W10] it comes, and no other is loaded', async () => {
      await open('de', script);
      await warned(GERMAN);
      assert.equal(languagesAsked().length, 1);
      assert.deepEqual(complaints, []);
    });

    for (const [fate, status, body] of [
      ['it is not there', 404, 'Not found'],
      ['a page stands in its place', 200, '<!doctype html><title>Sign in</title>'],
      ['an empty answer stands in its place', 200, ''],
    ] as const) {
      it(`[W10] ${fate}: English, and nothing is thrown`, async () => {
        const thrown: string[] = [];
        page.on('pageerror', (error) => thrown.push(error.message));
        await page.route(file, (route) => route.fulfill({ status, body, contentType: 'text/html' }));
        await open('de', script);
        await warned(ENGLISH);
        assert.equal(languagesAsked().length, 1);
        assert.deepEqual(thrown, []);
      });
    }

    it('[W10] it says durations, though the browser doesn’t know it', async () => {
      await open('eu', script);
      await warned('Hor zaude oraindik?');
      assert.deepEqual(await page.evaluate(() => Intl.NumberFormat.supportedLocalesOf('eu')), []);
      assert.match(
        await page.locator('session-security #opened').evaluate(({ textContent }) => textContent),
        /^Geratzen den denbora: \d+ segundo\.$/,
      );
    });

    it('[W10] it hangs: warning and concealment come in time, in English', async () => {
      await page.route(file, () => undefined);
      await open('de', `${script}?expire`);
      await warned(ENGLISH);
      await page.locator('session-security #curtain').waitFor();
      assert.equal(await page.getByText('A record').isVisible(), false);
    });

    it('[W10] it is late: the texts change while the warning shows', async () => {
      let release = (): void => undefined;
      const late = new Promise<void>((arrived) => (release = arrived));
      await page.route(file, async (route) => {
        await late;
        await route.continue();
      });
      await open('de', script);
      await warned(ENGLISH);
      release();
      await warned(GERMAN);
    });

    it('[W10] it is late, and the page speaks another by then: that one stays', async () => {
      let release = (): void => undefined;
      const late = new Promise<void>((arrived) => (release = arrived));
      await page.route(file, async (route) => {
        await late;
        await route.continue();
      });
      await open('de', script);
      await warned(ENGLISH);
      await page.evaluate(() => (document.documentElement.lang = 'fr'));
      await warned('Êtes-vous toujours là');
      const arrived = page.waitForEvent('requestfinished', (request) => request.url().includes('/de.js'));
      release();
      await arrived;
      // Time enough to be drawn, were it taken over.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await warned('Êtes-vous toujours là');
    });
  });
}

function html(lang: string, script: string): string {
  return `<!doctype html>
    <html lang="${lang}">
      <head>
        <link rel="icon" href="data:," />
        <title>An application</title>
        <script type="importmap">
          {
            "imports": {
              "lit": "/node_modules/lit/index.js",
              "lit/": "/node_modules/lit/",
              "lit-html": "/node_modules/lit-html/lit-html.js",
              "lit-html/": "/node_modules/lit-html/",
              "lit-element/": "/node_modules/lit-element/",
              "@lit/reactive-element": "/node_modules/@lit/reactive-element/reactive-element.js"
            }
          }
        </script>
        <script>
          // Else the page would leave, and what is to be seen with it.
          addEventListener('session-end', (event) => event.preventDefault());
        </script>
        <script type="module" src="${script}"></script>
      </head>
      <body>
        <p>A record</p>
        <session-security warn-after="1" expire-after="${script.endsWith('expire') ? 3 : 30}">
          <form slot="sign-out" method="post" action="/sign-out"></form>
        </session-security>
      </body>
    </html>`;
}
