// @ts-check
/**
 * Takes the pictures of the element for README and docs/look.md from the running demo:
 *
 *     npm run build && node scripts/screenshots.mjs [folder] [--all]
 *
 * With `--all` each scene in each look, to be looked at; else those that are shown in the docs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from './browser.mjs';

/* global document, addEventListener -- in the page */

const AT_ONCE = 3;
const folder = process.argv[2] && !process.argv[2].startsWith('--') ? process.argv[2] : 'docs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {{ context: import('playwright').BrowserContextOptions, lang?: string }} Look */
/** @typedef {object | number | 'hang'} Answer */

/** @type {Record<string, Look>} */
const LOOKS = {
  light: { context: { viewport: { width: 800, height: 520 } } },
  dark: { context: { viewport: { width: 800, height: 520 }, colorScheme: 'dark' } },
  narrow: { context: { viewport: { width: 320, height: 568 } } },
  // A window of 1280 by 1024 at 400 %.
  zoomed: { context: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 2 } },
  'forced-colors': { context: { viewport: { width: 800, height: 520 }, forcedColors: 'active' } },
  rtl: { context: { viewport: { width: 800, height: 520 } }, lang: 'ar' },
};

const LIVE = { v: 1, state: 'live', warnAfterMs: 4_000, expireAfterMs: 34_000, lifetimeLeftMs: null };
const LONG = { ...LIVE, warnAfterMs: 60_000, expireAfterMs: 120_000 };
/** What is left in seconds when the picture is taken. */
const LEFT_S = 24;

/**
 * What the server says at first, what then, after a key was pressed or a question asked, and what is to be seen before
 * the picture is taken.
 *
 * @type {Record<string, { attributes?: Record<string, string>, first: Answer, then?: Answer, by?: 'key' | 'check', until: string }>}
 */
const SCENES = {
  warning: { first: LIVE, until: '#warning' },
  lifetime: { first: { ...LONG, lifetimeLeftMs: 30_000 }, until: '#warning' },
  unconfirmed: { first: LIVE, then: 'hang', by: 'key', until: '[part=time]:text("…")' },
  unreachable: { first: LIVE, then: 503, by: 'key', until: '[part=time]:text("…")' },
  verifying: { first: { ...LIVE, warnAfterMs: 3_000, expireAfterMs: 5_000 }, then: 'hang', until: '#curtain h2' },
  ended: { first: LONG, then: { v: 1, state: 'ended', reason: 'idle' }, by: 'check', until: '#curtain a' },
  replaced: { first: { ...LONG, owner: 'a' }, then: { ...LONG, owner: 'b' }, by: 'check', until: '#curtain a' },
  locked: {
    attributes: { lock: '' },
    first: LONG,
    then: { v: 1, state: 'ended', reason: 'idle' },
    by: 'check',
    until: '#curtain a',
  },
};

const nameOf = (/** @type {string} */ scene, /** @type {string} */ look) =>
  look === 'light' ? scene : `${scene}-${look}`;
const IN_DOCS = [
  ...Object.keys(LOOKS).map((look) => nameOf('warning', look)),
  ...['lifetime', 'unconfirmed', 'unreachable', 'ended', 'locked', 'lifetime-rtl', 'locked-dark', 'ended-narrow'],
];

const demo = spawn(process.execPath, ['--import', 'tsx', 'demo/server.ts'], {
  env: { ...process.env, PORT: '0', WARN_AFTER: '540', EXPIRE_AFTER: '600' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(demo.stdout, 'data');
const url = /http:\/\/\S+/.exec(String(line))?.[0] ?? '';
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });

const wanted = Object.keys(SCENES)
  .flatMap((scene) => Object.keys(LOOKS).map((look) => /** @type {const} */ ([scene, look])))
  .filter(([scene, look]) => process.argv.includes('--all') || IN_DOCS.includes(nameOf(scene, look)));
try {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = wanted.shift(); next; next = wanted.shift()) await take(...next);
    }),
  );
} finally {
  await browser.close();
  demo.kill();
}

/** @param {string} sceneName @param {string} lookName */
async function take(sceneName, lookName) {
  const look = /** @type {Look} */ (LOOKS[lookName]);
  const scene = /** @type {typeof SCENES[string]} */ (SCENES[sceneName]);
  const context = await browser.newContext(look.context);
  const page = await context.newPage();
  const server = answerPings(page, scene.first);
  await page.goto(`${url}/sign-in?next=/records/EQ-101`);
  await page.fill('[name=username]', 'ana');
  await page.fill('[name=password]', 'heron');
  await page.click('main form button:not([type=button])');
  await page.waitForURL(/records/);
  await page.evaluate(
    ({ lang, attributes }) => {
      if (lang) Object.assign(document.documentElement, { lang, dir: 'rtl' });
      const guard = document.querySelector('session-security');
      for (const [name, value] of Object.entries(attributes)) guard?.setAttribute(name, value);
      addEventListener('session-end', (event) => event.preventDefault());
    },
    { lang: look.lang, attributes: scene.attributes ?? {} },
  );
  if (scene.by === 'key') await page.locator('session-security #warning[open]').waitFor();
  else
    await page.waitForFunction(
      () => Reflect.get(document.querySelector('session-security') ?? {}, 'state')?.asking === null,
    );
  if (scene.then) {
    server.answer = scene.then;
    // No page asks twice within a second.
    await page.waitForTimeout(1_500);
    if (scene.by === 'key') await page.keyboard.press('Shift');
    if (scene.by === 'check')
      await page.evaluate(() =>
        Reflect.get(document.querySelector('session-security') ?? {}, 'check').call(
          document.querySelector('session-security'),
        ),
      );
  }
  await page.locator(`session-security ${scene.until}`).waitFor();
  if (scene.until === '#warning')
    await page.waitForFunction(
      (left) =>
        Math.ceil(Reflect.get(document.querySelector('session-security') ?? {}, 'state').remainingMs / 1000) <= left,
      LEFT_S,
    );
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${nameOf(sceneName, lookName)}.png` });
  await context.close();
}

/**
 * In the place of the demo's server, as which no more is wanted of it here than time.
 *
 * @param {Page} page
 * @param {Answer} answer
 */
function answerPings(page, answer) {
  const server = { answer };
  let activeAt = Date.now();
  void page.route('**/session/ping', (route) => {
    const { answer } = server;
    if (answer === 'hang') return undefined;
    if (typeof answer === 'number') return route.fulfill({ status: answer });
    activeAt = Math.max(activeAt, Date.now() - (route.request().postDataJSON().idleMs ?? Infinity));
    return route.fulfill({ json: { idleMs: Date.now() - activeAt, ...answer } });
  });
  return server;
}
