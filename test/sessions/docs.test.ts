/** The code in docs/sessions.md, run as it is written there. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Hono } from 'hono';
import { ORIGIN } from '../server/intranet.js';
import { type Application, Browser, SlowRoute } from '../server/session-library.js';
import { listen } from './node-server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guide = await readFile(join(root, 'docs/sessions.md'), 'utf8');

/** What the guide leaves to the application. */
const AUTH = `
  import { betterAuth } from 'better-auth';
  import { memoryAdapter } from 'better-auth/adapters/memory';
  export const auth = betterAuth({
    baseURL: '${ORIGIN}',
    secret: 'a secret of thirty-two letters!!',
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true, autoSignIn: false },
  });
  await auth.api.signUpEmail({ body: { name: 'ana', email: 'ana@intranet.example', password: 'heron-otter' } });`;

const SIGN_IN = { path: '/sign-in', init: { method: 'POST', body: new URLSearchParams({ user: 'ana' }) } };
const SIGN_IN_BY_EMAIL = {
  path: '/api/auth/sign-in/email',
  init: {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'ana@intranet.example', password: 'heron-otter' }),
  },
};

describe('docs/sessions.md', () => {
  let folder: string;

  before(async () => {
    process.env['SECRET'] = 'a secret of thirty-two letters!!';
    folder = await mkdtemp(fileURLToPath(new URL('.docs-', import.meta.url)));
    await writeFile(join(folder, 'auth.ts'), AUTH);
  });
  after(() => rm(folder, { recursive: true }));

  const sections = guide.split(/^## /m).slice(1);
  assert.equal(sections.length, 5);
  for (const section of sections) {
    const title = section.split('\n', 1)[0]!;
    it(`[S12] ${title}: the code signs in, guards, and signs out for good`, async () => {
      const code = /^```ts\n(.*?)^```/ms.exec(section)?.[1] ?? '';
      const file = join(folder, `${title.replace(/\W+/g, '-')}.ts`);
      const server = join(root, 'src/server/');
      await writeFile(
        file,
        `${code.replaceAll("'session-security/", `'${server}`)}
        app.get('/', (c) => c.json(c.var.sessionSecurity?.session.subject ?? null));
        export { app };`,
      );
      const { app } = (await import(pathToFileURL(file).href)) as { app: Hono };
      // One of the libraries needs Node's own request and response.
      const isForNode = title === 'express-session';
      const listening = isForNode ? await listen(app) : null;
      try {
        const application = {
          origin: listening?.origin ?? ORIGIN,
          fetch: listening?.fetch ?? ((request: Request) => app.fetch(request)),
          slow: new SlowRoute(),
        } as unknown as Application;
        await signInAndOut(new Browser(application), title === 'better-auth' ? SIGN_IN_BY_EMAIL : SIGN_IN);
      } finally {
        listening?.close();
      }
    });
  }
});

async function signInAndOut(browser: Browser, { path, init }: typeof SIGN_IN | typeof SIGN_IN_BY_EMAIL): Promise<void> {
  assert.equal(await browser.who('/'), null);
  assert.ok((await browser.send(path, init)).status < 400);
  // Whom the sessions name: a name, or what stands for one.
  const who = await browser.who('/');
  assert.ok(typeof who === 'string' && who !== '' && who !== 'refused', String(who));
  assert.equal((await browser.ping(0))['state'], 'live');
  const thief = browser.copy();
  await browser.signOut();
  assert.equal(await browser.who('/'), null);
  assert.notEqual(await thief.who('/'), who);
  assert.notEqual((await thief.ping(0))['state'], 'live');
}
