/** Starts the application on each runtime as its users would. What a runtime is made of is looked up when it starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/**
 * @typedef {object} Server
 * @property {string} origin
 * @property {(request: Request) => Promise<Response>} fetch
 * @property {() => Promise<void>} close
 */

const folder = import.meta.dirname;
const packages = join(folder, 'node_modules');

/** @type {Record<string, { isInstalled: () => boolean, start: () => Promise<Server> }>} */
export const RUNTIMES = {
  node: { isInstalled: () => true, start: () => startProcess(process.execPath, ['on-node.mjs']) },
  bun: {
    isInstalled: () => program('@oven', 'bin/bun') !== undefined,
    start: () => startProcess(program('@oven', 'bin/bun'), ['on-bun.mjs']),
  },
  deno: {
    isInstalled: () => program('@deno', 'deno') !== undefined,
    start: () =>
      startProcess(program('@deno', 'deno'), [
        ...['run', '--no-remote', '--no-config', '--no-prompt', '--node-modules-dir=manual'],
        ...['--allow-net=127.0.0.1', 'on-deno.mjs'],
      ]),
  },
  workerd: { isInstalled: () => existsSync(join(packages, 'miniflare')), start: startWorkerd },
  'edge-runtime': { isInstalled: () => existsSync(join(packages, 'edge-runtime')), start: startEdgeRuntime },
  'AWS Lambda': { isInstalled: () => true, start: startLambda },
};

/** Of the package for this platform; the launchers of the main packages want scripts run when they are installed. */
function program(scope, path) {
  if (!existsSync(join(packages, scope))) return undefined;
  return readdirSync(join(packages, scope))
    .map((name) => join(packages, scope, name, path))
    .find((file) => existsSync(file));
}

/** A server that prints where it listens. */
async function startProcess(file, args) {
  const child = spawn(file, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const origin = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    exited.then(([code]) => reject(new Error(`${args.at(-1)} ended with ${code} before it listened`)), reject);
  });
  const close = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { origin, fetch: overHttp, close };
}

/** With a Durable Object that keeps its records in SQLite. */
async function startWorkerd() {
  const { Miniflare } = await import('miniflare');
  const miniflare = new Miniflare({
    modules: true,
    script: await bundle('on-workerd.mjs', 'esm'),
    compatibilityDate: '2026-04-01',
    cf: false,
    durableObjects: { SESSION_ACTIVITY: { className: 'SessionActivity', useSQLite: true } },
  });
  const { origin } = await miniflare.ready;
  return { origin, fetch: overHttp, close: () => miniflare.dispose() };
}

async function startEdgeRuntime() {
  const { EdgeRuntime, runServer } = await import('edge-runtime');
  const runtime = new EdgeRuntime({ initialCode: await bundle('on-edge-runtime.mjs', 'iife') });
  const { url, close } = await runServer({ runtime, host: '127.0.0.1', port: 0 });
  return { origin: new URL(url).origin, fetch: overHttp, close };
}

/** By its handler, and with the events of API Gateway (payload format 2.0). */
async function startLambda() {
  const { handler } = await import('./on-lambda.mjs');
  const origin = 'https://lambda.example';
  return {
    origin,
    fetch: async (request) => fromLambda(await handler(await toLambda(request), {})),
    close: () => Promise.resolve(),
  };
}

async function toLambda(request) {
  const { pathname, search, host } = new URL(request.url);
  const { cookie, ...headers } = Object.fromEntries(request.headers);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: { host, ...headers },
    requestContext: { domainName: host, http: { method: request.method, path: pathname, protocol: 'HTTP/1.1' } },
    body: Buffer.from(await request.arrayBuffer()).toString('base64'),
    isBase64Encoded: true,
  };
}

function fromLambda({ statusCode, headers, cookies = [], body, isBase64Encoded }) {
  const sent = new Headers(headers);
  for (const cookie of cookies) sent.append('Set-Cookie', cookie);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return new Response(bytes.length === 0 ? null : bytes, { status: statusCode, headers: sent });
}

/** One file without a module of Node's in it: esbuild would not find one. */
async function bundle(file, format) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, file)],
    bundle: true,
    format,
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0].text;
}

/** Sends what it is told: Node's fetch sends Fetch Metadata of its own making. */
async function overHttp(request) {
  const { url, method } = request;
  // A connection of its own: one that a refusal leaves with an unread body is closed by workerd.
  const outgoing = httpRequest(url, { method, headers: Object.fromEntries(request.headers), agent: false });
  outgoing.end(new Uint8Array(await request.arrayBuffer()));
  const [incoming] = await once(outgoing, 'response');
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  const body = Buffer.concat(await incoming.toArray());
  return new Response(body.length === 0 ? null : body, { status: incoming.statusCode, headers });
}
