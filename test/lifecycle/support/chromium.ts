/**
 * A Chromium as a person has it: Playwright's own keeps every page visible and awake, this one hides, throttles, freezes,
 * caches and kills them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { chromiumArgs, findChromium } from '../../../scripts/browser.mjs';

export interface Chromium {
  browser: Browser;
  stop(): Promise<void>;
}

/** @param args further ones of the command line */
export async function startChromium(...args: string[]): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'session-security-chromium-'));
  const child = spawn(
    await findChromium(),
    [
      ...chromiumArgs,
      ...['--headless', '--disable-gpu', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
      ...args,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const endpoint = await new Promise<string>((found, failed) => {
    let printed = '';
    child.stderr.on('data', (data: Buffer) => {
      printed += data.toString();
      const url = /ws:\/\/\S+/.exec(printed)?.[0];
      if (url) found(url);
    });
    child.once('exit', (code) => failed(new Error(`Chromium ended with ${String(code)}: ${printed}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true, isLocal: true });
  return {
    browser,
    async stop() {
      const exit = once(child, 'exit');
      await browser.close();
      child.kill();
      await exit;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
