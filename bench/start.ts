/** What the element adds to a page that is being loaded, on a processor four times as slow. */
import { chromium, type Browser } from 'playwright';
import { chromiumArgs, findChromium } from '../scripts/browser.mjs';
import { median, type Chapter } from './chapter.js';
import { hasOriginal, openSite, type Site } from './site.js';

const ROUNDS = 15;
const SLOWER = 4;
const KINDS = ['nothing', 'asking', 'trivial', 'guarded', ...(hasOriginal ? ['original'] : [])];
const NAMES: Record<string, string> = {
  nothing: 'The page alone',
  asking: 'with a module script that only asks the server once, by `fetch()`',
  trivial: 'with a trivial element of Lit’s, which asks nobody',
  guarded: 'with `<session-security>`',
  original: 'with django-session-security’s script and jQuery',
};

interface Start {
  taskMs: number;
  scriptMs: number;
  shift: number;
  requests: string[];
}

async function load(browser: Browser, site: Site, kind: string): Promise<Start> {
  const page = await browser.newPage();
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable');
  await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const spent = async (name: string): Promise<number> => {
    const { metrics } = await tools.send('Performance.getMetrics');
    return 1_000 * (metrics.find((metric) => metric.name === name)?.value ?? NaN);
  };
  await page.addInitScript(() => {
    const shifts = { sum: 0 };
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.sum += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  site.asked.length = 0;
  await page.goto(`${site.url}/${kind}`, { waitUntil: 'networkidle' });
  const start = {
    taskMs: await spent('TaskDuration'),
    scriptMs: await spent('ScriptDuration'),
    shift: await page.evaluate(() => (globalThis as unknown as { shifts: { sum: number } }).shifts.sum),
    requests: site.asked.slice(1),
  };
  await page.close();
  return start;
}

export async function start(): Promise<Chapter> {
  const site = await openSite();
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
  const starts = new Map<string, Start[]>(KINDS.map((kind) => [kind, []]));
  for (const kind of KINDS) await load(browser, site, kind);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const kind of KINDS) starts.get(kind)?.push(await load(browser, site, kind));
  await browser.close();
  site.close();
  const of = (kind: string, name: 'taskMs' | 'scriptMs' | 'shift'): number =>
    median((starts.get(kind) ?? []).map((start) => start[name]));
  const added = (kind: string, name: 'taskMs' | 'scriptMs') => (of(kind, name) - of('nothing', name)).toFixed(1);
  return {
    title: 'Start',
    text: [
      `Medians of ${ROUNDS} loads each, in turns, with a processor that the browser makes ${SLOWER} times as slow. A module script is fetched beside the page and run after it was parsed, so it holds up nothing before the page is interactive. The goal was less than 5 ms of the main thread, no layout shift, and one request a page at most: the file is fetched once, the ping is what each page then sends.`,
      'The goal of 5 ms is less than a script takes that only asks the server once, and than a trivial element of Lit’s, which are measured beside it. Of what ours takes beyond those, by a trace of the main thread, most is to define, construct and render the element and to evaluate its module, then to parse its style sheets and to compute the styles that they change.',
    ],
    tables: [
      {
        head: ['', 'main thread, ms', 'more', 'script, ms', 'more', 'layout shift', 'requests'],
        rows: KINDS.map((kind) => [
          NAMES[kind] ?? kind,
          of(kind, 'taskMs').toFixed(1),
          kind === 'nothing' ? '' : added(kind, 'taskMs'),
          of(kind, 'scriptMs').toFixed(1),
          kind === 'nothing' ? '' : added(kind, 'scriptMs'),
          of(kind, 'shift'),
          (starts.get(kind)?.[0]?.requests ?? []).map((path) => `\`${path}\``).join(', '),
        ]),
      },
    ],
  };
}
