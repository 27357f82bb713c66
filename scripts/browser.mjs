// @ts-check
/**
 * Finds a browser of the Chromium family, or installs Debian's where that is possible.
 * `node scripts/browser.mjs` prints its path.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
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
  const found = findInstalled() ?? (await findPlaywrights()) ?? (install ? installFromDebian() : undefined);
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

function installFromDebian() {
  if (!isRoot || process.platform !== 'linux' || !findInPath(['apt-get'])) return undefined;
  console.error('No browser found: installing Debian’s chromium, once …');
  aptInstall('chromium', 'fonts-liberation');
  return findInstalled();
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
