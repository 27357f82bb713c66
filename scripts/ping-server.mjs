// @ts-check
/**
 * A server to ping for the element suites: each test has its own path, says how it shall answer, and reads what came.
 *
 *     executeServerCommand('ping-server', { path, answer })   // answers like this from now on
 *     executeServerCommand('ping-server', { path })           // returns the requests so far
 *
 * An answer is { status?, headers?, body?, hang? }; a body with `idleMs: "reported"` confirms what the ping reports.
 */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** @type {Map<string, { answer: any, requests: object[] }>} */
const paths = new Map();

/** @param {string} path */
const at = (path) => paths.get(path) ?? paths.set(path, { answer: { status: 404 }, requests: [] }).get(path);

export const pingServerPlugin = () => ({
  name: 'ping-server',
  /** @param {{ command: string, payload: any }} call */
  executeCommand({ command, payload }) {
    if (command !== 'ping-server') return undefined;
    const route = /** @type {any} */ (at(payload.path));
    if (payload.answer) route.answer = payload.answer;
    return { requests: route.requests };
  },
});

/** @type {import('koa').Middleware} */
export async function pingServer(context, next) {
  if (!context.path.startsWith('/ping-server/')) return next();
  const route = /** @type {any} */ (at(context.path));
  const body = await text(context.req);
  const { method, headers: sent } = context;
  route.requests.push({ method, query: context.querystring, headers: sent, type: context.get('content-type'), body });
  const { status = 200, headers = {}, body: reply = '', hang = false } = route.answer;
  if (hang) await once(context.req.socket, 'close');
  context.status = status;
  context.set({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
  context.body = typeof reply === 'string' ? reply : JSON.stringify(confirm(reply, body));
}

/**
 * @param {Record<string, unknown>} reply
 * @param {string} body
 */
function confirm(reply, body) {
  return reply['idleMs'] === 'reported' ? { ...reply, idleMs: JSON.parse(body || '{}').idleMs ?? 0 } : reply;
}
