/** Runs durable-object-worker.ts in workerd, by Miniflare, and hands on what is asked of its store. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { temporaryFolder } from './temporary-folder.mjs';

/**
 * @typedef {object} Workerd
 * @property {import('../../src/server/store.js').ActivityStore} store
 * @property {(now: number | null) => Promise<void>} setClock
 * @property {() => Promise<void>} crash
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<Workerd>} */
export async function startWorkerd() {
  const { Miniflare } = await import('miniflare');
  const folder = temporaryFolder('workerd');
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'durable-object-worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const options = {
    modules: true,
    script: outputFiles[0].text,
    compatibilityDate: '2026-04-01',
    cf: false,
    durableObjects: { SESSION_ACTIVITY: { className: 'TestedSessionActivity', useSQLite: true } },
    durableObjectsPersist: folder,
  };
  let worker = await start();

  async function start() {
    const miniflare = new Miniflare(options);
    const { webSocket } = await miniflare.dispatchFetch('http://store/', { headers: { Upgrade: 'websocket' } });
    webSocket.accept();
    return { miniflare, ask: caller(webSocket) };
  }

  const ask =
    (method) =>
    (...args) =>
      worker.ask(method, args);

  return {
    store: { start: ask('start'), touch: ask('touch'), end: ask('end'), endAll: ask('endAll') },
    setClock: ask('setClock'),
    async crash() {
      for (const id of workerdProcesses()) process.kill(id, 'SIGKILL');
      await worker.miniflare.dispose().catch(() => undefined);
      worker = await start();
    },
    async close() {
      await worker.miniflare.dispose();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Tells each answer to who asked; once the socket is closed nobody gets one any more. */
function caller(webSocket) {
  const waiting = new Map();
  let calls = 0;
  let closed = false;
  webSocket.addEventListener('message', ({ data }) => {
    const { call, result, error } = JSON.parse(data);
    const { resolve, reject } = waiting.get(call);
    waiting.delete(call);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  });
  webSocket.addEventListener('close', () => {
    closed = true;
    for (const { reject } of waiting.values()) reject(new Error('workerd was killed'));
  });
  return async (method, args) =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new Error('workerd was killed'));
      const call = calls++;
      waiting.set(call, { resolve, reject });
      webSocket.send(JSON.stringify({ call, method, args }));
    });
}

/** Miniflare keeps the process to itself. */
function workerdProcesses() {
  const tasks = readdirSync('/proc/self/task').map((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8'));
  const children = tasks
    .join(' ')
    .split(' ')
    .filter((id) => id.trim() !== '');
  return children.filter((id) => readFileSync(`/proc/${id}/comm`, 'utf8').trim() === 'workerd').map(Number);
}
