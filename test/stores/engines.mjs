// @ts-check
/** Starts real servers for the tests, each with a folder and a port of its own. prepare.mjs installs what is missing. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { greetPostgres, greetRedis } from './open.mjs';
import { findProgram } from './programs.mjs';

/**
 * @typedef {object} RunningServer
 * @property {number} port on 127.0.0.1
 * @property {() => Promise<void>} crash kills it with SIGKILL, and starts it again on what it kept
 * @property {() => Promise<void>} stop
 */

const isRoot = process.getuid?.() === 0;
const HOST = '127.0.0.1';

/**
 * Redis, which writes each command to its file before it answers (`appendonly yes`).
 *
 * @param {string[]} [settings] such as `['--maxmemory', '100mb']`
 * @returns {Promise<RunningServer>}
 */
export async function startRedis(settings = []) {
  const folder = mkdtempSync(join(tmpdir(), 'session-security-redis-'));
  const port = await freePort();
  const command = programOf('redis-server');
  const options = ['--bind', HOST, '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'yes'];
  const start = () => spawn(command, [...options, ...settings], { stdio: 'ignore' });
  return run({ folder, port, start, greet: greetRedis, gently: 'SIGTERM' });
}

/**
 * PostgreSQL, which forgets nothing that it has confirmed unless the computer itself fails (`fsync=off`: it is quicker).
 * The superuser is `postgres`, and needs no password.
 *
 * @returns {Promise<RunningServer>}
 */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'session-security-postgres-'));
  const port = await freePort();
  const [server, initdb] = [programOf('postgres'), programOf('initdb')];
  // It refuses to run as root.
  const user = isRoot ? { uid: numberOf('-u'), gid: numberOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const init = ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync', '--no-locale'];
  execFileSync(initdb, [...init, '--encoding', 'UTF8'], { ...user, cwd: folder, stdio: 'ignore' });
  const options = ['-D', data, '-h', HOST, '-p', String(port), '-k', '', '-c', 'fsync=off'];
  const start = () => spawn(server, options, { ...user, cwd: folder, stdio: 'ignore' });
  return run({ folder, port, start, greet: greetPostgres, gently: 'SIGINT' });
}

/**
 * @param {object} engine
 * @param {string} engine.folder
 * @param {number} engine.port
 * @param {() => import('node:child_process').ChildProcess} engine.start
 * @param {(port: number) => Promise<unknown>} engine.greet rejects until it answers
 * @param {NodeJS.Signals} engine.gently
 * @returns {Promise<RunningServer>}
 */
async function run({ folder, port, start, greet, gently }) {
  let server = await up();

  async function up() {
    for (;;) {
      const started = start();
      const exited = once(started, 'exit');
      if (await Promise.race([answers(port, greet).then(() => true), exited.then(() => false)]))
        return { started, exited };
      // After a crash PostgreSQL refuses to start until the last process of its former life is gone.
      await delay(50);
    }
  }

  /** @param {NodeJS.Signals} signal */
  async function down(signal) {
    server.started.kill(signal);
    await server.exited;
  }

  return {
    port,
    async crash() {
      await down('SIGKILL');
      server = await up();
    },
    async stop() {
      await down(gently);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Whether it is up: Redis and PostgreSQL both listen before they have read what they kept.
 *
 * @param {number} port
 * @param {(port: number) => Promise<unknown>} greet
 */
async function answers(port, greet) {
  for (;;) {
    try {
      return await greet(port);
    } catch {
      await delay(20);
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** @param {string} command */
function programOf(command) {
  const program = findProgram(command);
  if (program === undefined) throw new Error(`${command} is not installed`);
  return program;
}

/** @param {'-u' | '-g'} option */
function numberOf(option) {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
}
