/** The original and what it needs, as Debian ships them: installed where that is possible, and never changed. */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { aptInstall } from '../../../scripts/browser.mjs';

export const ORIGINAL = '/usr/lib/python3/dist-packages/session_security';
export const JQUERY = '/usr/share/javascript/jquery/jquery.min.js';
/** Debian's own, which sees Debian's packages. */
export const PYTHON = '/usr/bin/python3';

const isThere = () => existsSync(ORIGINAL) && existsSync(JQUERY);

/** Why the suite cannot run on this machine; `false` if it can. In CI it must. */
export function reasonToSkip(): string | false {
  if (isThere()) return false;
  const reason = 'python3-django-session-security and libjs-jquery of Debian are not installed';
  try {
    console.error(`${reason}: installing them, once …`);
    aptInstall('python3-django-session-security', 'libjs-jquery');
  } catch (error) {
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
  }
  if (isThere()) return false;
  if (process.env['CI'] === 'true') throw new Error(reason);
  return reason;
}
