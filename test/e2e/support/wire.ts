/** A guarded page whose pings are answered as a test says, byte by byte if it must be. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { BrowserContext, Page } from 'playwright';
import type {} from '../../../src/index.js';

declare global {
  /** What the warning has said of its state so far. */
  var said: string[];
}

export interface Ping {
  /** When it came. */
  at: number;
  idleMs?: number;
}

/** Answers one ping; `live` is what a server in its senses would say. */
export type Answer = (response: ServerResponse, ping: Ping, live: string) => unknown;

export const honest: Answer = (response, _, live) => response.setHeader('Content-Type', 'application/json').end(live);

export class Wire {
  readonly #server: Server;
  readonly #limits: { warnAfterMs: number; expireAfterMs: number };
  #activeAt = Date.now();
  readonly pings: Ping[] = [];
  answer: Answer = honest;
  url = '';

  constructor(limits: { warnAfterMs: number; expireAfterMs: number }) {
    this.#limits = limits;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async start(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    this.url = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** A guarded page that has heard from its server; it stays where it is when its session ends. */
  async open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.said = [];
      addEventListener('session-state', () => {
        const root = document.querySelector('session-security')?.shadowRoot;
        globalThis.said.push(
          ...[...(root?.querySelectorAll('[role=status]') ?? [])].map((text) => text.textContent.trim()),
        );
      });
      addEventListener('session-end', (event) => {
        if (new URLSearchParams(location.search).has('stay')) event.preventDefault();
      });
    });
    await page.goto(`${this.url}/page?stay`);
    await page.waitForFunction(() => document.querySelector('session-security')?.state?.asking === null);
    return page;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    if (path === '/ping') {
      const { idleMs } = (await json(request)) as { idleMs?: number };
      const ping = { at: Date.now(), ...(idleMs !== undefined && { idleMs }) };
      this.pings.push(ping);
      // A page that is not known to be anybody's guards nothing yet.
      const answers = this.pings.length === 1 ? honest : this.answer;
      this.#activeAt = Math.max(this.#activeAt, ping.at - (idleMs ?? Infinity));
      const live = { v: 1, state: 'live', idleMs: ping.at - this.#activeAt, ...this.#limits, lifetimeLeftMs: null };
      await answers(response, ping, JSON.stringify(live));
    } else if (path === '/element.js') {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(await readFile('dist/cdn/session-security.js'));
    } else {
      this.#activeAt = Date.now();
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!doctype html><html lang="en"><title>Ward</title>
        <script type="module" src="/element.js"></script><main><h1>${path === '/page' ? 'Ward 7' : 'Sign in'}</h1></main>
        ${path === '/page' ? '<session-security ping-url="/ping" sign-in-url="/sign-in"></session-security>' : ''}`);
    }
  }
}
