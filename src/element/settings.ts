/** What the attributes say, checked: each fault names the attribute, the value and the remedy, and the safe side is taken. */
import { SHORTEST_WARNING_MS, warningMs, type Limits } from '../policy.js';
import type { SignOut } from './departure.js';

export interface Attributes {
  warnAfter: number | null;
  expireAfter: number | null;
  pingUrl: string | null;
  signInUrl: string | null;
  signOutUrl: string | null;
  extendOn: string | null;
  events: string | null;
}

export interface Settings {
  own: Partial<Limits>;
  pingUrl: URL | null;
  signInUrl: URL | null;
  signOut: SignOut | null;
  extendOn: 'any' | 'button';
  /** `null`: the default list. */
  events: readonly string[] | null;
}

type Report = (fault: string) => void;

export function readSettings(attributes: Attributes, form: HTMLFormElement | null, report: Report): Settings {
  const url = (name: string, value: string | null): URL | null => httpUrl(name, value, report);
  const pingUrl = url('ping-url', attributes.pingUrl);
  const settings: Settings = {
    own: ownLimits(attributes, report),
    pingUrl,
    signInUrl: url('sign-in-url', attributes.signInUrl),
    signOut: form ?? url('sign-out-url', attributes.signOutUrl),
    extendOn: extendOn(attributes.extendOn, report),
    events: eventNames(attributes.events, report),
  };
  if (!pingUrl) checkAlone(settings, report);
  return settings;
}

/** Without a server to ask, the page must know its limits, and how to end the server's session. */
function checkAlone({ own, signOut }: Settings, report: Report): void {
  if (!signOut) {
    report(
      'there is neither a ping-url nor a way to sign out, so the server would keep the session. ' +
        'Add ping-url, or a form in slot="sign-out", or sign-out-url.',
    );
  }
  if (own.warnAfterMs === undefined && own.expireAfterMs === undefined) {
    report('no limits from anywhere: 540 and 600 seconds are used. Set warn-after and expire-after, or ping-url.');
  }
}

function ownLimits({ warnAfter, expireAfter }: Attributes, report: Report): Partial<Limits> {
  const warnAfterMs = milliseconds('warn-after', warnAfter, report);
  const expireAfterMs = milliseconds('expire-after', expireAfter, report);
  const own: Partial<Limits> = {};
  if (expireAfterMs !== null) own.expireAfterMs = expireAfterMs;
  if (warnAfterMs !== null && expireAfterMs !== null && warnAfterMs >= expireAfterMs) {
    report(
      `warn-after="${String(warnAfter)}" is not less than expire-after="${String(expireAfter)}" and is ignored. ` +
        'Set it at least 20 seconds lower.',
    );
  } else if (warnAfterMs !== null) own.warnAfterMs = warnAfterMs;
  return own;
}

function milliseconds(name: string, seconds: number | null, report: Report): number | null {
  if (seconds === null) return null;
  const ms = seconds * 1000;
  if (ms > 0 && ms <= Number.MAX_SAFE_INTEGER) return ms;
  report(
    `${name}="${String(seconds)}" is not a number of seconds above 0 and is ignored. Set it to one, such as "540".`,
  );
  return null;
}

function httpUrl(name: string, value: string | null, report: Report): URL | null {
  if (value === null) return null;
  const url = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI) : null;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  report(`${name}="${value}" is not an http(s) address and is ignored. Set it to a path or URL of your server.`);
  return null;
}

function extendOn(value: string | null, report: Report): 'any' | 'button' {
  if (value === null) return 'any';
  if (value === 'any' || value === 'button') return value;
  report(`extend-on="${value}" is unknown; "any" is used. Set it to "any" or "button".`);
  return 'any';
}

function eventNames(value: string | null, report: Report): readonly string[] | null {
  if (value === null) return null;
  const names = value.split(/\s+/).filter(Boolean);
  if (names.length > 0) return names;
  report(
    'events="" names no event, so nobody could stay signed in; the default list is used. Name some, or remove it.',
  );
  return null;
}

/** W7: a person must have time to read a warning and to answer it. */
export function checkWarning(limits: Limits, report: Report): void {
  const seconds = warningMs(limits) / 1000;
  if (warningMs(limits) >= SHORTEST_WARNING_MS) return;
  report(
    `the warning shows for ${String(seconds)} seconds only; WCAG 2.2 (2.2.1) asks for at least 20. ` +
      'Lower warn-after, or raise expire-after, here or on the server.',
  );
}
