/** One ping over the network, and what its outcome means. It never throws, and unreachable never reads as live (N1). */
import { parseReply, serializePing, type Ping, type Reply } from '../protocol.js';

export type Outcome =
  | { reply: Reply }
  /** `fault` says what came, if it is no outage but a mistake somebody can mend. */
  | { reply: null; retryAfterMs: number | null; fault?: string };

/** `GET` speaks as django-session-security does. */
export interface PingInit {
  method: 'POST' | 'GET';
  headers: Headers;
  credentials: RequestCredentials;
}

/** What no server takes for news, whatever it rounds and however late it comes: the most that ours reads. */
const NO_NEWS_SECONDS = 9_999_999_999;

export async function sendPing(url: URL, ping: Ping, init: PingInit & RequestInit): Promise<Outcome> {
  const isGet = init.method === 'GET';
  const [to, headers] = [new URL(url), new Headers(init.headers)];
  headers.set('Accept', 'application/json');
  if (isGet) {
    // Always: its server takes a ping without it for activity.
    to.searchParams.set('idleFor', String(ping.idleMs === null ? NO_NEWS_SECONDS : Math.ceil(ping.idleMs / 1000)));
    headers.set('X-Requested-With', 'XMLHttpRequest');
  } else {
    headers.set('Content-Type', 'application/json');
  }
  try {
    const body = isGet ? null : serializePing(ping);
    return await judge(
      await fetch(to, { cache: 'no-store', ...init, headers, body }),
      isGet ? parseSeconds : parseReply,
    );
  } catch {
    return { reply: null, retryAfterMs: null };
  }
}

async function judge(response: Response, parse: (body: unknown) => Reply | null): Promise<Outcome> {
  const { status, ok, redirected, url, headers } = response;
  const type = headers.get('Content-Type') ?? '';
  const isPage = ok && type.includes('html');
  const ledToPage = redirected && isPage && new URL(url).origin === location.origin;
  // A server that refuses, without a reason in our words.
  if (status === 401 || status === 440 || ledToPage) return { reply: { state: 'ended', reason: 'revoked' } };
  const reply = ok && !redirected && !isPage ? parse(parseJson(await response.text())) : null;
  if (reply) return { reply };
  const isOutage = status === 429 || status >= 500;
  return {
    reply: null,
    retryAfterMs: retryAfterMs(headers),
    ...(!isOutage && { fault: `a ping answered by ${url} with ${String(status)} ${type}` }),
  };
}

/** The seconds since the latest activity, or "logout" where nobody is signed in: no limits, no lifetime, no owner. */
function parseSeconds(body: unknown): Reply | null {
  if (body === 'logout') return { state: 'none' };
  if (!Number.isSafeInteger(body) || (body as number) < 0) return null;
  const unknown = { warnAfterMs: Infinity, expireAfterMs: Infinity, lifetimeLeftMs: null, owner: null };
  return { state: 'live', idleMs: (body as number) * 1000, ...unknown };
}

/** A body that breaks off is an outage and throws before this; one that is whole, and no JSON, is a mistake. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** RFC 9110, section 10.2.3; only its form in seconds, since the client's clock does not count. */
function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('Retry-After') ?? '';
  return /^\d{1,6}$/.test(value) ? Number(value) * 1000 : null;
}
