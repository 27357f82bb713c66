/** One person's browser at the demo, signed in: tabs of one window, of which one is seen. */
import type { TestContext } from 'node:test';
import type { BrowserContext, CDPSession, Page } from 'playwright';
import type {} from '../../../src/index.js';
import { pause, signIn, type Demo } from '../../e2e/support/demo.js';
import { startChromium } from './chromium.js';
import { startRecord, type PageRecord } from './record.js';

export interface Visit {
  context: BrowserContext;
  /** The first tab. */
  page: Page;
  /** When each ping left, and what it said; of all tabs. */
  pings: { at: number; page: Page; body: { idleMs?: number } }[];
}

export interface Options {
  /** Further ones of Chromium's command line. */
  args?: string[];
  /** Runs in each page before its own scripts. */
  prepare?: () => void;
  /** Where the demo is reached, if not at its own address. */
  url?: string;
}

/** Ends with the test. */
export async function visit(t: TestContext, demo: Pick<Demo, 'url'>, options: Options = {}): Promise<Visit> {
  const chromium = await startChromium(...(options.args ?? []));
  t.after(() => chromium.stop());
  const [context] = chromium.browser.contexts();
  if (!context) throw new Error('Chromium has no window.');
  if (options.prepare) await context.addInitScript(options.prepare);
  await context.addInitScript(startRecord);
  const pings: Visit['pings'] = [];
  context.on('request', (request) => {
    if (!request.url().endsWith('/session/ping')) return;
    const body = JSON.parse(request.postData() ?? '{}') as { idleMs?: number };
    pings.push({ at: Date.now(), page: request.frame().page(), body });
  });
  const page = await signIn(context, { url: options.url ?? demo.url });
  await connected(page);
  // Chromium drops input that comes before the first frame was drawn.
  await until(page, () => globalThis.record.frames.length > 2);
  return { context, page, pings };
}

/** A further tab, in front of the others. */
export async function openTab({ context, page }: Pick<Visit, 'context' | 'page'>, path: string): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(new URL(path, page.url()).href);
  await tab.bringToFront();
  return tab;
}

export const devTools = ({ context }: Visit, page: Page): Promise<CDPSession> => context.newCDPSession(page);

/** Until it is brought to the front: a hidden tab stops altogether. */
export async function freeze(scene: Visit, page: Page): Promise<void> {
  await (await devTools(scene, page)).send('Page.setWebLifecycleState', { state: 'frozen' });
}

export const read = (page: Page): Promise<PageRecord> => page.evaluate(() => globalThis.record);

export const stateOf = (page: Page) => page.evaluate(() => document.querySelector('session-security')!.state!);

export async function until(page: Page, condition: () => unknown): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await page.evaluate(condition)) return;
    await pause(50);
  }
  throw new Error(`This did not come about: ${String(condition)}; ${JSON.stringify(await stateOf(page))}`);
}

export const connected = (page: Page): Promise<void> =>
  until(page, () => {
    const state = document.querySelector('session-security')?.state;
    return state?.phase === 'active' && state.asking === null;
  });

export const inPhase = {
  warning: (page: Page) => until(page, () => document.querySelector('session-security')!.state!.phase === 'warning'),
  active: (page: Page) => until(page, () => document.querySelector('session-security')!.state!.phase === 'active'),
  ended: (page: Page) => until(page, () => document.querySelector('session-security')!.state!.phase === 'ended'),
};
