import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, BrowserContext, Page } from 'playwright';
import type {} from '../../src/index.js';
import { createApp } from '../../demo/app.js';
import { redisStore } from '../../src/server/stores/redis.js';
import { goOn, launch, signIn, warning } from '../e2e/support/demo.js';
import { type RunningServer, startRedis } from './engines.mjs';
import { redisClient } from './open.mjs';
import { missing } from './programs.mjs';

/** The demo with its sessions' activity in Redis. */
async function start(redis: RunningServer, policy: { warnAfter: number; expireAfter: number }) {
  const client = await redisClient(redis.port);
  const server = createAdaptorServer({ fetch: createApp({ policy, store: redisStore(client) }).fetch });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async stop() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await client.quit();
    },
  };
}

/** A page that has heard its limits. */
async function open(context: BrowserContext, demo: { url: string }): Promise<Page> {
  const page = await signIn(context, demo);
  await page.waitForFunction(() => document.querySelector('session-security')?.state?.asking === null);
  return page;
}

const content = (page: Page) => page.getByRole('heading', { name: 'Equipment register' });

describe('a Redis that stops', { skip: missing('redis-server') }, () => {
  let browser: Browser;
  let redis: RunningServer;
  before(async () => {
    [browser, redis] = await Promise.all([launch(), startRedis()]);
  });
  after(async () => {
    await browser.close();
    await redis.stop();
  });

  test('[S8] refuses new pages, says in the open one that nothing is certain, and has ended no session when it is back', async (t) => {
    const demo = await start(redis, { warnAfter: 4, expireAfter: 40 });
    t.after(() => demo.stop());
    const context = await browser.newContext();
    const page = await open(context, demo);
    const unknown = () =>
      page.waitForResponse((response) => response.url().endsWith('/ping') && response.status() === 503);
    redis.freeze();
    try {
      await Promise.all([unknown(), warning(page).waitFor()]);
      await page.keyboard.press('Escape');
      await unknown();
      const refused = await context.request.get(demo.url);
      assert.equal(refused.status(), 503);
      assert.match(refused.headers()['retry-after'] ?? '', /^[1-9]/);
    } finally {
      redis.thaw();
    }
    await goOn(page);
    assert.equal(await content(page).isVisible(), true);
    const tab = await context.newPage();
    await tab.goto(demo.url);
    assert.equal(await content(tab).isVisible(), true);
  });

  test('[T3] and stays away leaves nothing open', async (t) => {
    const demo = await start(redis, { warnAfter: 3, expireAfter: 9 });
    t.after(() => demo.stop());
    const page = await open(await browser.newContext(), demo);
    redis.freeze();
    try {
      await warning(page).waitFor();
      await content(page).waitFor({ state: 'hidden' });
    } finally {
      redis.thaw();
    }
  });
});
