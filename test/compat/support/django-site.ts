/** Django and django-session-security as Debian ships them, in a process of their own. Only the pages' element is ours. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { PYTHON } from './debian.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export class DjangoSite {
  readonly #limits: { warnAfter: number; expireAfter: number };
  #process: ChildProcess | null = null;
  #data = '';
  url = '';

  constructor(limits: { warnAfter: number; expireAfter: number }) {
    this.#limits = limits;
  }

  async start(): Promise<void> {
    this.#data = await mkdtemp(join(tmpdir(), 'session-security-django-'));
    const child = spawn(PYTHON, ['-B', file('../site/site.py')], {
      env: {
        ...process.env,
        SITE_DATA: this.#data,
        SITE_SECRET: crypto.randomUUID(),
        SITE_ELEMENT: file('../../../dist/cdn'),
        WARN_AFTER: String(this.#limits.warnAfter),
        EXPIRE_AFTER: String(this.#limits.expireAfter),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    const port = await new Promise<number>((found, failed) => {
      child.stdout.on('data', (data: Buffer) => found(Number(data.toString())));
      child.once('exit', (code) => failed(new Error(`Django ended with ${String(code)}: ${said}`)));
    });
    this.url = `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    if (this.#process?.exitCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill();
      await exit;
    }
    await rm(this.#data, { recursive: true, force: true });
  }

  /** When each session was last active, as Django has stored it. */
  async activities(): Promise<string[]> {
    return (await (await fetch(`${this.url}/activities/`)).json()) as string[];
  }
}
