// @ts-check
/**
 * Whether the tests notice when the rules are changed: `npm run mutation`, or `npm run mutation -- src/policy.ts`.
 * Takes an hour or more; what neither code nor tests have changed since it was tried is not tried again.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Stryker } from '@stryker-mutator/core';

const LEAST = 90;

const MACHINE = ['core/machine', 'core/tabs'];
const STORES = ['server/memory-conformance', 'server/memory'];
/** Each file with the tests that are about it: they run once for each mutant. */
const TESTS = {
  'src/policy.ts': ['core/policy', ...MACHINE],
  'src/protocol.ts': ['core/protocol', 'core/tab-messages'],
  'src/element/schedule.ts': [...MACHINE, 'core/schedule'],
  'src/element/state.ts': [...MACHINE, 'core/schedule'],
  'src/server/origin.ts': ['server/origin', 'server/gate'],
  'src/server/owner.ts': ['server/session'],
  'src/server/stores/record.ts': ['server/record'],
  'src/server/stores/memory.ts': [...STORES, 'server/options'],
  'src/server/session.ts': ['session', 'ping', 'endings', 'hooks', 'limits', 'rotation', 'gate'].map(
    (name) => `server/${name}`,
  ),
  'src/element/machine.ts': MACHINE,
};

const named = process.argv.slice(2);
const scores = [];
for (const [file, tests] of Object.entries(TESTS)) {
  if (named.length > 0 && !named.includes(file)) continue;
  const name = file.replaceAll('/', '-');
  const options = {
    mutate: [file],
    // Texts say what is wrong; what happens then is what the tests are about.
    mutator: { excludedMutations: ['StringLiteral'] },
    testRunner: 'command',
    buildCommand: `node scripts/bundle-tests.mjs ${tests.map((test) => `test/${test}.test.ts`).join(' ')}`,
    commandRunner: { command: 'node --test-reporter=./scripts/bail-reporter.mjs mutated.test.mjs' },
    coverageAnalysis: 'off',
    concurrency: 1,
    timeoutMS: 20_000,
    incremental: true,
    incrementalFile: `coverage/mutation/${name}.incremental.json`,
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `coverage/mutation/${name}.json` },
    ignorePatterns: ['dist', 'coverage', 'docs', 'test/*/node_modules'],
    tempDirName: 'coverage/mutation/sandbox',
    allowConsoleColors: false,
    logLevel: 'warn',
  };
  await new Stryker(/** @type {any} */ (options)).runMutationTest();
  scores.push({ file, ...scoreOf(`coverage/mutation/${name}.json`, file) });
}
console.table(scores);
process.exitCode = scores.some(({ score }) => score < LEAST) ? 1 : 0;

/**
 * @param {string} report
 * @param {string} file
 */
function scoreOf(report, file) {
  /** @type {{ files: Record<string, { mutants: { status: string }[] }> }} */
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const count = (/** @type {string[]} */ ...statuses) =>
    (files[file]?.mutants ?? []).filter(({ status }) => statuses.includes(status)).length;
  const [killed, survived, leftOut] = [count('Killed', 'Timeout'), count('Survived'), count('Ignored')];
  return { killed, survived, leftOut, score: Math.round((1000 * killed) / (killed + survived)) / 10 };
}
