/** What watching for activity costs a page, beside a listener that does nothing and beside the original. */
import { chromium, type CDPSession, type Page } from 'playwright';
import { chromiumArgs, findChromium } from '../scripts/browser.mjs';
import { median, ratio, type Chapter } from './chapter.js';
import { hasOriginal, openSite } from './site.js';

const DISPATCHED = 10_000;
const MOVED = 200;
const ROUNDS = 5;
const KINDS = ['listener', 'guarded', ...(hasOriginal ? ['original'] : [])];
const NAMES: Record<string, string> = {
  listener: 'An empty passive listener',
  guarded: '`<session-security>`',
  original: 'django-session-security’s script with jQuery',
};

interface Cost {
  dispatchedMs: number;
  scriptMs: number;
  layouts: number;
  bytes: number;
}

async function metric(tools: CDPSession, name: string): Promise<number> {
  const { metrics } = await tools.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === name)?.value ?? NaN;
}

/** Ten thousand moves by the page's own script, which takes their cost apart from all that a browser does for a real one. */
const dispatch = (page: Page): Promise<number> =>
  page.evaluate((times) => {
    let began = 0;
    // The first half is for the engine to get warm.
    for (let i = -times; i < times; i += 1) {
      if (i === 0) began = performance.now();
      const init = { bubbles: true, composed: true, screenX: i, screenY: i };
      document.body.dispatchEvent(new PointerEvent('pointermove', init));
      // The original listens to those.
      document.body.dispatchEvent(new MouseEvent('mousemove', init));
    }
    return performance.now() - began;
  }, DISPATCHED);

/** Real ones, as the browser passes them on from the mouse: one in each frame. */
async function moves(page: Page): Promise<void> {
  for (let i = 0; i < MOVED; i += 1) await page.mouse.move(20 + (i % 400), 20 + (i % 300));
}

async function cost(page: Page): Promise<Cost> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.enable');
  const dispatchedMs = await dispatch(page);
  await moves(page);
  await tools.send('HeapProfiler.collectGarbage');
  const before = await Promise.all(
    ['ScriptDuration', 'LayoutCount', 'JSHeapUsedSize'].map((name) => metric(tools, name)),
  );
  await moves(page);
  const after = await Promise.all(
    ['ScriptDuration', 'LayoutCount', 'JSHeapUsedSize'].map((name) => metric(tools, name)),
  );
  const [script = NaN, layouts = NaN, bytes = NaN] = after.map((value, i) => value - (before[i] ?? NaN));
  return { dispatchedMs, scriptMs: script * 1_000, layouts, bytes: bytes / MOVED };
}

export async function activity(): Promise<Chapter> {
  const site = await openSite();
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs });
  const costs = new Map<string, Cost[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const kind of KINDS) {
      const page = await browser.newPage();
      await page.goto(`${site.url}/${kind}`, { waitUntil: 'networkidle' });
      costs.get(kind)?.push(await cost(page));
      await page.close();
    }
  await browser.close();
  site.close();
  const of = (kind: string, name: keyof Cost): number => median((costs.get(kind) ?? []).map((cost) => cost[name]));
  return {
    title: 'Activity',
    text: [
      `Medians of ${ROUNDS} rounds, in turns. ${DISPATCHED.toLocaleString('en')} \`pointermove\` events sent by a script, as a share of the time they take with an empty passive listener (goal: 1.3); ${MOVED} real moves of the mouse, by the script time that the browser counts for them, with its own layouts, and by how much the heap grew for each, what the browser makes for each event included.`,
    ],
    tables: [
      {
        head: ['', 'sent, ms', 'share', 'real, ms of script', 'share', 'layouts', 'bytes a move'],
        rows: KINDS.map((kind) => [
          NAMES[kind] ?? kind,
          of(kind, 'dispatchedMs').toFixed(1),
          ratio(of(kind, 'dispatchedMs'), of('listener', 'dispatchedMs')),
          of(kind, 'scriptMs').toFixed(1),
          ratio(of(kind, 'scriptMs'), of('listener', 'scriptMs')),
          of(kind, 'layouts'),
          Math.round(of(kind, 'bytes')),
        ]),
      },
    ],
  };
}
