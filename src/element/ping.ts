/** One ping over the network, and what its outcome means. It never throws, and unreachable never reads as live (N1). */
import { parseReply, serializePing, type Ping, type Reply } from '../protocol.js';

export type Outcome =
  | { reply: Reply }
  /** `fault` says what came, if it is no outage but a mistake somebody can mend. */
  | { reply: null; retryAfterMs: number | null; fault?: string };

export async function sendPing(url: URL, ping: Ping, init: RequestInit): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: serializePing(ping),
      cache: 'no-store',
      ...init,
    });
    return await judge(response);
  } catch {
    return { reply: null, retryAfterMs: null };
  }
}

async function judge(response: Response): Promise<Outcome> {
  const { status, ok, redirected, url, headers } = response;
  const type = headers.get('Content-Type') ?? '';
  const isPage = ok && type.includes('html');
  const ledToPage = redirected && isPage && new URL(url).origin === location.origin;
  // A server that refuses, without a reason in our words.
  if (status === 401 || status === 440 || ledToPage) return { reply: { state: 'ended', reason: 'revoked' } };
  const reply = ok && !redirected && !isPage ? parseReply(parseJson(await response.text())) : null;
  if (reply) return { reply };
  const isOutage = status === 429 || status >= 500;
  return {
    reply: null,
    retryAfterMs: retryAfterMs(headers),
    ...(!isOutage && { fault: `a ping answered by ${url} with ${String(status)} ${type}` }),
  };
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
