import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { defaultReporter } from '@web/test-runner';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { chromiumArgs, findChromium } from './scripts/browser.mjs';
import { coveredChromium } from './scripts/covered-chromium.mjs';
import { pingServer, pingServerPlugin } from './scripts/ping-server.mjs';
import { pressPlugin } from './scripts/press-plugin.mjs';

const chromium = {
  product: 'chromium',
  launchOptions: { executablePath: await findChromium(), args: chromiumArgs },
};
/** Where to leave what was run: scripts/coverage.mjs asks for it. */
const coverage = process.env['BROWSER_COVERAGE'];

export default {
  files: 'test/element/**/*.test.ts',
  // Lit's development build writes a warning to the console, which P5 forbids.
  nodeResolve: { exportConditions: ['production', 'default'] },
  middleware: [pingServer],
  plugins: [
    pressPlugin(),
    pingServerPlugin(),
    esbuildPlugin({ ts: true, tsconfig: './tsconfig.json', target: 'es2022' }),
  ],
  browsers: [coverage ? coveredChromium(coverage, chromium) : playwrightLauncher(chromium)],
  // Pages that share two cores with another browser miss their timings.
  concurrentBrowsers: 1,
  concurrency: 2,
  browserStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  testFramework: { config: { ui: 'bdd', timeout: '20000' } },
  reporters: [defaultReporter({ reportTestProgress: !process.env['CI'] }), countsReporter()],
};

/** Says how many tests passed, to people and, in the file named by TEST_COUNTS, to scripts/test.mjs. */
function countsReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const counts = { passed: 0, failed: 0 };
      for (const session of sessions) {
        const tests = testsIn(session.testResults).filter((test) => !test.skipped);
        const passed = tests.filter((test) => test.passed).length;
        counts.passed += passed;
        counts.failed += tests.length - passed;
        // A file that failed outside its tests: it did not load, or a hook threw.
        if (!session.passed && passed === tests.length) counts.failed += 1;
      }
      console.log(`${counts.passed} passed, ${counts.failed} failed`);
      if (process.env['TEST_COUNTS']) writeFileSync(process.env['TEST_COUNTS'], JSON.stringify(counts));
    },
  };
}

function testsIn(suite) {
  return suite ? [...suite.tests, ...suite.suites.flatMap(testsIn)] : [];
}
