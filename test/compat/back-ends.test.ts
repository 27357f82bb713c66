/** The back ends of docs/protocol.md, each on its own framework, as the conformance kit finds them. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { check } from '../../bin/check.mjs';
import { PYTHON, reasonToSkip } from './support/debian.js';

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
  { name: 'Django', shown: ['django/session_ping/models.py', 'django/session_ping/views.py'], start: [PYTHON, '-B', 'django/site.py'], skip: reasonToSkip() },
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
        const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
        const results = [];
        const signOut = new URL('/sign-out', site.origin);
        for await (const result of check(new URL('/session/ping', site.origin), { cookie, signOut })) results.push(result);
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

async function open([command, ...args]: BackEnd['start']) {
  const data = mkdtempSync(join(tmpdir(), 'session-security-back-end-'));
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, SITE_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const port = await new Promise<number>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString();
      const found = /^(\d+)\n/m.exec(printed);
      if (found) resolve(Number(found[1]));
    });
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
void execFileSync;
