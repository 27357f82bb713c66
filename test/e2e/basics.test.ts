import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import type {} from '../../src/index.js';
import { closeContext, curtain, Demo, launch, pause, signIn, warning } from './support/demo.js';

const demo = new Demo({ warnAfter: 5, expireAfter: 12 });
let browser: Browser;
let context: BrowserContext;
before(async () => {
  browser = await launch();
  await demo.start();
});
after(async () => {
  await browser.close();
  await demo.kill();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(async () => {
  await demo.misbehave('none');
  await closeContext(context);
});

const move = async (page: Page): Promise<void> => {
  const from = 5 + Math.floor(Math.random() * 50);
  await page.mouse.move(from, from);
  await page.mouse.move(from + 20, from + 10);
};

void test('[T1] walk away: warned, then signed out, and the server has enforced it', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  const cookies = await context.cookies();
  await warning(page).waitFor();
  await page.waitForURL(/\/sign-in/);
  assert.equal(new URL(page.url()).searchParams.get('next'), '/records/EQ-101');
  // A cookie that somebody kept opens nothing any more.
  await context.addCookies(cookies);
  const response = await context.request.get(`${demo.url}/records/EQ-101`, { maxRedirects: 0 });
  assert.notEqual(response.status(), 200);
});

void test('[T1] who acts is not signed out, and is not even warned', async () => {
  const page = await signIn(context, demo);
  for (let second = 0; second < 14; second += 1) {
    await move(page);
    await pause(1000);
    assert.equal(await warning(page).count(), 0);
  }
  assert.equal(page.url(), `${demo.url}/`);
});

void test('[A6] come back while warned: a movement of the mouse is enough', async () => {
  const page = await signIn(context, demo);
  await warning(page).waitFor();
  await pause(1100);
  await move(page);
  await warning(page).waitFor({ state: 'hidden' });
  assert.equal(page.url(), `${demo.url}/`);
});

void test('[T2] a page is not warned while the person is active in another tab', async () => {
  // Half of the limit lies before the warning here: the busy page reports before the still one asks.
  const roomy = await new Demo({ warnAfter: 6, expireAfter: 8 }).start();
  try {
    const still = await signIn(context, roomy);
    const busy = await context.newPage();
    await busy.goto(`${roomy.url}/records/EQ-101`);
    for (let second = 0; second < 12; second += 1) {
      await move(busy);
      await pause(1000);
      assert.equal((await warning(still).count()) + (await curtain(still).count()), 0);
    }
  } finally {
    await roomy.kill();
  }
});

void test('[S4] polling in the background keeps no session alive', async () => {
  const page = await signIn(context, demo);
  const polls: string[] = [];
  page.on('request', (request) => polls.push(new URL(request.url()).pathname));
  await page.waitForURL(/\/sign-in/);
  assert.ok(polls.includes('/api/news'));
});

void test('[E1] the end conceals the page, on paper too', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  await page.evaluate(() => {
    addEventListener('session-end', (event) => event.preventDefault());
  });
  await curtain(page).waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('main').isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
  assert.equal(await page.locator('main').isVisible(), false);
  assert.doesNotMatch(await page.title(), /Record|Intranet/);
});

void test('[E1] the answer to a form that was sent is left by GET: nothing is sent twice', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  await page.evaluate(() => {
    document.querySelector<HTMLFormElement>('main form')!.noValidate = true;
  });
  await page.fill('[name=place]', '');
  await page.click('main form button');
  await page.getByText('Enter a place').waitFor();
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  await page.evaluate(() => {
    document.querySelector('session-security')!.signInUrl = null;
  });
  await page.waitForURL(/\/sign-in/);
  assert.deepEqual(sent, ['GET /records/EQ-101', 'GET /sign-in']);
});

/** As a page does that asks whether to leave its form; the browser does so only after input. Returns what it asked. */
async function guardChanges(page: Page): Promise<string[]> {
  const prompts: string[] = [];
  page.on('dialog', (dialog) => {
    prompts.push(dialog.type());
    void dialog.dismiss();
  });
  await page.evaluate(() => {
    addEventListener('beforeunload', (event) => {
      event.preventDefault();
    });
  });
  await page.click('textarea');
  await page.keyboard.type('half a sentence');
  return prompts;
}

void test('[E2] unsaved changes do not keep an ended page open', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  const prompts = await guardChanges(page);
  await page.waitForURL(/\/sign-in/);
  assert.deepEqual(prompts, []);
});

void test('[E2] nor do they keep somebody from signing out', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  const prompts = await guardChanges(page);
  await page.evaluate(() => {
    document.querySelector('session-security')!.signOut();
  });
  await page.waitForURL(/\/sign-in/);
  assert.deepEqual(prompts, []);
});

void test('[E5] a page whose session was over before it opened stops there, and explains', async () => {
  const page = await context.newPage();
  let loads = 0;
  await page.route('**/alone', (route) => {
    loads += 1;
    const body = '<script type="module" src="/assets/session-security.js"></script><session-security ping-url="/ping">';
    return route.fulfill({ contentType: 'text/html', body });
  });
  await page.route('**/ping', (route) => route.fulfill({ json: { v: 1, state: 'ended', reason: 'idle' } }));
  await page.goto(`${demo.url}/alone`);
  await curtain(page).getByRole('link').waitFor();
  await pause(2000);
  assert.equal(loads, 1);
});

void test('[W6] "Sign out now" signs out', async () => {
  const page = await signIn(context, demo);
  await warning(page).waitFor();
  await page.getByRole('button', { name: 'Sign out now' }).click();
  await page.waitForURL(/\/sign-in/);
  // Who has not signed out but was away too long would be brought back here.
  assert.equal(new URL(page.url()).searchParams.get('next'), null);
  const response = await context.request.get(`${demo.url}/`, { maxRedirects: 0 });
  assert.notEqual(response.status(), 200);
});

void test('[C8] going back after signing out shows nothing', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goBack({ waitUntil: 'commit' });
  await page.waitForURL(/\/sign-in\?next=/);
  assert.equal(await page.getByRole('heading', { name: 'Thermal camera' }).count(), 0);
});

void test('[T10] on the sign-in page there is nothing to guard', async () => {
  const page = await context.newPage();
  await page.goto(`${demo.url}/sign-in`);
  await pause(14_000);
  assert.equal(page.url(), `${demo.url}/sign-in`);
  assert.equal((await curtain(page).count()) + (await warning(page).count()), 0);
});

void test('[P5] nothing is written to the console in a whole session but the short warning', async () => {
  const written: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => written.push(message.text()));
  page.on('pageerror', (error) => written.push(error.message));
  await page.goto(`${demo.url}/sign-in`);
  await page.fill('[name=username]', 'ana');
  await page.fill('[name=password]', 'heron');
  await page.click('main form button:not([type=button])');
  await warning(page).waitFor();
  await page.waitForURL(/next=/);
  const expected = '<session-security>: a warning of 7 seconds is too short';
  // The browser itself notes each refused request of the polling.
  const others = written.filter((line) => !line.startsWith(expected) && !line.includes('status of 401'));
  assert.deepEqual(others, []);
});
