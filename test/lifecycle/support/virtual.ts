/**
 * Windows whose clocks are in the test's hand. They share the process of the one that opened them, so that one loop
 * leads them all through a day. Network, channel and locks are real, and take real time: meanwhile the clocks stand.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { CDPSession, Page } from 'playwright';
import type { SinonFakeTimers } from 'sinon';
import type {} from '../../../src/index.js';
import { startChromium } from './chromium.js';

declare global {
  /** What clocks.js gives each window. */
  var virtual: {
    clock: SinonFakeTimers;
    windows: (Window & typeof globalThis)[];
    pass(ms: number): Promise<void>;
  };
}

const PAGES: Record<string, string> = {
  '/guarded': '<session-security ping-url="/ping"></session-security>',
  '/alone': '<session-security warn-after="10" expire-after="30" sign-out-url="/sign-out"></session-security>',
};
const EMPTY = '<!doctype html><html lang="en"><title>Ward</title><script type="module" src="/element.js"></script>';

/** A window on a page without a guard; `/guarded` has one, `/alone` one without a server to ask. The server knows one session, by the pages' clock. */
export async function openVirtual(t: TestContext, path = ''): Promise<Page> {
  const element = await readFile('dist/cdn/session-security.js', 'utf8');
  let activeAt = 0;
  const answer = async (request: Parameters<typeof json>[0] & { headers: Record<string, unknown> }) => {
    const { idleMs = Infinity } = (await json(request)) as { idleMs?: number };
    const now = Number(request.headers['x-now']);
    activeAt = Math.max(activeAt || now, now - idleMs);
    const limits = { warnAfterMs: 540_000, expireAfterMs: 1_200_000, lifetimeLeftMs: null };
    return JSON.stringify({ v: 1, state: 'live', idleMs: now - activeAt, ...limits });
  };
  const server = createServer((request, response) => {
    const reply = async () => {
      if (request.url === '/sign-in') activeAt = 0;
      if (request.url === '/ping') return ['application/json', await answer(request)] as const;
      if (request.url === '/element.js') return ['text/javascript', element] as const;
      return ['text/html', EMPTY + (PAGES[request.url!] ?? '')] as const;
    };
    void reply().then(([type, body]) => response.setHeader('Content-Type', type).end(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const chromium = await startChromium('--disable-popup-blocking');
  t.after(async () => {
    await chromium.stop();
    server.close();
  });
  const context = chromium.browser.contexts()[0]!;
  // In one, since several run in any order.
  const files = [createRequire(import.meta.url).resolve('sinon/pkg/sinon.js'), `${import.meta.dirname}/clocks.js`];
  const scripts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await context.addInitScript({ content: scripts.join('\n') });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/${path}`);
  return page;
}

/** A tab whose clocks `page` leads. */
export async function openWindow(page: Page, path: string): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await page.evaluate((path) => {
    virtual.windows.push(open(path) as Window & typeof globalThis);
  }, path);
  const tab = await opened;
  await tab.waitForLoadState();
  return tab;
}

/** What a process holds, after all that nobody needs any more has been thrown away. */
export interface Weight {
  heap: number;
  nodes: number;
  documents: number;
  listeners: number;
  timers: number;
  locks: number;
  channels: number;
  elements: number;
}

export async function weigh(...pages: [Page, ...Page[]]): Promise<Weight> {
  const [page] = pages;
  await collectGarbage(page);
  const weight = { timers: 0, locks: 0, channels: 0, elements: 0 };
  for (const page of pages) {
    const tools = await page.context().newCDPSession(page);
    weight.channels += await instances(tools, 'BroadcastChannel');
    weight.elements += await instances(tools, 'customElements.get("session-security")');
    await tools.detach();
    weight.timers += await page.evaluate(() => {
      // Tools and tabs take the focus from the window, which looks into its frames then.
      virtual.clock.tick(1);
      return virtual.clock.countTimers();
    });
  }
  weight.locks = await page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return held.length + pending.length;
  });
  await collectGarbage(page);
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable');
  const { metrics } = await tools.send('Performance.getMetrics');
  await tools.detach();
  const metric = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return {
    ...weight,
    heap: metric('JSHeapUsedSize'),
    nodes: metric('Nodes'),
    documents: metric('Documents'),
    listeners: metric('JSEventListeners'),
  };
}

async function collectGarbage(page: Page): Promise<void> {
  const tools = await page.context().newCDPSession(page);
  // What one collection has set free may hold what only the next one finds.
  for (let times = 0; times < 3; times += 1) await tools.send('HeapProfiler.collectGarbage');
  await tools.detach();
}

/** How many there are of a class of this window. */
async function instances(tools: CDPSession, name: string): Promise<number> {
  const { result } = await tools.send('Runtime.evaluate', { expression: `${name}.prototype` });
  const { objects } = await tools.send('Runtime.queryObjects', { prototypeObjectId: result.objectId! });
  const functionDeclaration = 'function () { return this.length }';
  const counted = await tools.send('Runtime.callFunctionOn', { objectId: objects.objectId!, functionDeclaration });
  await tools.send('Runtime.releaseObject', { objectId: objects.objectId! });
  await tools.send('Runtime.releaseObject', { objectId: result.objectId! });
  return counted.result.value as number;
}
