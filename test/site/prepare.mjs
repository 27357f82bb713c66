// @ts-check
/** Builds the site with its own generator, which is installed where it is missing. */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const site = join(import.meta.dirname, '../../site');
const installed = join(site, 'node_modules/.package-lock.json');

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(site, 'package-lock.json')).mtimeMs)
  npm('ci', '--no-audit', '--no-fund', '--ignore-scripts');
npm('run', '--silent', 'build');

/** @param {string[]} args */
function npm(...args) {
  execFileSync('npm', args, { cwd: site, stdio: 'inherit' });
}
