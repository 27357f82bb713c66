/** The cookies of a request as they stand by now: what the browser sent, and what the response has changed so far. */
import type { Context } from 'hono';

/** In the form of the request's header `Cookie`; for no cookies the empty string. */
export function cookiesNow(c: Context): string {
  const jar = pairs(c);
  // This tells the headers that are prepared, and makes no response of them as `c.res` would.
  for (const line of c.body(null).headers.getSetCookie()) {
    const [cookie = '', ...attributes] = line.split(';');
    const name = nameOf(cookie);
    for (let i = jar.length - 1; i >= 0; i--) if (nameOf(jar[i] ?? '') === name) jar.splice(i, 1);
    const removed = attributes.some((one) => /^\s*max-age=(0|-\d+)\s*$/i.test(one));
    if (!removed) jar.push(cookie.trim());
  }
  return jar.join('; ');
}

/**
 * Takes cookies, each given as `name=value`, out of the request: whatever reads it after this finds them no more. What
 * the response says of them is for the caller.
 */
export function hideCookies(c: Context, hidden: (cookie: string) => boolean): void {
  const { raw } = c.req;
  const headers = new Headers(raw.headers);
  const sent = pairs(c);
  const left = sent.filter((cookie) => !hidden(cookie));
  if (left.length === sent.length) return;
  headers.set('Cookie', left.join('; '));
  // A method is copied, not named: a server may let pass one that `Request` refuses, such as TRACE.
  c.req.raw = raw.bodyUsed ? new Request(raw.url, { method: raw.method, headers }) : new Request(raw, { headers });
}

/** The name of a cookie that is given as `name=value`. */
export const nameOf = (cookie: string): string => (cookie.split('=', 1)[0] ?? '').trim();

/** For `Max-Age`, in whole seconds: browsers keep no cookie for longer than 400 days (RFC 6265bis, 5.5), and Hono sets none. */
export const cookieAge = (ms: number): number => Math.min(Math.ceil(ms / 1_000), 400 * 86_400);

const pairs = (c: Context): string[] => (c.req.header('Cookie') ?? '').split(/; */).filter((cookie) => cookie !== '');
