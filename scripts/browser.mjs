// @ts-check
/**
 * Finds the browsers that the tests run in, or installs Debian's where that is possible.
 * `node scripts/browser.mjs` prints the path of Chromium.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'msedge',
  'microsoft-edge-stable',
];

const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const isRoot = process.getuid?.() === 0;

/** What every launch needs: no sandbox as root (Chromium refuses to start otherwise), no traffic of the browser's own. */
export const chromiumArgs = [
  ...(isRoot ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** How long a context may take to close. */
const CLOSING_MS = 10_000;

/**
 * A Chromium that is asked to close a context, or a page of it, just when that page is replaced by another may never
 * answer. What is left of it then goes with the browser.
 *
 * @param {import('playwright').BrowserContext} context
 */
export async function closeContext(context) {
  const close = async () => {
    await Promise.all(context.pages().map((page) => page.close()));
    await context.close();
  };
  const gaveUp = new AbortController();
  const patience = delay(CLOSING_MS, undefined, { signal: gaveUp.signal }).catch(() => undefined);
  // Once the browser is gone it fails.
  await Promise.race([close().catch(() => undefined), patience]);
  gaveUp.abort();
}

/**
 * The path of a Chromium: `CHROME_PATH` if set, else one in the PATH or in a usual place, else Playwright's own,
 * else, as root on a Debian, a freshly installed one (not with `NO_BROWSER_INSTALL=1`).
 *
 * @returns {Promise<string>}
 * @throws {Error} that says what to do when there is none.
 */
export async function findChromium({ install = process.env['NO_BROWSER_INSTALL'] !== '1' } = {}) {
  const chosen = process.env['CHROME_PATH'];
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROME_PATH=${chosen} is not an executable file`);
  }
  const found =
    findInstalled() ??
    (await findPlaywrights()) ??
    (install && installFromDebian('chromium', 'fonts-liberation') ? findInstalled() : undefined);
  if (found) return found;
  throw new Error(
    'No Chromium found. Set CHROME_PATH, or run `apt-get install chromium` as root, or `npx playwright install chromium`.',
  );
}

function findInstalled() {
  return findInPath(NAMES) ?? PLACES.find((place) => existsSync(place));
}

async function findPlaywrights() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/**
 * The path of a Firefox: `FIREFOX_PATH` if set, else one in the PATH, else a freshly installed one, as for Chromium.
 *
 * @returns {string}
 * @throws {Error} that says what to do when there is none.
 */
export function findFirefox({ install = process.env['NO_BROWSER_INSTALL'] !== '1' } = {}) {
  const chosen = process.env['FIREFOX_PATH'];
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`FIREFOX_PATH=${chosen} is not an executable file`);
  }
  const find = () => findInPath(['firefox-esr', 'firefox']);
  const found = find() ?? (install && installFromDebian('firefox-esr') ? find() : undefined);
  if (found) return found;
  throw new Error('No Firefox found. Set FIREFOX_PATH, or run `apt-get install firefox-esr` as root.');
}

/**
 * WebKit as Debian has it: its driver, the browser that the driver starts, and Xvfb, where there is no display.
 *
 * @returns {{ driver: string, browser: string, xvfb: string | undefined }}
 * @throws {Error} that says what to do when there is none.
 */
export function findWebKit({ install = process.env['NO_BROWSER_INSTALL'] !== '1' } = {}) {
  const find = () => {
    const driver = findInPath(['WebKitWebDriver']);
    const browser = findMiniBrowser();
    const xvfb = findInPath(['Xvfb']);
    return driver && browser && (xvfb ?? process.env['DISPLAY']) ? { driver, browser, xvfb } : undefined;
  };
  const found = find() ?? (install && installFromDebian('webkit2gtk-driver', 'xvfb') ? find() : undefined);
  if (found) return found;
  throw new Error('No WebKit found. Run `apt-get install webkit2gtk-driver xvfb` as root on Debian or Ubuntu.');
}

function findMiniBrowser() {
  const libraries = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const places = libraries.map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`);
  return places.find(isExecutable);
}

/**
 * Whether it has installed them.
 *
 * @param {string[]} packages
 */
function installFromDebian(...packages) {
  if (!isRoot || process.platform !== 'linux' || !findInPath(['apt-get'])) return false;
  console.error(`Not found: installing Debian’s ${packages.join(' and ')}, once …`);
  aptInstall(...packages);
  return true;
}

/**
 * As root on a Debian.
 *
 * @param {string[]} packages
 */
export function aptInstall(...packages) {
  const install = () => {
    aptGet('install', '-y', '--no-install-recommends', ...packages);
  };
  try {
    install();
  } catch {
    // A new machine has no package lists yet, an old one stale lists.
    aptGet('update');
    install();
  }
}

/** @param {string[]} args */
function aptGet(...args) {
  execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-qq', ...args], {
    // The standard output is for the path alone.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** @param {string[]} names */
function findInPath(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await findChromium());
