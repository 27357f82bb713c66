/** Forms with unsaved changes and frames of another origin, with the files for a script tag, in a real browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../../scripts/browser.mjs';
import { waitUntil } from './support/demo.js';

let server: Server;
let port: string;
let browser: Browser;

before(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.endsWith('.js')) {
      response.setHeader('Content-Type', 'text/javascript');
      void readFile(new URL(`../../dist/cdn${pathname}`, import.meta.url)).then((code) => response.end(code));
    } else {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><link rel="icon" href="data:,"><title>${pathname}</title>${bodyOf(pathname)}`);
    }
  }).listen(0);
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
  browser = await chromium.launch({
    executablePath: await findChromium(),
    args: chromiumArgs,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
});

after(async () => {
  await browser.close();
  server.close();
});

const bodyOf = (path: string): string =>
  ({
    '/form': `${guard('')}
      <a href="/elsewhere">Elsewhere</a>
      <form id="form" action="/sent"><input name="text"><button>Send</button></form>`,
    '/framing': `${guard('')}<iframe src="http://127.0.0.1:${port}/framed"></iframe>`,
    '/framed': `<input autofocus><script async src="/frame.js" data-origins="http://localhost:${port}"></script>`,
  })[path] ?? '';

const guard = (attributes: string): string => `
  <script type="module" src="/session-security.js"></script>
  <session-security warn-after="540" expire-after="600" sign-out-url="/signed-out" sign-in-url="/sign-in"
    confirm-form-discard media-for="1800" frame-origins="http://127.0.0.1:${port}" ${attributes}></session-security>`;

/** Opens a page, and notes what the browser asks, to which the answer is no. */
async function open(path: string): Promise<{ page: Page; asked: string[] }> {
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await page.goto(`http://localhost:${port}${path}`);
  await page.waitForFunction(() => document.querySelector('session-security')?.state);
  return { page, asked };
}

const type = async (page: Page): Promise<void> => {
  await page.click('[name=text]');
  await page.keyboard.type('half a sentence');
};

const isAt = (page: Page, path: string): Promise<void> => page.waitForURL((url) => url.pathname === path);

describe('confirm-form-discard in a browser', () => {
  it('[E3] asks before a page with unsaved changes is left, and it stays', async () => {
    const { page, asked } = await open('/form');
    await type(page);
    await page.click('a', { noWaitAfter: true });
    await waitUntil(() => asked.length > 0);
    assert.deepEqual(asked, ['beforeunload']);
    assert.equal(await page.inputValue('[name=text]'), 'half a sentence');
    await page.evaluate(() => {
      document.querySelector('input')!.value = '';
    });
    await page.click('a');
    await isAt(page, '/elsewhere');
    assert.equal(asked.length, 1);
    await page.close();
  });

  for (const [how, send] of [
    ['by its button', () => document.querySelector('button')!.click()],
    ['by submit()', () => document.querySelector('form')!.submit()],
    ['by requestSubmit()', () => document.querySelector('form')!.requestSubmit()],
  ] as const) {
    it(`[E3] does not ask when the form is sent ${how}`, async () => {
      const { page, asked } = await open('/form');
      await type(page);
      await page.evaluate(send);
      await isAt(page, '/sent');
      assert.deepEqual(asked, []);
      await page.close();
    });
  }

  it('[E2] does not ask when the session ends', async () => {
    const { page, asked } = await open('/form');
    await type(page);
    await page.evaluate(() => document.querySelector('session-security')!.signOut());
    await isAt(page, '/signed-out');
    assert.deepEqual(asked, []);
    await page.close();
  });
});

describe('frames of another origin', () => {
  it('[A3] report by the script of their own', async () => {
    const { page } = await open('/framing');
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const idleMs = (): Promise<number> =>
      page.evaluate(() => document.querySelector('session-security')!.state!.idleMs);
    await page.waitForTimeout(1500);
    assert.ok((await idleMs()) > 1000);
    const frame = page.frames().find((known) => known.url().endsWith('/framed'));
    // The focus alone, so that the pointer passes over nothing of the page.
    await frame!.focus('input');
    await page.keyboard.press('a');
    await waitUntil(async () => (await idleMs()) < 1000);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

describe('the back/forward cache', () => {
  for (const path of ['/form', '/framing']) {
    it(`[C8] keeps ${path} while nothing is unsaved, whatever is watched; without a server to ask it is loaded anew`, async () => {
      const { page } = await open(path);
      await page.goto(`http://localhost:${port}/elsewhere`);
      await page.goBack({ waitUntil: 'commit' });
      // What the cache had not kept would have come from the server as "back_forward".
      await page.waitForFunction(() => {
        const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
        return navigation!.type === 'reload';
      });
      assert.equal(new URL(page.url()).pathname, path);
      await page.close();
    });
  }
});
