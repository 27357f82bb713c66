/** The original, on a server of its own: Debian's Django, django-session-security and gunicorn, one worker. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { notInstalled } from '../test/compat/support/debian.js';

export interface Django {
  origin: string;
  /** Of somebody who is signed in. */
  cookie: string;
  stop(): Promise<void>;
}

/** @returns `null` where Debian's packages cannot be had */
export async function startDjango(onItsCore: readonly string[]): Promise<Django | null> {
  if (notInstalled('python3-django', 'python3-django-session-security', 'gunicorn') !== false) return null;
  const data = mkdtempSync(join(tmpdir(), 'session-security-django-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const command = [...onItsCore, 'gunicorn', '--workers=1', '--worker-class=gthread', '--threads=1', `--bind=127.0.0.1:${port}`, '--log-level=error', 'intranet:application']; // prettier-ignore
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: fileURLToPath(new URL('./', import.meta.url)),
    stdio: 'inherit',
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      SITE_DATA: data,
      SITE_SECRET: crypto.randomUUID(),
      SITE_ELEMENT: fileURLToPath(new URL('../dist/cdn', import.meta.url)),
      WARN_AFTER: '540',
      EXPIRE_AFTER: '600',
    },
  });
  await until(async () => (await fetch(`${origin}/empty/`)).ok);
  return {
    origin,
    cookie: await signIn(origin),
    async stop() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Django did not start.');
}

async function signIn(origin: string): Promise<string> {
  const cookies = (response: Response) => response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  const form = cookies(await fetch(`${origin}/login/`));
  const token = form.find((cookie) => cookie.startsWith('csrftoken='))?.slice('csrftoken='.length) ?? '';
  const signedIn = await fetch(`${origin}/login/`, {
    method: 'POST',
    headers: { Cookie: form.join('; ') },
    body: new URLSearchParams({ username: 'ana', password: 'heron', csrfmiddlewaretoken: token }),
    redirect: 'manual',
  });
  if (signedIn.status !== 302) throw new Error(`Django did not sign in: ${signedIn.status}`);
  return cookies(signedIn).join('; ');
}
