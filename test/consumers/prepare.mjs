// @ts-check
/**
 * Lays the package, as it would be published, into this folder's node_modules. It is unpacked there and not installed by
 * npm, which would look up all peers anew; that npm installs it is for test/package to prove.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const root = join(folder, '../..');
const packages = join(folder, 'node_modules');
const installed = join(packages, 'session-security');

const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', packages];
const [{ filename }] = JSON.parse(execFileSync('npm', packing, { cwd: root, encoding: 'utf8' }));
rmSync(installed, { recursive: true, force: true });
mkdirSync(installed);
execFileSync('tar', ['-xzf', join(packages, filename), '-C', installed, '--strip-components=1']);
rmSync(join(packages, filename));
