/** The original and what it needs, as Debian ships them: installed where that is possible, and never changed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { aptInstall } from '../../../scripts/browser.mjs';

export const ORIGINAL = '/usr/lib/python3/dist-packages/session_security';
export const JQUERY = '/usr/share/javascript/jquery/jquery.min.js';
/** Debian's own, which sees Debian's packages. */
export const PYTHON = '/usr/bin/python3';

const isThere = () => existsSync(ORIGINAL) && existsSync(JQUERY);

/** Why the suite cannot run on this machine; `false` if it can. In CI it must. */
export const reasonToSkip = (): string | false => missing(isThere, 'python3-django-session-security', 'libjs-jquery');

/** The same, for what needs other packages. */
export const notInstalled = (...packages: string[]): string | false =>
  missing(() => packages.every(isInstalled), ...packages);

function missing(isThere: () => boolean, ...packages: string[]): string | false {
  if (isThere()) return false;
  const reason = `${packages.join(', ')} of Debian are not installed`;
  try {
    console.error(`${reason}: installing them, once …`);
    aptInstall(...packages);
  } catch (error) {
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
  }
  if (isThere()) return false;
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}

function isInstalled(name: string): boolean {
  const { status, stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.endsWith(' installed');
}
