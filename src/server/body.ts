/** The body of a request, read only as far and for as long as it may take. */
import type { Context } from 'hono';

export interface BodyBounds {
  maxBytes: number;
  timeoutMs: number;
}

/** Without `text`, what is wrong with it. */
type Body = { text: string } | { fault: string };

/** Nothing of a body beyond its bounds is kept, nor waited for. */
export function readBody(c: Context, bounds: BodyBounds): Promise<Body> {
  // By HTTP a body is no longer than it says (RFC 9112, 6.3). To count what comes makes a ping on Node take twice as long.
  const length = Number(c.req.header('Content-Length') ?? NaN);
  return c.req.raw.bodyUsed || length <= bounds.maxBytes ? readAtOnce(c, bounds) : readAsItComes(c, bounds);
}

async function readAtOnce(c: Context, bounds: BodyBounds): Promise<Body> {
  const { bodyUsed } = c.req.raw;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Body>((resolve) => {
    timer = setTimeout(() => resolve({ fault: tooSlow(bounds) }), bounds.timeoutMs);
  });
  // What middleware above has read by Hono's means is remembered there.
  const read = c.req.text().then(
    (text) => (text.length > bounds.maxBytes ? { fault: tooLarge(bounds) } : { text }),
    () => ({ fault: bodyUsed ? 'the body was read before' : 'the body broke off' }),
  );
  try {
    return await Promise.race([read, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readAsItComes(c: Context, bounds: BodyBounds): Promise<Body> {
  const { body } = c.req.raw;
  if (body === null) return { text: '' };
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let fault = null as string | null;
  const stop = (why: string) => {
    fault = why;
    void reader.cancel().catch(() => undefined);
  };
  const timer = setTimeout(() => stop(tooSlow(bounds)), bounds.timeoutMs);
  let text = '';
  let bytes = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.byteLength;
      if (bytes > bounds.maxBytes) stop(tooLarge(bounds));
      else text += decoder.decode(chunk.value, { stream: true });
    }
    return fault === null ? { text: text + decoder.decode() } : { fault };
  } catch {
    return { fault: 'the body broke off' };
  } finally {
    clearTimeout(timer);
  }
}

const tooSlow = ({ timeoutMs }: BodyBounds) => `the body took longer than ${timeoutMs / 1_000} seconds`;

const tooLarge = ({ maxBytes }: BodyBounds) => `the body is larger than ${maxBytes} bytes`;
