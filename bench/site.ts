/** Pages with the guard, with the original's client, with as little as each of its parts, and with nothing; and a server that answers both clients. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { build } from 'esbuild';
import { JQUERY, ORIGINAL } from '../test/compat/support/debian.js';
import { TRIVIAL } from './trivial.js';

/** The original is compared with where Debian's packages are installed; its licence leaves it there. */
export const hasOriginal = existsSync(ORIGINAL) && existsSync(JQUERY);

const FILES: Record<string, string> = {
  '/element.js': 'dist/cdn/session-security.js',
  '/jquery.js': JQUERY,
  '/script.js': `${ORIGINAL}/static/session_security/script.js`,
  '/style.css': `${ORIGINAL}/static/session_security/style.css`,
};

const HEADS: Record<string, string> = {
  '/nothing': '',
  '/listener': '<script src="/listener.js"></script>',
  '/asking': '<script type="module" src="/asking.js"></script>',
  '/trivial': '<script type="module" src="/trivial.js"></script><trivial-element></trivial-element>',
  '/guarded': `<script type="module" src="/element.js"></script>
    <session-security ping-url="/ping" sign-out-url="/sign-out"></session-security>`,
  '/original': `<link rel="stylesheet" href="/style.css"><script src="/jquery.js"></script><script src="/script.js"></script>
    <div id="session_security_warning" style="display:none"></div><script src="/original.js"></script>`,
};
const SCRIPTS: Record<string, string> = {
  '/listener.js': "addEventListener('pointermove', () => {}, { passive: true })",
  '/asking.js':
    "await (await fetch('/ping', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).json()",
  '/original.js': "new yourlabs.SessionSecurity({ pingUrl: '/original/ping', warnAfter: 540, expireAfter: 600 })",
};
const CONTENT = `<h1>Records</h1>${'<p>A record of some length, as there are many.</p>'.repeat(40)}`;

export interface Site {
  url: string;
  limits: { warnAfterMs: number; expireAfterMs: number };
  /** The paths that were asked for, in order. */
  asked: string[];
  close(): void;
}

async function trivial(): Promise<Uint8Array> {
  const stdin = { contents: TRIVIAL, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: 'esm', write: false });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

export async function openSite(): Promise<Site> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const site: Site = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    limits: { warnAfterMs: 540_000, expireAfterMs: 600_000 },
    asked: [],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  const scripts: Record<string, string | Uint8Array> = { ...SCRIPTS, '/trivial.js': await trivial() };
  let activeAt = 0;
  const ping = async (body: Promise<unknown>): Promise<string> => {
    const { idleMs = Infinity } = (await body) as { idleMs?: number };
    const now = Date.now();
    activeAt = Math.max(activeAt, now - idleMs);
    return JSON.stringify({ v: 1, state: 'live', idleMs: now - activeAt, ...site.limits, lifetimeLeftMs: null });
  };
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    site.asked.push(pathname);
    const answer = async (): Promise<[type: string, body: string | Uint8Array]> => {
      if (pathname === '/ping') return ['application/json', await ping(json(request))];
      if (pathname === '/original/ping') return ['application/json', '0'];
      const file = FILES[pathname];
      const type = pathname.endsWith('.css') ? 'text/css' : 'text/javascript';
      if (file !== undefined) return [type, readFileSync(file)];
      const script = scripts[pathname];
      if (script !== undefined) return [type, script];
      // A page that is asked for is somebody's activity.
      activeAt = Date.now();
      const head = HEADS[pathname] ?? '';
      return [
        'text/html',
        `<!doctype html><html lang="en"><title>Records</title><link rel="icon" href="data:,">${head}${CONTENT}`,
      ];
    };
    void answer().then(([type, body]) => response.setHeader('Content-Type', type).end(body));
  });
  return site;
}
