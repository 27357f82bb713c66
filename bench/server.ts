/** How many requests a second a server answers with the guard, as a share of the same server without it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { median, ratio, type Chapter } from './chapter.js';
import { startDjango } from './django.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 32;
/** One core for what is measured, the others for the load, where the system can do that. */
const ONE_CORE = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [];
const ANOTHER_CORE = ONE_CORE.length > 0 && spawnSync('taskset', ['-c', '1', 'true']).status === 0 ? ['taskset', '-c', '1'] : []; // prettier-ignore

interface Load {
  path: string;
  method?: 'GET' | 'POST';
  body?: string;
}

interface Pair {
  what: string;
  goal: number | string;
  bare: Load;
  ours: Load;
}

const PING = { method: 'POST', body: '{"v":1,"idleMs":1000}' } as const;
const PAIRS: Pair[] = [
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
  {
    what: 'The same, where the page behind the gate takes `c.var.session.data`, which the gate has read, instead of `get()`',
    goal: 0.85,
    bare: { path: '/bare/page' },
    ours: { path: '/guarded/page-once' },
  },
];
const DJANGO: Pair = {
  what: 'The original’s ping on Django, and an empty view there',
  goal: '',
  bare: { path: '/empty/' },
  ours: { path: '/session_security/ping/?idleFor=1' },
};

async function perSecond(origin: string, cookie: string, { path, method = 'GET', body }: Load): Promise<number> {
  const isPage = method === 'GET';
  const headers = {
    Cookie: cookie,
    'Content-Type': 'application/json',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': isPage ? 'navigate' : 'cors',
    'Sec-Fetch-Dest': isPage ? 'document' : 'empty',
    'Sec-Fetch-User': '?1',
  };
  const command = [
    ...ANOTHER_CORE,
    ...['bench/node_modules/.bin/autocannon', '--json', '--no-progress'],
    ...[`--connections=${CONNECTIONS}`, `--duration=${SECONDS}`, `--method=${method}`],
    ...(body === undefined ? [] : [`--body=${body}`]),
    ...Object.entries(headers).map(([name, value]) => `--headers=${name}=${value}`),
    origin + path,
  ];
  const load = spawn(command[0] ?? '', command.slice(1));
  const result = (await json(load.stdout)) as { non2xx: number; errors: number; requests: { average: number } };
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${path}: ${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}

/** In turns, so that whatever else the machine does falls on both. */
async function compare(origin: string, cookie: string, { what, goal, bare, ours }: Pair): Promise<(string | number)[]> {
  const rounds: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push([await perSecond(origin, cookie, bare), await perSecond(origin, cookie, ours)]);
  const shares = rounds.map(([bare, ours]) => ours / bare);
  return [
    what,
    Math.round(median(rounds.map(([, ours]) => ours))),
    Math.round(median(rounds.map(([bare]) => bare))),
    ratio(median(shares), 1),
    `${ratio(Math.min(...shares), 1)} to ${ratio(Math.max(...shares), 1)}`,
    goal,
  ];
}

async function oursAndBare(): Promise<(string | number)[][]> {
  const command = [...ONE_CORE, process.execPath, '--import', 'tsx', 'bench/server-app.ts'];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
  const origin = `http://127.0.0.1:${port}`;
  const signedIn = await fetch(`${origin}/sign-in`);
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]).join('; '); // prettier-ignore
  const rows: (string | number)[][] = [];
  for (const pair of PAIRS) rows.push(await compare(origin, cookie, pair));
  child.kill();
  return rows;
}

async function original(): Promise<(string | number)[][]> {
  const django = await startDjango(ONE_CORE);
  if (!django) return [];
  try {
    return [await compare(django.origin, django.cookie, DJANGO)];
  } finally {
    await django.stop();
  }
}

export async function server(): Promise<Chapter> {
  const rows = [...(await oursAndBare()), ...(await original())];
  const core = ANOTHER_CORE.length > 0 ? ', one core for the server and one for the load' : '';
  return {
    title: 'Server',
    text: [
      `Hono on Node's HTTP server, one process, with @hono/session over a store in memory, and our memory store; ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} seconds each, in turns${core}. The shares are what to look at: the load comes from the same machine. Django and django-session-security are Debian's, behind gunicorn with one worker (gthread, one thread: it keeps connections open), sessions in SQLite, as Django sets them up.`,
      'What limits the shares, by a profile: of both sides, about half is the session library’s decryption of its cookie, which Node hands to another thread. A page that calls `get()` below the gate has it decrypted twice, as the library keeps no result; `c.var.session.data` is there without. What is ours is to find out who it is, before the handler and after it, and to ask the store, with a time-out; where a request has not read its session yet, the library says so by an exception, which costs as much as asking the store.',
      'A ping is one script in one round trip for Redis and one statement for SQL: see [scale](scale.md).',
    ],
    tables: [{ head: ['', 'guarded a second', 'bare a second', 'share', 'in the rounds', 'goal'], rows }],
  };
}
