import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { it } from 'node:test';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

it('[S11] the stores take what the drivers make, by the drivers’ own types', () => {
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'];
  const target = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, ...target, 'driver-types.ts'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
