import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEngines } from './support/engines.js';

interface RunnerConfig {
  files: string;
  browsers: { name: string }[];
}

const load = async (file: string): Promise<RunnerConfig> =>
  ((await import(`../../${file}`)) as { default: RunnerConfig }).default;

void test('[P3] Chromium, Firefox and WebKit run the same element suite', async () => {
  // A run of some of them only has to do with how the work is shared out.
  delete process.env['ENGINES'];
  const [all, alone] = await Promise.all([
    load('web-test-runner.engines.config.mjs'),
    load('web-test-runner.config.mjs'),
  ]);
  const installed = (await findEngines()).map(({ name }) => name);
  assert.deepEqual(
    all.browsers.map(({ name }) => name),
    installed,
  );
  if (process.env['CI']) assert.equal(installed.length, 3);
  assert.equal(all.files, alone.files);
});
