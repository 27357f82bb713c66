/** The ways to set the element up, in the demo, under its strict Content Security Policy with Trusted Types. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import type {} from '../../src/index.js';
import { closeContext, curtain, Demo, goOn, launch, pause, signIn, waitUntil, warning } from './support/demo.js';

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
  await closeContext(context);
});

const change = (page: Page, mode: string): Promise<unknown> => page.selectOption('#mode', mode);
const phase = (page: Page, wanted: string): Promise<unknown> =>
  page.waitForFunction((phase) => document.querySelector('session-security')?.state?.phase === phase, wanted);

async function signInAs(page: Page, username: string, password: string): Promise<void> {
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await page.click('main form button:not([type=button])');
  await page.waitForURL(/\/records\//);
}

/** Opens the window that the locked page offers. */
async function signInWindow(page: Page): Promise<Page> {
  const [window] = await Promise.all([context.waitForEvent('page'), page.click('session-security >> a')]);
  await window.waitForLoadState();
  return window;
}

async function lockedForm(record: string): Promise<Page> {
  const page = await signIn(context, demo, `/records/${record}`);
  await change(page, 'lock');
  await page.fill('textarea', 'Not yet saved.\n'.repeat(40));
  await page.evaluate(() => {
    const notes = document.querySelector('textarea')!;
    notes.focus();
    notes.setSelectionRange(20, 30);
    notes.scrollTop = 100;
  });
  await phase(page, 'locked');
  return page;
}

void test('[E4] a locked form is back as it was, and can be sent with the token of the new session', async () => {
  const page = await lockedForm('EQ-101');
  const token = await page.inputValue('input[name=token]');
  const window = await signInWindow(page);
  await signInAs(window, 'ana', 'heron');
  await phase(page, 'active');
  const notes = await page.evaluate(() => {
    const { value, selectionStart, selectionEnd, scrollTop } = document.querySelector('textarea')!;
    return { lines: value.split('\n').length, selectionStart, selectionEnd, isScrolled: scrollTop === 100 };
  });
  assert.deepEqual(notes, { lines: 41, selectionStart: 20, selectionEnd: 30, isScrolled: true });
  await page.waitForFunction((old) => document.querySelector<HTMLInputElement>('[name=token]')!.value !== old, token);
  await window.close();
  // A click by the browser's tools waits for the warning to go, and moves nothing that would take it back.
  await goOn(page);
  await page.click('button.main');
  await page.waitForURL(/saved/);
  assert.match(await page.inputValue('textarea'), /^Not yet saved/);
});

void test('[E4] somebody else who signs in sees nothing of it: the page is loaded anew', async () => {
  const page = await lockedForm('EQ-104');
  const window = await signInWindow(page);
  const shown: string[] = [];
  await page.exposeFunction('noteShown', (what: string) => shown.push(what));
  await page.evaluate(() => {
    setInterval(() => {
      const { state } = document.querySelector('session-security')!;
      if (state?.concealed === false)
        (window as unknown as { noteShown: (what: string) => void }).noteShown(state.phase);
    }, 10);
  });
  await Promise.all([page.waitForEvent('load'), signInAs(window, 'ben', 'otter')]);
  assert.deepEqual(shown, []);
  assert.doesNotMatch(await page.inputValue('textarea'), /Not yet saved/);
  assert.match((await page.textContent('.who')) ?? '', /Ben/);
});

void test('[E7] the end leads through the end of single sign-on, to a page that signs nobody in', async () => {
  const page = await signIn(context, demo);
  await change(page, 'sso');
  await page.waitForURL(/\/sso\/end$/);
  await pause(1_000);
  assert.match(page.url(), /\/sso\/end$/);
});

void test('[W9] a page shows a warning of its own, and extends by it', async () => {
  const page = await signIn(context, demo);
  await change(page, 'interface');
  await page.locator('.own-warning').waitFor();
  assert.equal(await warning(page).count(), 0);
  await page.click('.own-warning button:has-text("Stay")');
  await phase(page, 'active');
  assert.equal(await page.locator('.own-warning').count(), 0);
});

