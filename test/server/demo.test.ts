/** The demo's server, as an example of what the server half is for. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createApp } from '../../demo/app.js';
import { auditTrail } from '../../demo/audit.js';
import { FETCH, NAVIGATION } from './intranet.js';

const ORIGIN = 'http://localhost';
const FORM = { ...NAVIGATION, Origin: ORIGIN };

/** One demo, and browsers that keep its cookie. */
function demo() {
  const app = createApp({ policy: { warnAfter: 30, expireAfter: 60 } });
  const browser = () => {
    let cookie = '';
    return async (path: string, init: RequestInit = {}) => {
      const headers = { ...NAVIGATION, ...(init.headers as object), ...(cookie && { Cookie: cookie }) };
      const response = await app.request(ORIGIN + path, { ...init, headers });
      for (const line of response.headers.getSetCookie()) cookie = line.split(';')[0] ?? '';
      return response;
    };
  };
  const signedIn = async (username = 'ana', password = 'heron') => {
    const send = browser();
    const body = new URLSearchParams({ username, password, next: '/' });
    const response = await send('/sign-in', { method: 'POST', headers: FORM, body });
    assert.equal(response.status, 303);
    return send;
  };
  const audit = async () => {
    const text = await (await app.request(`${ORIGIN}/demo/audit`)).text();
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { app, signedIn, audit };
}

describe('the demo', () => {
  it('[S14] signs out everywhere, and only who asks for it', async () => {
    const { signedIn } = demo();
    const [here, there, ben] = [await signedIn(), await signedIn(), await signedIn('ben', 'otter')];
    const page = await (await here('/account')).text();
    assert.match(page, /action="\/account\/sign-out-everywhere"/);
    const response = await here('/account/sign-out-everywhere', { method: 'POST', headers: FORM });
    assert.equal(response.headers.get('Location'), '/sign-in');
    assert.equal((await there('/')).status, 303);
    assert.equal((await here('/')).status, 303);
    assert.equal((await ben('/')).status, 200);
  });

  it('[S16] streams its news until the session is over', async () => {
    const { signedIn } = demo();
    const [here, there] = [await signedIn(), await signedIn()];
    const stream = await here('/api/news/live', { headers: FETCH });
    assert.equal(stream.headers.get('Content-Type'), 'text/event-stream');
    const text = stream.text();
    await there('/account/sign-out-everywhere', { method: 'POST', headers: FORM });
    assert.match(await text, /^(data: .+\n\n)+$/);
    assert.equal((await here('/api/news/live', { headers: FETCH })).status, 401);
  });

  it('[S7] keeps an audit trail without a secret', async () => {
    const { signedIn, audit } = demo();
    const ana = await signedIn();
    const cookies = await ana('/');
    assert.equal(cookies.status, 200);
    const headers = { 'Content-Type': 'application/json' };
    await ana('/session/ping', { method: 'POST', headers: { ...FETCH, ...headers }, body: '{}' });
    await ana('/session/ping', {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'cross-site', ...headers },
      body: '{"v":1}',
    });
    await ana('/session/sign-out', { method: 'POST', headers: FORM });
    const lines = await audit();
    assert.deepEqual(
      lines.map(({ event, level, subject, reason, why, path }) => [event, level, subject, reason ?? why, path]),
      [
        ['session.started', 'info', 'ana', undefined, '/sign-in'],
        ['session.ping-refused', 'warn', undefined, 'malformed', '/session/ping'],
        ['session.ping-refused', 'warn', undefined, 'origin', '/session/ping'],
        ['session.ended', 'info', 'ana', 'signed-out', '/session/sign-out'],
      ],
    );
    const [started, , , ended] = lines;
    assert.match(String(started?.['session']), /^[\da-f]{64}$/);
    assert.equal(ended?.['session'], started?.['session']);
  });

  it('[S7] writes an alarm of its store, and nothing that breaks a line', () => {
    const written: string[] = [];
    const hooks = auditTrail(
      (line) => written.push(line),
      () => undefined,
    );
    hooks.storeFault?.(new Error('the store cannot tell', { cause: new Error('down\n{"event":"forged"}') }), null);
    const session = createHash('sha256').update('x').digest('hex');
    const time = '2026-11-22T09:14:03.120Z';
    hooks.ended?.({ time, session, subject: 'ana\r\nforged', reason: 'revoked' }, null);
    assert.ok(written.every((line) => !/[\r\n]/.test(line)));
    const [fault, end] = written.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([fault?.['event'], fault?.['level']], ['session.store-fault', 'error']);
    assert.deepEqual([end?.['time'], end?.['level']], [time, 'warn']);
  });

  it('[S7] has the audit trail that the documentation shows', () => {
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    const shown = /```ts\n([^]*?)```/.exec(read('docs/audit.md'))?.[1];
    assert.equal(shown, read('demo/audit.ts').replace('../src/server/hono.js', 'session-security/hono'));
  });

  for (const body of ['null', '[]', '7', '"hang"', '{"mode":"melt"}', '{"mode":null}', '', '{']) {
    it(`refuses ${body || 'nothing'} for a fault`, async () => {
      const { app } = demo();
      const headers = { ...FETCH, Origin: ORIGIN, 'Content-Type': 'application/json' };
      assert.equal((await app.request(`${ORIGIN}/demo/fault`, { method: 'POST', headers, body })).status, 400);
    });
  }
});
