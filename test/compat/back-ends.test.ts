/** The back ends of docs/protocol.md, each on its own framework, as the conformance kit finds them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { check } from '../../bin/check.mjs';
import { notInstalled, PYTHON, reasonToSkip } from './support/debian.js';

const folder = join(import.meta.dirname, 'back-ends');
const protocol = readFileSync(join(folder, '../../../docs/protocol.md'), 'utf8');

interface BackEnd {
  name: string;
  /** What docs/protocol.md shows of it. */
  shown: string[];
  start: [command: string, ...args: string[]];
  skip: string | false;
}

const BACK_ENDS: BackEnd[] = [
  { name: 'Express', shown: ['express/session-ping.js'], start: [process.execPath, 'express/site.mjs'], skip: false },
  {
    name: 'Django',
    shown: ['django/session_ping/models.py', 'django/session_ping/views.py'],
    start: [PYTHON, '-B', 'django/site.py'],
    skip: reasonToSkip(),
  },
  {
    name: 'Rails',
    shown: ['rails/session_ping.rb'],
    start: ['ruby', 'rails/site.rb'],
    skip: notInstalled('ruby-rails', 'puma', 'ruby-sqlite3'),
  },
  {
    name: 'Laravel',
    shown: ['laravel/SessionPing.php'],
    start: ['php', '-S', '127.0.0.1:PORT', 'laravel/site.php'],
    skip: notInstalled('php-laravel-framework', 'php-cli', 'php-sqlite3'),
  },
];

for (const { name, shown, start, skip } of BACK_ENDS) {
  describe(`a back end on ${name}`, { skip }, () => {
    it('[P4] is the one that docs/protocol.md shows', () => {
      for (const file of shown) assert.ok(protocol.includes(readFileSync(join(folder, file), 'utf8')), file);
    });

    it('[S2] does all that the protocol asks for', async () => {
      const site = await open(start);
      try {
        const signedIn = await fetch(`${site.origin}/sign-in`, { method: 'POST' });
        const cookie = signedIn.headers
          .getSetCookie()
          .map((line) => line.split(';')[0])
          .join('; ');
        const results = [];
        const signOut = new URL('/sign-out', site.origin);
        for await (const result of check(new URL('/session/ping', site.origin), { cookie, signOut }))
          results.push(result);
        assert.deepEqual(
          results.filter(({ state }) => state === 'broken'),
          [],
        );
        assert.ok(results.filter(({ state }) => state === 'holds').length >= 14);
        const page = await fetch(site.origin, { headers: { Cookie: cookie }, redirect: 'manual' });
        assert.doesNotMatch(await page.text(), /ana/);
      } finally {
        await site.close();
      }
    });
  });
}

/** Each prints the port that it has chosen, but for PHP's own server, which is told one and says when it listens. */
async function open([command, ...args]: BackEnd['start']) {
  const data = mkdtempSync(join(tmpdir(), 'session-security-back-end-'));
  const given = await freePort();
  const child = spawn(
    command,
    args.map((argument) => argument.replace('PORT', String(given))),
    { cwd: folder, env: { ...process.env, SITE_DATA: data }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    const listen = (text: Buffer) => {
      said += text.toString();
      const printed = /^(\d+)\n/m.exec(said)?.[1];
      if (printed !== undefined) resolve(Number(printed));
      if (said.includes(`:${given}) started`)) resolve(given);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${String(code)}: ${said}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      child.kill();
      await exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
