// @ts-check
/**
 * Runs the named suites, or those of `npm test`, one after the other, and says in its last line how many tests passed and failed:
 *
 *     node scripts/test.mjs [suite…] [option of the runner…]
 *     node scripts/test.mjs core --test-name-pattern=T3
 *
 * A suite that ends with an error though no test failed, or in which no test ran, counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SUITES = ['core', 'simulation', 'server', 'element', 'e2e', 'package'];
/** Run by name only: they need engines, libraries or servers of their own, which are installed when they run, or more time. */
const SUITES_APART = ['stores', 'sessions', 'runtimes', 'consumers', 'site', 'compat', 'engines', 'tabs', 'lifecycle'];

/** How many files run at once, if not one for each core: more where they wait for real clocks, one where each is several processes. */
const ABREAST = new Map(Object.entries({ e2e: 4, stores: 1 }));

const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const known = [...SUITES, ...SUITES_APART];
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
  if (!prepare(suite)) {
    console.error(`What the suite "${suite}" needs could not be installed.`);
    return { passed: 0, failed: 1 };
  }
  // Without a file Node would look for tests everywhere.
  const ended = files.length > 0 ? start(runner()) : undefined;
  const { passed, failed } = readCounts(countsFile);
  if (failed > 0 || (passed > 0 && ended === 0)) return { passed, failed };
  console.error(passed > 0 ? `The suite "${suite}" ended with an error.` : `The suite "${suite}" ran no test.`);
  return { passed, failed: 1 };

  function runner() {
    if (suite === 'element') return webTestRunner();
    if (suite === 'engines') return [...webTestRunner(), '--config', 'web-test-runner.engines.config.mjs'];
    return nodeTest(files, countsFile, ABREAST.get(suite) ?? availableParallelism());
  }

  /** @param {string[]} command */
  function start(command) {
    const env = { ...process.env, TEST_COUNTS: countsFile };
    return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env }).status;
  }
}

/**
 * Installs the package that a suite has of its own, unless that was done since its lock file changed, and whatever else
 * its `prepare.mjs` sees to.
 *
 * @param {string} suite
 */
function prepare(suite) {
  const folder = join(root, 'test', suite);
  const lock = join(folder, 'package-lock.json');
  const installed = join(folder, 'node_modules', '.package-lock.json');
  const isInstalled =
    !existsSync(lock) || (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs);
  const script = join(folder, 'prepare.mjs');
  return (
    (isInstalled || succeeds('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], folder)) &&
    (!existsSync(script) || succeeds(process.execPath, [script], folder))
  );
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function succeeds(command, args, cwd) {
  return spawnSync(command, args, { cwd, stdio: 'inherit' }).status === 0;
}

/** @param {string} suite */
function testFiles(suite) {
  const folder = join('test', suite === 'engines' ? 'element' : suite);
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
 * @param {number} concurrency
 */
function nodeTest(files, countsFile, concurrency) {
  return [
    ...['--import', 'tsx', '--import', './scripts/failed-asserts.mjs'],
    ...(process.env['NODE_V8_COVERAGE'] ? ['--import', './scripts/covered-source.mjs'] : []),
    // One that hangs is to fail before the whole run is given up.
    ...['--test', '--test-timeout=600000'],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/counts-reporter.mjs', `--test-reporter-destination=${countsFile}`],
    `--test-concurrency=${concurrency}`,
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
