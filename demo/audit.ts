/** An audit trail: a line of JSON for each thing that happens to a session. */
import type { Context } from 'hono';
import type { SessionSecurityHooks } from '../src/server/hono.js';

/** `addressOf` is the platform's, such as `getConnInfo()`: behind a proxy, what that proxy alone can have written. */
export function auditTrail(
  write: (line: string) => void,
  addressOf: (c: Context) => string | undefined,
): SessionSecurityHooks {
  const log = (event: string, level: 'info' | 'warn' | 'error', facts: object, c: Context | null) => {
    // JSON escapes line breaks: nobody can forge a line by what they send.
    write(JSON.stringify({ time: new Date().toISOString(), event, level, ...facts, ...(c && whence(c)) }));
  };
  const whence = (c: Context) => ({ method: c.req.method, path: c.req.path, address: addressOf(c) });
  return {
    started: (facts, c) => log('session.started', 'info', facts, c),
    expired: (facts, c) => log('session.expired', 'info', facts, c),
    ended: (facts, c) => log('session.ended', facts.reason === 'revoked' ? 'warn' : 'info', facts, c),
    pingRefused: (facts, c) => log('session.ping-refused', 'warn', facts, c),
    storeFault: ({ message, cause }, c) => log('session.store-fault', 'error', { message, cause: String(cause) }, c),
  };
}
