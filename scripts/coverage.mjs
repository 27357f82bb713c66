// @ts-check
/**
 * How much of src/ all suites together run, by branch: `npm run coverage`. Fails under {@link LEAST} per cent.
 * `--report` only counts what the last run has left in coverage/raw.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { CoverageReport } from 'monocart-coverage-reports';
import { isSource, transformed } from './covered-source.mjs';

const LEAST = 95;
const NODE = resolve('coverage/raw/node');
const BROWSER = resolve('coverage/raw/browser');
/** Those that run src/ itself; the others run what is built from it. */
const SUITES = ['core', 'server', 'stores', 'sessions', 'compat', 'element'];

/** What only pages run that are made of the built element, where nothing is counted, and which tests prove it. */
const ELSEWHERE = {
  'src/element/frame.ts': 'a frame of another origin: test/e2e/forms-and-frames.test.ts',
  'src/element/loop.ts': 'a page that is left again and again: [E5] in test/e2e/basics.test.ts',
  'src/element/notice.ts': 'a page that is hidden: [W8] in test/lifecycle/hidden.test.ts',
};

let failed = false;
if (!process.argv.includes('--report')) {
  rmSync('coverage', { recursive: true, force: true });
  for (const folder of [NODE, BROWSER]) mkdirSync(folder, { recursive: true });
  const env = { ...process.env, NODE_V8_COVERAGE: NODE, BROWSER_COVERAGE: BROWSER };
  failed = spawnSync(process.execPath, ['scripts/test.mjs', ...SUITES], { env, stdio: 'inherit' }).status !== 0;
}

const report = new CoverageReport({
  outputDir: 'coverage',
  cleanCache: true,
  clean: false,
  logging: 'error',
  reports: [['console-details', { metrics: ['branches', 'lines'] }], 'lcovonly'],
  sourcePath: (path) => path.replace(/^.*?(?=src\/)/, ''),
  // Locales are nothing but texts.
  sourceFilter: (path) => !path.includes('/locales/') && !Object.hasOwn(ELSEWHERE, path),
});
for (const entries of [...readAll(NODE).map(fromNode), ...readAll(BROWSER)])
  if (entries.length > 0) await report.add(entries);
const results = await report.generate();
const pct = Number(results?.summary.branches.pct);
for (const [file, why] of Object.entries(ELSEWHERE)) console.log(`not counted: ${file}, ${why}`);
console.log(`${pct} % of all branches; ${LEAST} are due`);
process.exitCode = failed || !(pct >= LEAST) ? 1 : 0;

/** @param {string} folder */
function readAll(folder) {
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
}

/**
 * Only what ran in the form that can be read back: programs that a test starts by themselves are left to tsx.
 *
 * @param {{ result: { url: string }[], 'source-map-cache'?: Record<string, { lineLengths: number[] }> }} coverage
 */
function fromNode({ result, 'source-map-cache': maps = {} }) {
  return result
    .filter(({ url }) => isSource(url))
    .map((entry) => ({ ...entry, source: transformed(entry.url) }))
    .filter(({ url, source }) => {
      const lengths = maps[url]?.lineLengths.join();
      return (
        lengths ===
        source
          .split('\n')
          .map((line) => line.length)
          .join()
      );
    });
}
