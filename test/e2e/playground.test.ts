/** The playground, under the demo's Content Security Policy: what is set shows in the tag, in the frame, and in the log. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright';
import { Demo, launch } from './support/demo.js';

const demo = new Demo({ warnAfter: 30, expireAfter: 60 });
let browser: Browser;
let page: Page;
let complaints: string[];
before(async () => {
  browser = await launch();
  await demo.start();
});
after(async () => {
  await browser.close();
  await demo.kill();
});
beforeEach(async () => {
  page = await browser.newPage();
  complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${demo.url}/sign-in`);
  await page.click('nav >> text=Playground');
  await page.waitForURL(`${demo.url}/playground`);
});
afterEach(() => page.close());

const set = (name: string, value: string) => page.selectOption(`[name="${name}"]`, value);
const fill = async (name: string, value: string) => {
  await page.fill(`[name="${name}"]`, value);
  await page.press(`[name="${name}"]`, 'Tab');
};
const frame = () => page.frameLocator('#frame');
const warning = () => frame().locator('session-security #warning[open]');
const happened = (words: string) => page.locator('#log li', { hasText: words }).first().waitFor();

void test('[W9] it has a field for every attribute', async () => {
  const manifest = await readFile(new URL('../../custom-elements.json', import.meta.url), 'utf8');
  const names = [...manifest.matchAll(/"attribute": "([\w-]+)"/g)].map(([, name]) => name!);
  assert.ok(names.length >= 19);
  for (const name of names) assert.equal(await page.locator(`[name="attribute:${name}"]`).count(), 1, name);
});

void test('[W9] what is set is in the tag to paste and on the element in the frame', async () => {
  await fill('attribute:warn-after', '100');
  await set('attribute:extend-on', 'button');
  await page.check('[name="attribute:lock"]');
  await fill('attribute:messages', '{"stay":"Carry on"}');
  const tag = (await page.textContent('#tag')) ?? '';
  for (const line of [
    'warn-after="100"',
    'extend-on="button"',
    ' lock\n',
    'messages="{&quot;stay&quot;:&quot;Carry on&quot;}"',
  ])
    assert.ok(tag.includes(line), tag);
  const guard = frame().locator('session-security');
  assert.equal(await guard.getAttribute('messages'), '{"stay":"Carry on"}');
  await frame().locator('session-security button', { hasText: 'Carry on' }).waitFor({ state: 'attached' });
  assert.deepEqual(complaints, []);
});

void test('[W2] minutes pass in seconds, and the log tells of phases and pings', async () => {
  await warning().waitFor();
  await happened('ping: asks – live');
  await happened('event: session-warning, idle');
  await happened('phase: warning');
  await happened('event: session-end, idle');
  await frame().locator('h1', { hasText: 'Signed out' }).waitFor();
  await page.click('#again');
  await frame().locator('h1', { hasText: 'A guarded page' }).waitFor();
  assert.deepEqual(complaints, []);
});

void test('[A6] activity in the frame takes back the warning at that speed, too', async () => {
  await fill('attribute:warn-after', '60');
  await fill('attribute:expire-after', '900');
  await warning().waitFor();
  await frame().locator('session-security button', { hasText: 'Stay signed in' }).click();
  await happened('event: session-extend');
  await happened('ping: tells of activity');
});

void test('[T3] a server that is down changes nothing about the end', async () => {
  await set('server', 'down');
  await fill('attribute:warn-after', '60');
  await fill('attribute:expire-after', '120');
  await happened('no answer');
  await happened('event: session-end');
});
