/** What the attributes say, checked: where a value is at fault, it is reported and the safe side is taken. */
import { SHORTEST_WARNING_MS, warningMs, type Limits } from '../policy.js';
import type { SignOut } from './departure.js';
import type { Fault } from './faults.js';
import type { PingInit } from './ping.js';
import { isOrigin } from './frame-report.js';

export interface Attributes {
  warnAfter: number | null;
  expireAfter: number | null;
  pingUrl: string | null;
  pingMethod: string | null;
  headers: string | Record<string, string> | null;
  credentials: string | null;
  signInUrl: string | null;
  signOutUrl: string | null;
  extendOn: string | null;
  events: string | null;
  channel: string | null;
  lock: boolean;
  lockFor: number | null;
  endSessionUrl: string | null;
  frameOrigins: string | null;
  mediaFor: number | null;
  confirmFormDiscard: boolean;
}

export interface Settings {
  /** `Infinity` where the element names none. */
  own: Limits;
  pingUrl: URL | null;
  pingInit: PingInit;
  signInUrl: URL | null;
  signOut: SignOut | null;
  extendOn: 'any' | 'button';
  /** `null`: the default list. */
  events: readonly string[] | null;
  /** How long an ended page is kept for the same person; `null`: not at all. */
  lockForMs: number | null;
  /** Where to go at the end instead of to the sign-in. */
  endSessionUrl: URL | null;
  /** What the tabs of one application have in common. */
  channel: string;
  frameOrigins: readonly string[];
  /** 0: media that plays is no activity. */
  mediaForMs: number;
  confirmFormDiscard: boolean;
}

/** `found` names the culprit and its value, such as `warn-after="-5"`. */
export type Report = (fault: Fault, found: string) => void;

/** As long as a page is kept locked unless `lock-for` says otherwise. */
const LOCK_MS = 900_000;

export function readSettings(attributes: Attributes, form: HTMLFormElement | null, report: Report): Settings {
  const read = <V, T>(name: Fault, value: V | null, parse: (value: V) => T | null): T | null => {
    const parsed = value === null ? null : parse(value);
    // What a header says may be secret.
    if (value !== null && parsed === null) report(name, name === 'headers' ? name : `${name}="${String(value)}"`);
    return parsed;
  };
  const { warnAfter, expireAfter } = attributes;
  const own: Limits = {
    warnAfterMs: read('warn-after', warnAfter, milliseconds) ?? Infinity,
    expireAfterMs: read('expire-after', expireAfter, milliseconds) ?? Infinity,
  };
  const pingUrl = read('ping-url', attributes.pingUrl, httpUrl);
  const pingInit: PingInit = {
    method: read('ping-method', attributes.pingMethod, oneOf('post', 'get')) === 'get' ? 'GET' : 'POST',
    headers: read('headers', attributes.headers, parseHeaders) ?? new Headers(),
    credentials: read('credentials', attributes.credentials, oneOf('same-origin', 'include', 'omit')) ?? 'same-origin',
  };
  const signOut = form ?? read('sign-out-url', attributes.signOutUrl, httpUrl);
  if (attributes.lock && !pingUrl) report('lock', 'lock');
  // Without a server to ask, the page must know its limits, and how to end the server's session.
  if (!pingUrl && !signOut) report('alone', 'no ping-url');
  const isTold = pingUrl && pingInit.method === 'POST';
  if (!isTold && Math.min(own.warnAfterMs, own.expireAfterMs) === Infinity)
    report('limits', pingUrl ? 'ping-method="get"' : 'no ping-url');
  if (own.warnAfterMs < Infinity && own.warnAfterMs >= own.expireAfterMs) {
    report('order', `warn-after="${String(warnAfter)}" expire-after="${String(expireAfter)}"`);
    own.warnAfterMs = Infinity;
  }
  return {
    own,
    pingUrl,
    pingInit,
    lockForMs: attributes.lock && pingUrl ? (read('lock-for', attributes.lockFor, milliseconds) ?? LOCK_MS) : null,
    endSessionUrl: read('end-session-url', attributes.endSessionUrl, httpUrl),
    signInUrl: read('sign-in-url', attributes.signInUrl, httpUrl),
    signOut,
    extendOn: read('extend-on', attributes.extendOn, oneOf('any', 'button')) ?? 'any',
    events: read('events', attributes.events, (value) => value.match(/\S+/g)),
    channel: attributes.channel ?? pingUrl?.href ?? form?.getAttribute('action') ?? attributes.signOutUrl ?? '',
    frameOrigins: read('frame-origins', attributes.frameOrigins, origins) ?? [],
    mediaForMs: read('media-for', attributes.mediaFor, milliseconds) ?? 0,
    confirmFormDiscard: attributes.confirmFormDiscard,
  };
}

function milliseconds(seconds: number): number | null {
  const ms = seconds * 1000;
  return ms > 0 && ms <= Number.MAX_SAFE_INTEGER ? ms : null;
}

const oneOf =
  <T extends string>(...values: T[]) =>
  (value: string): T | null =>
    values.find((known) => known === value) ?? null;

function parseHeaders(value: string | Record<string, string>): Headers | null {
  try {
    const fields = (typeof value === 'string' ? JSON.parse(value) : value) as Record<string, string>;
    return Object.values(fields).every((text) => typeof text === 'string') ? new Headers(fields) : null;
  } catch {
    return null;
  }
}

function origins(value: string): string[] | null {
  const named: string[] | null = value.match(/\S+/g);
  return named?.every(isOrigin) ? named : null;
}

function httpUrl(value: string): URL | null {
  const url = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

/** W7: a person must have time to read a warning and to answer it. */
export function checkWarning(limits: Limits, report: Report): void {
  const ms = warningMs(limits);
  if (ms < SHORTEST_WARNING_MS) report('warning', `a warning of ${String(ms / 1000)} seconds`);
}
