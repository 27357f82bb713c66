/** An application whose sessions get a new id as its library gives one: with a new cookie, and none for the old id. */
import type { Context } from 'hono';
import type { SessionAdapter } from '../../src/server/hono.js';
import { intranet } from './intranet.js';

export function rotating(options: Parameters<typeof intranet>[0] = {}) {
  const ids = new WeakMap<Context, string | null>();
  let count = 100;
  const idOf = (c: Context) => (ids.has(c) ? ids.get(c) : /sid=(\w+\.\d+)/.exec(c.req.header('Cookie') ?? '')?.[1]);
  const changeId = (c: Context, subject = idOf(c)?.split('.')[0] ?? '') => {
    const id = `${subject}.${count++}`;
    ids.set(c, id);
    c.header('Set-Cookie', `sid=${id}`, { append: true });
  };
  const adapter: Partial<SessionAdapter> = {
    identify(c) {
      const id = idOf(c);
      return Promise.resolve(id ? { id, subject: id.split('.')[0]! } : null);
    },
    rotate(c) {
      changeId(c);
      return Promise.resolve();
    },
    destroy(c) {
      ids.set(c, null);
      c.header('Set-Cookie', 'sid=; Max-Age=0', { append: true });
      return Promise.resolve();
    },
  };
  return { ...intranet({ ...options, adapter: { ...adapter, ...options.adapter } }), changeId };
}

/** The cookie that a browser has after the answer. */
export const cookieOf = (response: Response): { Cookie: string } => ({
  Cookie: response.headers.getSetCookie().at(-1)!.split(';')[0]!,
});
