/**
 * `npm run bench`: measures in one run, and writes docs/benchmarks.md and its plots. `npm run bench -- size pings` only
 * prints those chapters.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { format } from 'prettier';
import { findChromium } from '../scripts/browser.mjs';
import { activity } from './activity.js';
import { markdown, svg, type Chapter } from './chapter.js';
import { memory } from './memory.js';
import { pings } from './pings.js';
import { rest } from './rest.js';
import { server } from './server.js';
import { sizes } from './sizes.js';
import { start } from './start.js';
import { tabs } from './tabs.js';

/** In the order of the page. */
const CHAPTERS: Record<string, () => Promise<Chapter>> = {
  size: sizes,
  activity,
  rest,
  pings,
  tabs,
  start,
  server,
  memory,
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in CHAPTERS));
if (unknown !== undefined) throw new Error(`There is no "${unknown}", only ${Object.keys(CHAPTERS).join(', ')}.`);

const chapters: Chapter[] = [];
for (const [name, measure] of Object.entries(CHAPTERS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.error(name);
  chapters.push(await measure());
}
if (named.length > 0) console.log(chapters.map(markdown).join('\n\n'));
else await write();
process.exit();

async function write(): Promise<void> {
  const { version, dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Package;
  const { devDependencies } = JSON.parse(readFileSync('bench/package.json', 'utf8')) as Package;
  const others = Object.entries({ ...dependencies, ...peerDependencies, ...devDependencies });
  const chromium = execFileSync(await findChromium(), ['--version'], { encoding: 'utf8' }).trim();
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node.js ${process.version}, ${chromium}`;
  const text = [
    '# Benchmarks',
    `Measured by \`npm run bench\` in one run, with session-security ${version} on ${machine}; others: ${others.map(([name, version]) => `${name} ${version}`).join(', ')}. What depends on the machine is told as a share of something else in the same run.`,
    ...chapters.map(markdown),
  ].join('\n\n');
  writeFileSync('docs/benchmarks.md', await format(text, { parser: 'markdown', printWidth: 120 }));
  for (const { plot } of chapters) if (plot) writeFileSync(`docs/${plot.file}`, svg(plot));
}

interface Package {
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
