/** The element suite in Chromium, Firefox and WebKit, one after the other. */
import process from 'node:process';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';
import { findFirefox, findWebKit } from './scripts/browser.mjs';
import { WebKitLauncher } from './scripts/webkit-launcher.mjs';
import base from './web-test-runner.config.mjs';

const engines = [
  () => base.browsers[0],
  () =>
    chromeLauncher({
      puppeteer,
      // A page in the background is hidden, and draws no frames.
      concurrency: 1,
      launchOptions: { browser: 'firefox', executablePath: findFirefox() },
    }),
  () => {
    findWebKit();
    return new WebKitLauncher();
  },
];

export default {
  ...base,
  browserStartTimeout: 120_000,
  testsStartTimeout: 60_000,
  browsers: engines.flatMap(launcherOf),
};

/** With CI set, an engine that is missing is a failure; elsewhere the others run without it. */
function launcherOf(create) {
  try {
    return [create()];
  } catch (error) {
    if (process.env['CI']) throw error;
    console.error(`Left out: ${error.message}`);
    return [];
  }
}
