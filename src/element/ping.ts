/** One ping over the network, and what its outcome means. It never throws, and unreachable never reads as live (N1). */
import { parseReply, serializePing, type Ping, type Reply } from '../protocol.js';

export type Outcome =
  | { reply: Reply }
  /** `fault` is there if it is no outage but a mistake somebody can mend. */
  | { reply: null; retryAfterMs: number | null; fault?: string };

export interface PingOptions {
  signal: AbortSignal;
  /** Lets the page start first. */
  unhurried?: boolean;
  /** Outlives the page. */
  keepalive?: boolean;
}

const UNREACHABLE: Outcome = { reply: null, retryAfterMs: null };
/** A server that refuses without a reason in our words. */
const REFUSED: Outcome = { reply: { state: 'ended', reason: 'revoked' } };

export async function sendPing(url: string, ping: Ping, options: PingOptions): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: serializePing(ping),
      cache: 'no-store',
      priority: options.unhurried ? 'low' : 'high',
      keepalive: options.keepalive ?? false,
      signal: options.signal,
    });
    return await judge(response);
  } catch {
    return UNREACHABLE;
  }
}

async function judge(response: Response): Promise<Outcome> {
  const { status, redirected, url } = response;
  if (status === 401 || status === 440) return REFUSED;
  const isHtml = response.headers.get('Content-Type')?.includes('html') ?? false;
  if (redirected) {
    const own = new URL(url).origin === location.origin;
    return own && isHtml && response.ok ? REFUSED : fault(`was redirected to ${url}`);
  }
  if (status === 429 || status >= 500) return { reply: null, retryAfterMs: retryAfterMs(response) };
  if (!response.ok) return fault(`was answered ${String(status)}`);
  if (isHtml) return fault('was answered by a page of HTML');
  const reply = parseReply(parseJson(await response.text()));
  return reply ? { reply } : fault('was answered by something else than a reply');
}

/** A body that breaks off is an outage and throws before this; one that is whole, and no JSON, is a mistake. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const fault = (what: string): Outcome => ({
  reply: null,
  retryAfterMs: null,
  fault: `the ping ${what}. Check ping-url, the server's route for it, and what stands between (a proxy, CSRF protection).`,
});

/** RFC 9110, section 10.2.3; only its form in seconds, since the client's clock does not count. */
function retryAfterMs({ headers }: Response): number | null {
  const value = headers.get('Retry-After') ?? '';
  return /^[0-9]{1,6}$/.test(value) ? Number(value) * 1000 : null;
}
