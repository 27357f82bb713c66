/** How many requests a second a server answers with the guard, as a share of the same server without it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { median, ratio, type Chapter } from './chapter.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 32;

interface Load {
  path: string;
  method?: 'GET' | 'POST';
  body?: string;
}

const PING = { method: 'POST', body: '{"v":1,"idleMs":1000}' } as const;
const PAIRS: { what: string; goal: number; bare: Load; ours: Load }[] = [
  {
    what: 'A ping, and a bare route that reads the same cookie, parses, and answers JSON of the same size',
    goal: 0.8,
    bare: { path: '/bare/ping', ...PING },
    ours: { path: '/guarded/session/ping', ...PING },
  },
  {
    what: 'A page behind the gate, and the same page without it',
    goal: 0.85,
    bare: { path: '/bare/page' },
    ours: { path: '/guarded/page' },
  },
];

/** In one run, in turns, so that whatever else the machine does falls on both. */
export async function server(): Promise<Chapter> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/server-app.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
  const origin = `http://127.0.0.1:${port}`;
  const signedIn = await fetch(`${origin}/sign-in`);
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]).join('; '); // prettier-ignore

  const perSecond = async ({ path, method = 'GET', body }: Load): Promise<number> => {
    const isPage = method === 'GET';
    const headers = {
      Cookie: cookie,
      'Content-Type': 'application/json',
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': isPage ? 'navigate' : 'cors',
      'Sec-Fetch-Dest': isPage ? 'document' : 'empty',
      'Sec-Fetch-User': '?1',
    };
    const load = spawn('bench/node_modules/.bin/autocannon', [
      ...['--json', '--no-progress', `--connections=${CONNECTIONS}`, `--duration=${SECONDS}`, `--method=${method}`],
      ...(body === undefined ? [] : [`--body=${body}`]),
      ...Object.entries(headers).map(([name, value]) => `--headers=${name}=${value}`),
      origin + path,
    ]);
    const result = (await json(load.stdout)) as { non2xx: number; errors: number; requests: { average: number } };
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${path}: ${result.non2xx} refused, ${result.errors} failed`);
    return result.requests.average;
  };

  const rows: (string | number)[][] = [];
  for (const { what, goal, bare, ours } of PAIRS) {
    const rounds: [number, number][] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push([await perSecond(bare), await perSecond(ours)]);
    const shares = rounds.map(([bare, ours]) => ours / bare);
    rows.push([
      what,
      Math.round(median(rounds.map(([, ours]) => ours))),
      Math.round(median(rounds.map(([bare]) => bare))),
      ratio(median(shares), 1),
      `${ratio(Math.min(...shares), 1)} to ${ratio(Math.max(...shares), 1)}`,
      goal,
    ]);
  }
  child.kill();
  return {
    title: 'Server',
    text: [
      `Hono on Node's HTTP server, one process, with @hono/session over a store in memory, and our memory store; ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} seconds each, in turns. The shares are what to look at: the load comes from the same machine.`,
    ],
    tables: [{ head: ['', 'ours a second', 'bare a second', 'share', 'in the rounds', 'goal'], rows }],
  };
}
