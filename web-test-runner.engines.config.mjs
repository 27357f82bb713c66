/** The element suite in Chromium, Firefox and WebKit, or those that ENGINES names (`ENGINES=firefox,webkit`), one after the other. */
import process from 'node:process';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';
import { findFirefox, findWebKit } from './scripts/browser.mjs';
import { WebKitLauncher } from './scripts/webkit-launcher.mjs';
import base from './web-test-runner.config.mjs';

const engines = {
  chromium: () => base.browsers[0],
  firefox: () =>
    chromeLauncher({
      puppeteer,
      // A page in the background is hidden, and draws no frames.
      concurrency: 1,
      launchOptions: { browser: 'firefox', executablePath: findFirefox() },
    }),
  webkit: () => {
    findWebKit();
    return new WebKitLauncher();
  },
};

const names = process.env['ENGINES']?.split(',') ?? Object.keys(engines);

export default {
  ...base,
  browserStartTimeout: 120_000,
  testsStartTimeout: 60_000,
  browsers: names.flatMap(launcherOf),
};

/** With CI set, an engine that is missing is a failure; elsewhere the others run without it. */
function launcherOf(name) {
  const create = engines[name];
  if (!create) throw new Error(`ENGINES names "${name}"; there are ${Object.keys(engines).join(', ')}.`);
  try {
    return [create()];
  } catch (error) {
    if (process.env['CI']) throw error;
    console.error(`Left out: ${error.message}`);
    return [];
  }
}
