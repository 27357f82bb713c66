/** The demo in a process of its own, as `npm start` runs it, and people who use it in a real browser. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../../../scripts/browser.mjs';

export { closeContext } from '../../../scripts/browser.mjs';

export class Demo {
  #process: ChildProcess | null = null;
  readonly #limits: { warnAfter: number; expireAfter: number };
  url = '';

  constructor(limits: { warnAfter: number; expireAfter: number }) {
    this.#limits = limits;
  }

  /** Starts it; on the port it had, if it ran before. */
  async start(): Promise<this> {
    const { warnAfter, expireAfter } = this.#limits;
    const port = this.url ? new URL(this.url).port : '0';
    const env = { ...process.env, PORT: port, WARN_AFTER: String(warnAfter), EXPIRE_AFTER: String(expireAfter) };
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server.ts'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.url = await new Promise<string>((found, failed) => {
      let printed = '';
      child.stdout.on('data', (data: Buffer) => {
        printed += data.toString();
        const url = /http:\/\/\S+/.exec(printed)?.[0];
        if (url) found(url);
      });
      child.once('exit', (code) => failed(new Error(`The demo ended with ${String(code)}: ${printed}`)));
    });
    return this;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (this.#process?.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  /** Makes it misbehave: "hang", "fail", "drop", "garble", or well again: "none". */
  async misbehave(mode: string): Promise<void> {
    const headers = { 'Content-Type': 'application/json', Origin: this.url };
    const response = await fetch(`${this.url}/demo/fault`, { method: 'POST', headers, body: JSON.stringify({ mode }) });
    if (!response.ok) throw new Error(`The demo does not know "${mode}".`);
  }
}

export const launch = async (): Promise<Browser> =>
  chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });

/** A page of somebody who is signed in. */
export async function signIn(context: BrowserContext, demo: Pick<Demo, 'url'>, path = '/'): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${demo.url}/sign-in?next=${encodeURIComponent(path)}`);
  await page.fill('[name=username]', 'ana');
  await page.fill('[name=password]', 'heron');
  await page.click('main form button:not([type=button])');
  await page.waitForURL(demo.url + path);
  return page;
}

/** The element's warning and curtain, which Playwright finds inside the shadow root. */
export const warning = (page: Page) => page.locator('session-security #warning[open]');
export const curtain = (page: Page) => page.locator('session-security #curtain[open]');

/** At work until the warning is gone. */
export async function goOn(page: Page): Promise<void> {
  while ((await warning(page).count()) > 0) {
    await page.keyboard.press('Shift');
    await pause(300);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Throws what `told` says if it takes longer than anybody would wait. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, told?: () => string): Promise<void> {
  const endAt = Date.now() + 10_000;
  while (!(await condition())) {
    assert.ok(Date.now() < endAt, told?.());
    await pause(50);
  }
}
