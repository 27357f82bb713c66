/** Breaks the server on purpose, so that one can see what the pages do about it. */
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';

/** Each mode, in the words of the panel's menu. */
export const FAULTS = {
  none: 'answers',
  slow: 'answers 3 seconds late',
  hang: 'never answers',
  fail: 'answers with error 500',
  drop: 'drops the connection',
  garble: 'answers with a foreign page',
} as const;

export type Fault = keyof typeof FAULTS;

export const isFault = (value: unknown): value is Fault => typeof value === 'string' && Object.hasOwn(FAULTS, value);

export type FaultSwitch = ReturnType<typeof createFaultSwitch>;

/** One switch for the whole process. `guard` breaks every request that passes through it. */
export function createFaultSwitch() {
  let mode: Fault = 'none';
  const waiting = new Set<() => void>();
  const change = (next: Fault) => {
    mode = next;
    for (const release of waiting) release();
  };

  /** Until the mode changes, or the browser gives up. A request that hung goes on, late, when the server has recovered. */
  const hang = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const release = () => {
        waiting.delete(release);
        resolve();
      };
      waiting.add(release);
      signal.addEventListener('abort', release, { once: true });
    });

  const guard: MiddlewareHandler = async (c, next) => {
    if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 3_000));
    if (mode === 'hang') {
      await hang(c.req.raw.signal);
      if (c.req.raw.signal.aborted) return c.body(null, 408);
    }
    if (mode === 'drop') {
      (c.env as HttpBindings).incoming.socket.destroy();
      return c.body(null, 503);
    }
    if (mode === 'fail') return c.text('The server fails on purpose. Mend it at /demo.', 500);
    // What a captive portal or a misconfigured proxy says in the server's place.
    if (mode === 'garble')
      return c.html('<!doctype html><title>Wi-Fi</title><p>Welcome to the guest network. (Mend it at /demo.)', 200);
    return next();
  };

  return { guard, change, current: () => mode };
}
