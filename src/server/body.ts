/** The body of a request, read only as far and for as long as it may take. */
import type { Context } from 'hono';

export interface BodyBounds {
  maxBytes: number;
  timeoutMs: number;
}

/** Without `text`, what is wrong with it. Nothing of a body beyond its bounds is kept, nor waited for. */
export async function readBody(
  c: Context,
  { maxBytes, timeoutMs }: BodyBounds,
): Promise<{ text: string } | { fault: string }> {
  const { bodyUsed, body } = c.req.raw;
  // What middleware above has read by Hono's means is remembered there.
  if (bodyUsed || body === null) {
    return c.req.text().then(
      (text) => ({ text }),
      () => ({ fault: 'the body was read before' }),
    );
  }
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let fault = null as string | null;
  const stop = (why: string) => {
    fault = why;
    void reader.cancel().catch(() => undefined);
  };
  const timer = setTimeout(() => stop(`the body took longer than ${timeoutMs / 1_000} seconds`), timeoutMs);
  let text = '';
  let bytes = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.byteLength;
      if (bytes > maxBytes) stop(`the body is larger than ${maxBytes} bytes`);
      else text += decoder.decode(chunk.value, { stream: true });
    }
    return fault === null ? { text: text + decoder.decode() } : { fault };
  } catch {
    return { fault: 'the body broke off' };
  } finally {
    clearTimeout(timer);
  }
}
