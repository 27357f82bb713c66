// @ts-check
/**
 * Installs what the stores are tested with, where it is missing: the drivers of this folder's package.json, and, as root
 * on a Debian, the servers. What cannot be installed is told by the tests that need it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findProgram } from './programs.mjs';

const folder = import.meta.dirname;

installDrivers();
installServers();

function installDrivers() {
  const lock = join(folder, 'package-lock.json');
  // npm writes it last.
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
}

function installServers() {
  const missing = [
    ...(findProgram('redis-server') ? [] : ['redis-server']),
    ...(findProgram('postgres') ? [] : ['postgresql']),
  ];
  if (missing.length === 0 || process.getuid?.() !== 0 || !findProgram('apt-get')) return;
  console.error(`Installing ${missing.join(' and ')}, once …`);
  try {
    aptGet('update');
    aptGet('install', '-y', '--no-install-recommends', ...missing);
  } catch (error) {
    console.error(error);
  }
}

/** @param {string[]} args */
function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-qq', ...args], { stdio: 'inherit', env });
}