void test('[W10] the warning speaks the language it is told to', async () => {
  const page = await signIn(context, demo);
  await change(page, 'arabic');
  await warning(page).waitFor();
  const dialog = page.locator('session-security #warning');
  assert.deepEqual([await dialog.getAttribute('lang'), await dialog.getAttribute('dir')], ['ar', 'rtl']);
});

void test('[P5] each mode is one click away, and one of them explains on the console what the element does and why', async () => {
  const page = await signIn(context, demo, '/how');
  const modes = page.locator('#modes button');
  assert.equal(await modes.count(), await page.locator('#mode option').count());
  const written: string[] = [];
  page.on('console', (message) => written.push(message.text()));
  await page.getByRole('button', { name: 'explains itself on the console' }).click();
  assert.equal(await page.locator('#modes [aria-pressed=true]').innerText(), 'explains itself on the console');
  await warning(page).waitFor();
  await page.keyboard.press('Escape');
  await warning(page).waitFor({ state: 'hidden' });
  const before = '<session-security> ';
  const found = (start: string) => written.some((line) => line.startsWith(before + start));
  for (const start of [
    'warns after 4 s of inactivity and ends after 8 s',
    'asks the server: idle has reached warn-after (4 s)',
    'warns: idle for ',
    'asks the server: there was activity while the warning shows.',
    'takes back the warning',
  ])
    await waitUntil(
      () => found(start),
      () => `${start}: ${written.join('\n')}`,
    );
});

void test('[P5] the explanations are written once each, however often they are asked for, and say what was cancelled', async () => {
  const page = await signIn(context, demo, '/records/EQ-101');
  const written: string[] = [];
  page.on('console', (message) => written.push(message.text()));
  await page.evaluate(async () => {
    for (const copy of ['', '?again']) await import(`/assets/debug.js${copy}`);
    const guard = document.querySelector('session-security')!;
    guard.id = 'guard';
    for (const type of ['session-warning', 'session-end'])
      document.addEventListener(type, (event) => {
        event.preventDefault();
      });
  });
  await phase(page, 'ended');
  await waitUntil(() => written.some((line) => line.includes('cancelled session-end')));
  const said = written.filter((line) => line.startsWith('<session-security#guard> '));
  for (const part of ['cancelled session-warning', 'is over (idle)', 'cancelled session-end'])
    assert.equal(said.filter((line) => line.includes(part)).length, 1, said.join('\n'));
});

/** What the browser refuses to do in any page of the context. */
async function watchPolicy(context: BrowserContext): Promise<string[]> {
  const violations: string[] = [];
  await context.exposeFunction('noteViolation', (what: string) => violations.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { noteViolation } = window as unknown as { noteViolation: (what: string) => void };
      noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return violations;
}

for (const mode of [
  'standard',
  'button',
  'lock',
  'discard',
  'interface',
  'words',
  'german',
  'arabic',
  'notify',
  'debug',
]) {
  void test(`[P1] nothing violates the policy from the warning to the curtain: "${mode}"`, async () => {
    const violations = await watchPolicy(context);
    const page = await signIn(context, demo, '/records/EQ-101');
    await change(page, mode);
    await page.locator(mode === 'interface' ? '.own-warning' : 'session-security #warning[open]').waitFor();
    await page.evaluate(() => {
      document.querySelector('session-security')!.extend();
      document.querySelector('session-security')!.addEventListener('session-end', (event) => {
        event.preventDefault();
      });
    });
    await phase(page, 'active');
    await page.context().clearCookies();
    await page.evaluate(() => {
      document.querySelector('session-security')!.check();
    });
    await curtain(page).waitFor();
    assert.deepEqual(violations, []);
  });
}

void test('[P1] what violates it would be noticed', async () => {
  const violations = await watchPolicy(context);
  const page = await signIn(context, demo);
  await page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'p { color: red }';
    document.head.append(style);
  });
  await page.waitForFunction(() => document.querySelector('style'));
  for (let tries = 0; tries < 50 && violations.length === 0; tries += 1) await pause(50);
  assert.match(violations.join(), /style-src/);
});
