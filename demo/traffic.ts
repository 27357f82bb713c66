/** Which requests the server has had of each session, for the panel to draw. */
import { createMiddleware } from 'hono/factory';
import type { DemoEnv } from './app.js';

export interface Entry {
  at: number;
  /** A ping either reports an activity or only asks. Navigations count as activity, fetches don't. */
  kind: 'report' | 'ask' | 'navigation' | 'fetch';
  /** `null` until it is answered. */
  status: number | null;
}

const KEPT_ENTRIES = 400;
const KEPT_SESSIONS = 50;

export type Traffic = ReturnType<typeof createTraffic>;

export function createTraffic(pingPath: string) {
  const bySession = new Map<string, Entry[]>();

  const record = createMiddleware<DemoEnv>(async (c, next) => {
    if (!(await c.var.session.get())) return next();
    const entries = entriesOf(c.var.session.id ?? '');
    const entry: Entry = { at: performance.now(), kind: await kindOf(c.req.raw), status: null };
    entries.push(entry);
    if (entries.length > KEPT_ENTRIES) entries.shift();
    try {
      await next();
    } finally {
      entry.status = c.res.status;
    }
  });

  function entriesOf(id: string): Entry[] {
    let entries = bySession.get(id);
    if (!entries) {
      bySession.set(id, (entries = []));
      for (const oldest of bySession.keys()) if (bySession.size > KEPT_SESSIONS) bySession.delete(oldest);
    }
    return entries;
  }

  async function kindOf(request: Request): Promise<Entry['kind']> {
    if (new URL(request.url).pathname === pingPath) {
      // A copy, so that the ping itself is left to be read.
      const body: unknown = await request
        .clone()
        .json()
        .catch(() => null);
      return typeof body === 'object' && body !== null && 'idleMs' in body ? 'report' : 'ask';
    }
    return request.headers.get('sec-fetch-mode') === 'navigate' ? 'navigation' : 'fetch';
  }

  return {
    record,
    /** In durations, as between the two halves: a browser's clock need not be the server's. */
    recent: (id: string, spanMs: number) =>
      (bySession.get(id) ?? [])
        .map(({ at, ...entry }) => ({ ...entry, agoMs: Math.round(performance.now() - at) }))
        .filter(({ agoMs }) => agoMs <= spanMs),
  };
}
