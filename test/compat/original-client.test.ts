/** Pages with the unchanged client of django-session-security, before our server. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { chromium, type Browser, type BrowserContext, type Page, type Request } from 'playwright';
import { chromiumArgs, closeContext, findChromium } from '../../scripts/browser.mjs';
import { reasonToSkip } from './support/debian.js';
import { HonoSite } from './support/hono-site.js';

const LIMITS = { warnAfter: 4, expireAfter: 8 };

const warning = (page: Page) => page.locator('.session_security_modal:visible');
const content = (page: Page) => page.getByRole('heading', { name: 'Equipment register' });

describe('the client of django-session-security', { skip: reasonToSkip() }, () => {
  const site = new HonoSite(LIMITS);
  let browser: Browser;
  let context: BrowserContext;
  before(async () => {
    await site.start();
    // A name that is not this computer's: on plain http such a page has no Fetch Metadata.
    const args = [...chromiumArgs, '--host-resolver-rules=MAP intranet.example 127.0.0.1'];
    browser = await chromium.launch({ executablePath: await findChromium(), args });
  });
  after(async () => {
    await browser.close();
    site.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => closeContext(context));

  async function signIn(host = '127.0.0.1'): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`http://${host}:${site.port}/sign-in`);
    await page.click('button');
    await content(page).waitFor();
    return page;
  }

  async function openSecond(first: Page): Promise<Page> {
    const page = await context.newPage();
    await page.goto(first.url());
    await content(page).waitFor();
    return page;
  }

  /** Idle until the warning, then moves the mouse until the warning is gone. */
  async function warnedAndBack(page: Page): Promise<void> {
    await warning(page).waitFor();
    await page.mouse.move(20, 20);
    await page.mouse.move(40, 40);
    await warning(page).waitFor({ state: 'hidden' });
  }

  for (const host of ['127.0.0.1', 'intranet.example']) {
    it(`[N4] warns, and extends on activity beyond the limit, on http://${host}`, async () => {
      const page = await signIn(host);
      const pings: Request[] = [];
      page.on('request', (request) => pings.push(request));
      // Each time the session is at least two seconds older: five times are more than the limit.
      for (let times = 0; times < 5; times += 1) await warnedAndBack(page);
      await page.reload();
      await content(page).waitFor();
      const [ping] = pings;
      assert.match(ping!.url(), /\/session\/ping\?idleFor=\d+&_=\d+$/);
      const headers = await ping!.allHeaders();
      assert.equal(headers['x-requested-with'], 'XMLHttpRequest');
      assert.equal('sec-fetch-site' in headers, host === '127.0.0.1');
    });
  }

  it('[N4] expires and signs out who is idle', async () => {
    const page = await signIn();
    await warning(page).waitFor();
    await page.waitForURL(/\/sign-in$/);
    const response = await context.request.get(`http://127.0.0.1:${site.port}/`, { maxRedirects: 0 });
    assert.equal(response.status(), 303);
  });

  it('[N4] keeps two tabs in agreement, while one is used and when none is', async () => {
    const used = await signIn();
    const idle = await openSecond(used);
    for (let times = 0; times < 4; times += 1) await warnedAndBack(used);
    assert.equal(await content(idle).count(), 1);
    await Promise.all([used, idle].map((page) => page.waitForURL(/\/sign-in/)));
  });

  it('[N4] leaves when the session is over before its time', async () => {
    const page = await signIn();
    site.revokeAll();
    await page.waitForURL(/\/sign-in/);
    assert.equal(await warning(page).count(), 0);
  });
});
