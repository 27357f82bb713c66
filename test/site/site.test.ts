/** The documentation as it is built: opened page by page, with nothing to be had from elsewhere. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../../scripts/browser.mjs';

const folder = join(import.meta.dirname, '../../site/dist');
const pages = readdirSync(folder).filter((name) => name.endsWith('.html') && name !== '404.html');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

let server: Server;
let origin: string;
let browser: Browser;

before(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname === '/' ? '/index.html' : pathname;
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(join(folder, file))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
});
after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

describe('the site', () => {
  it('has a page for each of docs/', () => {
    const docs = readdirSync(join(import.meta.dirname, '../../docs')).filter((name) => name.endsWith('.md'));
    assert.deepEqual(
      docs.filter((name) => !pages.includes(name.replace(/\.md$/, '.html'))),
      [],
    );
  });

  for (const name of pages) {
    it(`${name} shows all that is on it, offline, and each of its links leads somewhere`, async () => {
      const page = await browser.newPage();
      const complaints = listen(page);
      await page.goto(`${origin}/${name}`);
      assert.notEqual((await page.textContent('h1'))?.trim(), '');
      assert.deepEqual(await page.evaluate(brokenPictures), []);
      const links = await page
        .locator('main a')
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      for (const link of new Set(links.filter((one) => one.startsWith(origin)))) {
        const { pathname, hash } = new URL(link);
        const target = await (await fetch(origin + pathname)).text();
        assert.ok(target.includes('</html>'), link);
        assert.ok(hash === '' || target.includes(`id="${decodeURIComponent(hash.slice(1))}"`), link);
      }
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }
});

/** What is asked of elsewhere, is missing, or is written on the console as a fault. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) complaints.push(request.url());
  });
  page.on('response', (response) => {
    const isIcon = response.url().endsWith('/favicon.ico');
    if (!response.ok() && !isIcon) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

const brokenPictures = () =>
  [...document.images].filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0).map(({ src }) => src);
