// @ts-check
/**
 * Runs the named suites, or all but the extra ones, one after the other, and says in its last line how many tests
 * passed and failed:
 *
 *     node scripts/test.mjs [suite…] [option of the runner…]
 *     node scripts/test.mjs core --test-name-pattern=T3
 *
 * A suite that ends with an error though no test failed, or in which no test ran, counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SUITES = ['core', 'server', 'element', 'e2e', 'package'];
/** Only when named: their engines and drivers take a while to install, which `prepare.mjs` in their folder does. */
const EXTRA_SUITES = ['stores'];

const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const known = [...SUITES, ...EXTRA_SUITES];
const unknown = named.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`There is no suite "${unknown}", only ${known.join(', ')}.`);

const temporary = mkdtempSync(join(tmpdir(), 'session-security-test-'));
const total = { passed: 0, failed: 0 };
try {
  for (const suite of named.length > 0 ? named : SUITES) {
    console.log(`\n── ${suite}`);
    const { passed, failed } = run(suite);
    total.passed += passed;
    total.failed += failed;
  }
} finally {
  rmSync(temporary, { recursive: true });
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @param {string} suite */
function run(suite) {
  const countsFile = join(temporary, `${suite}.json`);
  const files = testFiles(suite);
  if (EXTRA_SUITES.includes(suite) && start([join('test', suite, 'prepare.mjs')]) !== 0)
    return { passed: 0, failed: 1 };
  // Without a file Node would look for tests everywhere.
  const ended =
    files.length > 0 ? start(suite === 'element' ? webTestRunner() : nodeTest(files, countsFile)) : undefined;
  const { passed, failed } = readCounts(countsFile);
  if (failed > 0 || (passed > 0 && ended === 0)) return { passed, failed };
  console.error(passed > 0 ? `The suite "${suite}" ended with an error.` : `The suite "${suite}" ran no test.`);
  return { passed, failed: 1 };

  /** @param {string[]} command */
  function start(command) {
    const env = { ...process.env, TEST_COUNTS: countsFile };
    return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env }).status;
  }
}

/** @param {string} suite */
function testFiles(suite) {
  const folder = join('test', suite);
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.ts'));
  return names.map((name) => join(folder, name));
}

function webTestRunner() {
  return ['node_modules/@web/test-runner/dist/bin.js', ...options];
}

/**
 * @param {string[]} files
 * @param {string} countsFile
 */
function nodeTest(files, countsFile) {
  return [
    ...['--import', 'tsx', '--test'],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/counts-reporter.mjs', `--test-reporter-destination=${countsFile}`],
    ...options,
    ...files,
  ];
}

/**
 * @param {string} file
 * @returns {{ passed: number, failed: number }}
 */
function readCounts(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
}
