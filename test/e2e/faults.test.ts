import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import { closeContext, curtain, Demo, launch, pause, signIn, warning } from './support/demo.js';

const demo = new Demo({ warnAfter: 4, expireAfter: 8 });
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

const content = (page: Page) => page.getByRole('heading', { name: 'Equipment register' });

for (const mode of ['hang', 'fail', 'drop', 'garble']) {
  void test(`[T3] a server that starts to "${mode}" in mid-session leaves nothing open`, async () => {
    const page = await signIn(context, demo);
    await content(page).waitFor();
    await demo.misbehave(mode);
    await warning(page).waitFor();
    await content(page).waitFor({ state: 'hidden', timeout: 8000 });
    await demo.misbehave('none');
    const another = await context.newPage();
    await another.goto(demo.url);
    assert.equal(new URL(another.url()).pathname, '/sign-in');
  });
}

void test('[T3] a server that is killed in mid-session leaves nothing open', async () => {
  const page = await signIn(context, demo);
  await demo.kill();
  await warning(page).waitFor();
  await content(page).waitFor({ state: 'hidden', timeout: 8000 });
  await demo.start();
});

void test('[T10] a server that was restarted, and knows the session no more, signs out', async () => {
  // Where it is not back when the page would warn, that asks once more at the end.
  const slower = await new Demo({ warnAfter: 8, expireAfter: 40 }).start();
  try {
    const page = await signIn(context, slower);
    await slower.kill();
    await slower.start();
    await page.waitForURL(/\/sign-in/, { timeout: 60_000 });
  } finally {
    await slower.kill();
  }
});

void test('[T12] a short outage signs nobody out who is active', async () => {
  const EXPIRE = 12;
  const slower = await new Demo({ warnAfter: 4, expireAfter: EXPIRE }).start();
  try {
    const page = await signIn(context, slower);
    await slower.misbehave('fail');
    const started = Date.now();
    const since = () => (Date.now() - started) / 1_000;
    for (let step = 0; since() < EXPIRE + 2; step += 1) {
      await page.mouse.move(20 + (step % 50), 20 + (step % 50));
      await pause(500);
      // Eight seconds lie between the first report and the end: the outage is shorter.
      if (since() > 5) await slower.misbehave('none');
    }
    assert.equal(page.url(), `${slower.url}/`);
    assert.equal(await curtain(page).count(), 0);
  } finally {
    await slower.kill();
  }
});

void test('[N3] a browser that goes offline is warned and signed out, and the server agrees when it is back', async () => {
  const page = await signIn(context, demo);
  await context.setOffline(true);
  await warning(page).waitFor();
  await content(page).waitFor({ state: 'hidden', timeout: 8000 });
  await context.setOffline(false);
  const response = await context.request.get(`${demo.url}/`, { maxRedirects: 0 });
  assert.notEqual(response.status(), 200);
});
