/** Our element, before the unchanged Django and django-session-security. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import { closeContext, launch, warning } from '../e2e/support/demo.js';
import { reasonToSkip } from './support/debian.js';
import { DjangoSite } from './support/django-site.js';

const LIMITS = { warnAfter: 4, expireAfter: 8 };

const content = (page: Page) => page.getByRole('heading', { name: 'Equipment register' });

describe('an element before django-session-security', { skip: reasonToSkip() }, () => {
  let site: DjangoSite;
  let browser: Browser;
  let context: BrowserContext;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  // What Django remembers of activity is then that of one session.
  beforeEach(async () => {
    site = new DjangoSite(LIMITS);
    await site.start();
    context = await browser.newContext();
  });
  afterEach(async () => {
    await closeContext(context);
    await site.stop();
  });

  async function signIn(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${site.url}/login/`);
    await page.fill('[name=username]', 'ana');
    await page.fill('[name=password]', 'heron');
    await page.click('button');
    await content(page).waitFor();
    return page;
  }

  async function openSecond(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.url);
    await content(page).waitFor();
    return page;
  }

  async function warnedAndBack(page: Page): Promise<void> {
    await warning(page).waitFor();
    await page.mouse.move(5, 5);
    await page.mouse.move(9, 9);
    await warning(page).waitFor({ state: 'hidden' });
  }

  it('[N4] warns, and extends on activity beyond the limit', async () => {
    const page = await signIn();
    const [begun] = await site.activities();
    // Each time the session is at least three seconds older: four times are more than the limit.
    for (let times = 0; times < 4; times += 1) await warnedAndBack(page);
    assert.equal(page.url(), `${site.url}/`);
    const [now] = await site.activities();
    assert.ok(now! > begun!);
    await page.reload();
    await content(page).waitFor();
  });

  it('[T7] asks again and again, and Django takes none of it for activity', async () => {
    const page = await signIn();
    const before = await site.activities();
    const asked = page.waitForResponse(/\/session_security\/ping\//);
    await page.evaluate(() => {
      document.querySelector('session-security')!.check();
    });
    await asked;
    await warning(page).waitFor();
    assert.deepEqual(await site.activities(), before);
    assert.equal(before.length, 1);
  });

  it('[N4] keeps two tabs in agreement, while one is used and when none is', async () => {
    const used = await signIn();
    const idle = await openSecond();
    for (let times = 0; times < 3; times += 1) await warnedAndBack(used);
    await content(idle).waitFor();
    await Promise.all([used, idle].map((page) => page.waitForURL(/\/login\/\?next=%2F$/)));
  });

  it('[N4] conceals at the end, signs out and leads to the sign-in', async () => {
    const page = await signIn();
    // The page is left so soon that nobody could see from outside whether it was concealed before.
    await page.evaluate(() => {
      const element = document.querySelector('session-security')!;
      element.addEventListener('session-end', ({ reason }) => {
        sessionStorage.setItem('end', `${reason}, ${element.state!.concealed ? 'concealed' : 'open'}`);
      });
    });
    await warning(page).waitFor();
    await page.waitForURL(/\/login\/\?next=%2F$/);
    assert.equal(await page.evaluate(() => sessionStorage.getItem('end')), 'idle, concealed');
    assert.deepEqual(await site.activities(), []);
  });

  it('[N4] ends a page whose person has signed out elsewhere', async () => {
    const page = await signIn();
    const other = await openSecond();
    await other.evaluate(() => {
      document.querySelector('session-security')!.signOut();
    });
    await other.waitForURL(/\/login\/$/);
    await page.waitForURL(/\/login\/\?next=%2F$/);
  });

  it('[W6] signs out by the form with Django’s own token', async () => {
    const page = await signIn();
    await warning(page).waitFor();
    await page.getByRole('button', { name: 'Sign out now' }).click();
    await page.waitForURL(/\/login\/$/);
    assert.deepEqual(await site.activities(), []);
  });
});
