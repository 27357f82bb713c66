// @ts-check
/** Starts real servers for the tests, each with a folder and a port of its own. prepare.mjs installs what is missing. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { greetPostgres, greetRedis, redisClient } from './open.mjs';
import { findProgram, REDIS_SERVER } from './programs.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

/**
 * @typedef {object} RunningServer
 * @property {number} port on 127.0.0.1
 * @property {() => Promise<void>} crash kills it with SIGKILL, and starts it again on what it kept
 * @property {() => void} freeze keeps its connections, and answers nobody, until `thaw`
 * @property {() => void} thaw
 * @property {() => Promise<void>} stop
 */

const isRoot = process.getuid?.() === 0;
const HOST = '127.0.0.1';

/**
 * Redis, which has each command in its file before it answers. (With `appendfsync everysec` it does not wait while an
 * earlier write is on its way to the disk.)
 *
 * @param {string[]} [settings] such as `['--maxmemory', '100mb']`
 * @returns {Promise<RunningServer>}
 */
export async function startRedis(settings = []) {
  const folder = temporaryFolder('redis');
  const port = await freePort();
  const command = programOf(REDIS_SERVER);
  const options = [
    '--bind',
    HOST,
    '--port',
    String(port),
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
  ];
  const start = () => spawn(command, [...options, ...settings], { stdio: 'ignore' });
  return run({ folder, port, start, greet: greetRedis, gently: 'SIGTERM' });
}

/**
 * Two servers that have one half of the keys each, and refuse a script that touches one of the other's.
 *
 * @returns {Promise<{ port: number, stop: () => Promise<unknown> }>}
 */
export async function startRedisCluster() {
  const [one, other] = [await startMember(), await startMember()];
  await one.client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  await other.client.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  await one.client.call('CLUSTER', 'MEET', HOST, String(other.server.port), String(other.bus));
  for (const { client } of [one, other]) {
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await delay(20);
    await client.quit();
  }
  return { port: one.server.port, stop: () => Promise.all([one.server.stop(), other.server.stop()]) };
}

async function startMember() {
  const bus = await freePort();
  const settings = ['--cluster-enabled', 'yes', '--cluster-announce-ip', HOST, '--cluster-port', String(bus)];
  const server = await startRedis(settings);
  return { bus, server, client: await redisClient(server.port) };
}

/**
 * PostgreSQL, which forgets nothing that it has confirmed unless the computer itself fails (`fsync=off`: it is quicker).
 * The superuser is `postgres`, and needs no password.
 *
 * @returns {Promise<RunningServer>}
 */
export async function startPostgres() {
  const folder = temporaryFolder('postgres');
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
    freeze: () => void server.started.kill('SIGSTOP'),
    thaw: () => void server.started.kill('SIGCONT'),
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
