/** Three engines behind one small face: a browser of one person, with windows side by side, so that all are visible. */
import { chromium } from 'playwright';
import puppeteer, { type KeyInput } from 'puppeteer-core';
import { chromiumArgs, closeContext, findChromium, findFirefox, findWebKit } from '../../../scripts/browser.mjs';
import { WebKit } from '../../../scripts/webkit.mjs';

export interface Window {
  /** Runs a function in the page; it sees nothing but the page, and gives what JSON can carry. */
  run<T>(act: () => T): Promise<T>;
  go(url: string): Promise<unknown>;
  press(key: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Of somebody who has not been at the demo before. */
export interface Visit {
  open(url: string): Promise<Window>;
  end(): Promise<void>;
}

export interface Browser {
  visit(): Promise<Visit>;
  stop(): Promise<void>;
}

export interface Engine {
  name: string;
  start(): Promise<Browser>;
}

const call = (act: () => unknown): string => `(${String(act)})()`;

async function startChromium(executablePath: string): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  return {
    async visit() {
      const context = await browser.newContext();
      return {
        async open(url) {
          const page = await context.newPage();
          await page.goto(url);
          return {
            run: <T>(act: () => T) => page.evaluate<T>(call(act)),
            go: (to) => page.goto(to),
            press: (key) => page.keyboard.press(key),
            close: () => page.close(),
          };
        },
        end: () => closeContext(context),
      };
    },
    stop: () => browser.close(),
  };
}

async function startFirefox(executablePath: string): Promise<Browser> {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath });
  return {
    async visit() {
      const context = await browser.createBrowserContext();
      return {
        async open(url) {
          const page = await context.newPage({ type: 'window' });
          await page.goto(url);
          return {
            run: <T>(act: () => T) => page.evaluate(call(act)) as Promise<T>,
            go: (to) => page.goto(to),
            press: (key) => page.keyboard.press(key as KeyInput),
            close: () => page.close(),
          };
        },
        end: () => context.close(),
      };
    },
    stop: () => browser.close(),
  };
}

async function startWebKit(): Promise<Browser> {
  const webkit = await WebKit.start();
  const home = (await webkit.send('GET', '/window')) as string;
  // Its driver knows but one window at a time.
  let last: Promise<unknown> = Promise.resolve();
  const inWindow = <T>(handle: string, act: () => Promise<T>): Promise<T> => {
    const done = last.then(() => webkit.choose(handle)).then(act);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    visit() {
      const handles = new Set<string>();
      return Promise.resolve({
        async open(url) {
          const handle = await inWindow(home, () => webkit.open(url));
          const send = (path: string, body: object): Promise<unknown> =>
            inWindow(handle, () => webkit.send('POST', path, body));
          handles.add(handle);
          return {
            run: <T>(act: () => T) => send('/execute/sync', { script: `return ${call(act)}`, args: [] }) as Promise<T>,
            go: (to) => send('/url', { url: to }),
            press: (key) => inWindow(handle, () => webkit.press(key)),
            async close() {
              handles.delete(handle);
              await inWindow(handle, () => webkit.send('DELETE', '/window'));
            },
          };
        },
        async end() {
          for (const handle of handles)
            await inWindow(handle, async () => {
              // Those of the page that the window shows.
              await webkit.send('DELETE', '/cookie');
              await webkit.send('DELETE', '/window');
            });
        },
      });
    },
    stop: () => webkit.stop(),
  };
}

/** Those that are here. With CI set, a missing one is a failure; elsewhere it is left out with its reason. */
export async function findEngines(): Promise<Engine[]> {
  const finders: [name: string, find: () => Promise<() => Promise<Browser>>][] = [
    ['Chromium', async () => findChromium().then((path) => () => startChromium(path))],
    ['Firefox', async () => Promise.resolve(findFirefox()).then((path) => () => startFirefox(path))],
    ['WebKit', async () => Promise.resolve(findWebKit()).then(() => startWebKit)],
  ];
  const engines: Engine[] = [];
  for (const [name, find] of finders) {
    try {
      engines.push({ name, start: await find() });
    } catch (error) {
      if (process.env['CI']) throw error;
      console.error(`Left out: ${(error as Error).message}`);
    }
  }
  return engines;
}
