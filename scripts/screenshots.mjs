// @ts-check
/** Takes the README's picture of the warning from the running demo: `npm run build && node scripts/screenshots.mjs [folder]`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from './browser.mjs';

const folder = process.argv[2] ?? 'docs';

/** @type {[name: string, context: import('playwright').BrowserContextOptions, rtlLang?: string][]} */
const VIEWS = [
  ['warning', { viewport: { width: 960, height: 600 } }],
  ['warning-dark', { viewport: { width: 960, height: 600 }, colorScheme: 'dark' }],
  ['warning-narrow', { viewport: { width: 320, height: 640 } }],
  ['warning-zoomed', { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
  ['warning-forced-colors', { viewport: { width: 960, height: 600 }, forcedColors: 'active' }],
  ['warning-rtl', { viewport: { width: 960, height: 600 } }, 'ar'],
];

const demo = spawn(process.execPath, ['--import', 'tsx', 'demo/server.ts'], {
  env: { ...process.env, PORT: '0', WARN_AFTER: '4', EXPIRE_AFTER: '34' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(demo.stdout, 'data');
const url = /http:\/\/\S+/.exec(String(line))?.[0] ?? '';
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
for (const [name, options, rtlLang] of VIEWS) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${url}/sign-in?next=/records/EQ-101`);
  await page.fill('[name=username]', 'ana');
  await page.fill('[name=password]', 'heron');
  await page.click('main form button:not([type=button])');
  if (rtlLang) await page.locator('html').evaluate((html, lang) => Object.assign(html, { lang, dir: 'rtl' }), rtlLang);
  await page.locator('session-security dialog[open]').waitFor();
  await page.getByText('0:24').waitFor();
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page
    .locator('session-security #curtain')
    .waitFor({ timeout: 40_000 })
    .catch(() => undefined);
  await context.close();
}
await browser.close();
demo.kill();
