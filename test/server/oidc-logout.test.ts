import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { Hono } from 'hono';
import {
  base64url,
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { SessionSecurityError } from '../../src/server/hono.js';
import { oidcLogout, type OidcLogoutOptions, replayMemory } from '../../src/server/oidc-logout.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const ISSUER = 'https://id.example';

const rsa = await generateKeyPair('RS256', { extractable: true });
const ec = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('RS256');
const keySet = {
  keys: [
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
  ],
};

type Claims = Record<string, unknown>;

/** An application that takes logout tokens, and the provider that sends them. */
function provider(options: Partial<OidcLogoutOptions> = {}) {
  const clock = { now: 1_800_000_000_000 };
  const ended: string[] = [];
  const refused: Error[] = [];
  const security = {
    endAll: (subject: string, { reason }: { reason: string }) => {
      ended.push(`${subject} ${reason}`);
      return Promise.resolve(2);
    },
    end: (id: string, { reason }: { reason: string }) => {
      ended.push(`#${id} ${reason}`);
      return Promise.resolve(true);
    },
  };
  const now = () => clock.now;
  const handler = oidcLogout({
    security,
    issuer: ISSUER,
    clientId: 'intranet',
    jwks: createLocalJWKSet(keySet),
    now,
    on: { refused: (error) => refused.push(error) },
    ...options,
  });
  const app = new Hono().all('/logout', handler);
  const seconds = () => Math.floor(clock.now / 1_000);
  const claims = (): Claims => ({
    iss: ISSUER,
    aud: 'intranet',
    iat: seconds(),
    exp: seconds() + 120,
    jti: crypto.randomUUID(),
    sub: 'ana',
    events: { [EVENT]: {} },
  });
  /** `undefined` takes a claim away. */
  const sign = (changes: Claims = {}, header: Partial<JWTHeaderParameters> = {}, key = rsa.privateKey) => {
    const entries = Object.entries({ ...claims(), ...changes }).filter(([, value]) => value !== undefined);
    return new SignJWT(Object.fromEntries(entries))
      .setProtectedHeader({ alg: 'RS256', kid: 'rsa', typ: 'logout+jwt', ...header })
      .sign(key);
  };
  const send = async (body: string, type = 'application/x-www-form-urlencoded') =>
    app.request('http://intranet.example/logout', { method: 'POST', body, headers: { 'Content-Type': type } });
  const post = (token: string) => send(new URLSearchParams({ logout_token: token }).toString());
  return { app, clock, ended, refused, claims, sign, send, post };
}

/** Refused, as the specification has it, for this reason, and nobody signed out. */
async function assertRefused(site: ReturnType<typeof provider>, response: Response, why: RegExp): Promise<void> {
  assert.equal(response.status, 400);
  assert.equal(response.headers.get('Cache-Control'), 'no-store');
  const { error, error_description: description } = (await response.json()) as Record<string, string>;
  assert.equal(error, 'invalid_request');
  assert.match(description!, why);
  assert.deepEqual(site.ended, []);
  assert.equal(site.refused.length, 1);
}

/** As the clock begins. */
const now = 1_800_000_000;

describe('a logout token', () => {
  it('[S14] ends all sessions of its subject', async () => {
    const site = provider();
    const response = await site.post(await site.sign());
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
    assert.equal(response.headers.get('Cache-Control'), 'no-store');
    assert.deepEqual(site.ended, ['ana revoked']);
    assert.deepEqual(site.refused, []);
  });

  it('[S14] may have a charset, other parameters, other events, other claims, and its full type', async () => {
    const site = provider();
    const events = { [EVENT]: { further: 1 }, 'https://other.example/event': {} };
    const token = await site.sign({ events, extra: [1] }, { typ: 'application/Logout+JWT' });
    const body = `x=1&logout_token=${token}`;
    assert.equal((await site.send(body, 'Application/X-WWW-Form-URLencoded; charset=utf-8')).status, 200);
    assert.deepEqual(site.ended, ['ana revoked']);
  });

  it('[S14] may be for any of several client ids of the application', async () => {
    const site = provider({ clientId: ['intranet', 'intranet-app'] });
    assert.equal((await site.post(await site.sign({ aud: ['intranet-app', 'intranet'] }))).status, 200);
  });

  it('[S14] may be signed otherwise, if the provider is known to do so', async () => {
    const site = provider({ algorithms: ['ES256'] });
    assert.equal((await site.post(await site.sign({}, { alg: 'ES256', kid: 'ec' }, ec.privateKey))).status, 200);
  });

  it('[S14] may come a little late, or early by our clock', async () => {
    const site = provider();
    assert.equal((await site.post(await site.sign({ iat: now - 140, exp: now - 20 }))).status, 200);
    assert.equal((await site.post(await site.sign({ iat: now + 20 }))).status, 200);
  });

  for (const typ of [undefined, 'JWT']) {
    it(`[S14] of the type ${typ ?? 'none'} is taken from a provider known for it`, async () => {
      const site = provider({ acceptUntyped: true });
      assert.equal((await site.post(await site.sign({}, { typ: typ as string }))).status, 200);
    });
  }

  const wrong: [what: string, claims: Claims, header: Partial<JWTHeaderParameters>, why: RegExp][] = [
    ['of no type', {}, { typ: undefined as unknown as string }, /"typ"/],
    ['of the type of any JWT', {}, { typ: 'JWT' }, /"typ"/],
    ['of the type of an access token', {}, { typ: 'at+jwt' }, /"typ"/],
    ['by another issuer', { iss: 'https://evil.example' }, {}, /"iss"/],
    ['by an issuer with a slash more', { iss: `${ISSUER}/` }, {}, /"iss"/],
    ['by no issuer', { iss: undefined }, {}, /"iss"/],
    ['for another audience', { aud: 'shop' }, {}, /"aud"/],
    ['for another audience besides', { aud: ['intranet', 'shop'] }, {}, /"aud"/],
    ['for an empty list of audiences', { aud: [] }, {}, /"aud"/],
    ['for no audience', { aud: undefined }, {}, /"aud"/],
    ['issued long ago', { iat: now - 331 }, {}, /"iat"/],
    ['issued in the future', { iat: now + 31 }, {}, /"iat"/],
    ['issued at no time', { iat: undefined }, {}, /"iat"/],
    ['issued at a time that is no number', { iat: 'now' }, {}, /"iat"/],
    ['that has expired', { exp: now - 31 }, {}, /"exp"/],
    ['that never expires', { exp: undefined }, {}, /"exp"/],
    ['that expires at a time that is no number', { exp: 'never' }, {}, /"exp"/],
    ['without sub and sid', { sub: undefined }, {}, /both "sub" and "sid"/],
    ['with an empty sub', { sub: '' }, {}, /"sub"/],
    ['with a sub that is no text', { sub: 7 }, {}, /"sub"/],
    ['with a sid that is no text', { sid: { a: 1 } }, {}, /"sid"/],
    ['without events', { events: undefined }, {}, /"events"/],
    ['with another event', { events: { 'https://other.example': {} } }, {}, /"events"/],
    ['with an event that is no object', { events: { [EVENT]: true } }, {}, /"events"/],
    ['with an event that is a list', { events: { [EVENT]: [] } }, {}, /"events"/],
    ['with an event that is null', { events: { [EVENT]: null } }, {}, /"events"/],
    ['with events that are a list', { events: [EVENT] }, {}, /"events"/],
    ['with events that are a text', { events: EVENT }, {}, /"events"/],
    ['with a nonce', { nonce: 'n' }, {}, /"nonce"/],
    ['with an empty nonce', { nonce: null }, {}, /"nonce"/],
    ['without jti', { jti: undefined }, {}, /"jti"/],
    ['with an empty jti', { jti: '' }, {}, /"jti"/],
    ['with a jti that is no text', { jti: 1 }, {}, /"jti"/],
    ['that is not valid yet', { nbf: now + 60 }, {}, /"nbf"/],
    ['by an unknown key', {}, { kid: 'unknown' }, /key/],
    ['with an extension that must be understood', {}, { crit: ['exp2'], exp2: 1 }, /./],
  ];
  for (const [what, claims, header, why] of wrong) {
    it(`[S14] ${what} is refused`, async () => {
      const site = provider();
      // The library would not sign what it does not understand.
      const signing = Object.hasOwn(header, 'crit') ? signWithCrit(site, header) : site.sign(claims, header);
      await assertRefused(site, await site.post(await signing), why);
    });
  }

  async function signWithCrit(site: ReturnType<typeof provider>, header: object): Promise<string> {
    const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
    const input = `${encode({ alg: 'RS256', kid: 'rsa', typ: 'logout+jwt', ...header })}.${encode(site.claims())}`;
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', rsa.privateKey, new TextEncoder().encode(input));
    return `${input}.${base64url.encode(new Uint8Array(signature))}`;
  }

  it('[S14] signed by somebody else is refused', async () => {
    const site = provider();
    await assertRefused(site, await site.post(await site.sign({}, {}, stranger.privateKey)), /signature/);
  });

  it('[S14] that was changed is refused', async () => {
    const site = provider();
    const [header, , signature] = (await site.sign()).split('.');
    const payload = base64url.encode(JSON.stringify({ ...site.claims(), sub: 'ben' }));
    await assertRefused(site, await site.post([header, payload, signature].join('.')), /signature/);
  });

  it('[S14] that is not signed is refused', async () => {
    const site = provider();
    for (const alg of ['none', 'None', 'NONE']) {
      const header = base64url.encode(JSON.stringify({ alg, kid: 'rsa', typ: 'logout+jwt' }));
      const token = `${header}.${base64url.encode(JSON.stringify(site.claims()))}.`;
      site.refused.length = 0;
      await assertRefused(site, await site.post(token), /./);
    }
  });

  it('[S14] signed with the public key, as if that were a secret, is refused', async () => {
    const site = provider();
    const secret = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
    const token = await site.sign({}, { alg: 'HS256' }, secret as unknown as CryptoKey);
    await assertRefused(site, await site.post(token), /alg/);
  });

  it('[S14] signed by another algorithm than the provider’s is refused', async () => {
    const site = provider();
    const token = await site.sign({}, { alg: 'ES256', kid: 'ec' }, ec.privateKey);
    await assertRefused(site, await site.post(token), /alg/);
  });

  for (const garbage of ['', 'x', 'a.b', 'a.b.c', 'a.b.c.d.e', '..', 'é.é.é', '\0']) {
    it(`[S14] that is ${JSON.stringify(garbage)} is refused`, async () => {
      const site = provider();
      await assertRefused(site, await site.post(garbage), /./);
    });
  }

  it('[S14] used again is refused, until it has expired of itself', async () => {
    const site = provider();
    const token = await site.sign({ exp: now + 3_600 });
    assert.equal((await site.post(token)).status, 200);
    for (const pass of [0, 100, 229, 0.999]) {
      site.clock.now += pass * 1_000;
      site.ended.length = site.refused.length = 0;
      await assertRefused(site, await site.post(token), /used before/);
    }
    site.clock.now += 2_000;
    site.refused.length = 0;
    await assertRefused(site, await site.post(token), /"iat"/);
  });

  it('[S14] is told from another provider’s with the same jti', async () => {
    const replays = replayMemory({ now: () => now * 1_000 });
    const [one, other] = [provider({ replays }), provider({ replays, issuer: 'https://other.example' })];
    assert.equal((await one.post(await one.sign({ jti: '1' }))).status, 200);
    assert.equal((await other.post(await other.sign({ jti: '1', iss: 'https://other.example' }))).status, 200);
  });

  it('[S14] may be sent again after the logout has failed', async () => {
    let isDown = true;
    const ended: string[] = [];
    const endAll = (subject: string) => {
      if (isDown) return Promise.reject(new Error('redis://:password@store is down'));
      ended.push(subject);
      return Promise.resolve(1);
    };
    const site = provider({ security: { endAll, end: () => Promise.resolve(true) } });
    const token = await site.sign();
    const failed = await site.post(token);
    assert.equal(failed.status, 400);
    const answer = await failed.text();
    assert.match(answer, /server_error/);
    assert.doesNotMatch(answer, /password/);
    assert.match(site.refused[0]!.message, /down/);
    isDown = false;
    assert.equal((await site.post(token)).status, 200);
    assert.deepEqual(ended, ['ana']);
  });
});

describe('a logout token with a sid', () => {
  it('[S14] alone is refused where the application does not know it', async () => {
    const site = provider();
    await assertRefused(site, await site.post(await site.sign({ sub: undefined, sid: 's1' })), /"sid"/);
  });

  it('[S14] and a sub ends all sessions of the subject where the application does not know it', async () => {
    const site = provider();
    assert.equal((await site.post(await site.sign({ sid: 's1' }))).status, 200);
    assert.deepEqual(site.ended, ['ana revoked']);
  });

  it('[S14] ends the sessions that the application finds', async () => {
    const found: object[] = [];
    const site = provider({
      find: (logout) => {
        found.push(logout);
        return logout.sid === null ? { subject: `user of ${logout.sub!}` } : { ids: ['1', '2'] };
      },
    });
    assert.equal((await site.post(await site.sign({ sub: undefined, sid: 's1' }))).status, 200);
    assert.deepEqual(site.ended, ['#1 revoked', '#2 revoked']);
    assert.equal((await site.post(await site.sign({ sub: 'x' }))).status, 200);
    assert.equal(site.ended[2], 'user of x revoked');
    assert.deepEqual(found, [
      { issuer: ISSUER, sub: null, sid: 's1' },
      { issuer: ISSUER, sub: 'x', sid: null },
    ]);
  });

  it('[S14] of somebody who has left already is a success', async () => {
    const site = provider({ find: () => null });
    assert.equal((await site.post(await site.sign({ sid: 's1' }))).status, 200);
    assert.deepEqual(site.ended, []);
  });

  it('[S14] fails where the application cannot tell', async () => {
    const site = provider({ find: () => Promise.reject(new Error('no database')) });
    const response = await site.post(await site.sign());
    assert.equal(response.status, 400);
    assert.match(await response.text(), /server_error/);
  });
});

describe('a request with a logout token', () => {
  it('[S14] is refused by any content type but that of a form', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', '']) {
      const site = provider();
      await assertRefused(site, await site.send(`logout_token=${await site.sign()}`, type), /POST/);
    }
  });

  it('[S14] is refused by GET', async () => {
    const site = provider();
    const response = await site.app.request(`/logout?logout_token=${await site.sign()}`);
    await assertRefused(site, response, /POST/);
  });

  it('[S14] is refused by PUT', async () => {
    const site = provider();
    const body = new URLSearchParams({ logout_token: await site.sign() });
    await assertRefused(site, await site.app.request('/logout', { method: 'PUT', body }), /POST/);
  });

  it('[S14] is refused without a token, and with two', async () => {
    for (const names of [[], ['id_token'], ['logout_token', 'logout_token']]) {
      const site = provider();
      const token = await site.sign();
      const body = names.map((name) => `${name}=${token}`).join('&');
      await assertRefused(site, await site.send(body), /once/);
    }
  });

  it('[S14] is refused with more than sixteen kilobytes', async () => {
    const site = provider();
    await assertRefused(site, await site.post(await site.sign({ extra: 'x'.repeat(16_384) })), /larger/);
  });
});

describe('the provider’s keys', () => {
  async function serveKeys(t: TestContext, listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  }

  it('[S14] come from its address', async (t) => {
    const jwks = await serveKeys(t, (_, response) => response.end(JSON.stringify(keySet)));
    const site = provider({ jwks });
    assert.equal((await site.post(await site.sign({}, { kid: 'unknown' }))).status, 400);
    assert.equal((await site.post(await site.sign())).status, 200);
  });

  it('[S14] that are out of reach make the logout fail, not the token invalid', async (t) => {
    const site = provider({ jwks: await serveKeys(t, (_, response) => response.writeHead(500).end()) });
    const response = await site.post(await site.sign());
    assert.equal(response.status, 400);
    assert.match(await response.text(), /server_error/);
    assert.deepEqual(site.ended, []);
  });
});

describe('the memory of tokens', () => {
  it('[S14] is bounded: the oldest go first', async () => {
    const memory = replayMemory({ maxTokens: 3, now: () => 0 });
    for (const id of ['a', 'b', 'c', 'd']) await memory.add(id, 1_000);
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'd'].map((id) => memory.has(id))), [false, true, true, true]);
  });

  it('[S14] forgets what has expired', async () => {
    let now = 0;
    const memory = replayMemory({ now: () => now });
    await memory.add('a', 1_000);
    now = 999;
    assert.equal(await memory.has('a'), true);
    now = 1_000;
    assert.equal(await memory.has('a'), false);
  });

  it('[S14] may be one of the application’s own, for several processes', async () => {
    const kept = new Map<string, number>();
    const replays = {
      has: (id: string) => Promise.resolve(kept.has(id)),
      add: (id: string, keepMs: number) => Promise.resolve(void kept.set(id, keepMs)),
    };
    const [one, other] = [provider({ replays }), provider({ replays })];
    const token = await one.sign();
    assert.equal((await one.post(token)).status, 200);
    await assertRefused(other, await other.post(token), /used before/);
    const [[id, keepMs]] = [...kept] as [[string, number]];
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.equal(keepMs, 150_000);
    kept.clear();
    await one.post(await one.sign({ exp: now + 3_600 }));
    assert.deepEqual([...kept.values()], [330_000]);
  });
});

describe('options of the logout', () => {
  const faults: [object, ...string[]][] = [
    [{ security: {} }, 'security.endAll', 'undefined', 'sessionSecurity()'],
    [{ security: { endAll: () => Promise.resolve(0) } }, 'security.end', 'undefined', 'sessionSecurity()'],
    [{ issuer: '' }, 'issuer', '"iss"'],
    [{ clientId: '' }, 'clientId', 'client_id'],
    [{ clientId: [] }, 'clientId', 'client_id'],
    [{ jwks: 'http://id.example/jwks' }, 'jwks', 'http://id.example/jwks', 'https'],
    [{ jwks: '/jwks' }, 'jwks', '/jwks', 'https'],
    [{ jwks: undefined }, 'jwks', 'undefined', 'https'],
    [{ algorithms: [] }, 'algorithms', 'asymmetric'],
    [{ algorithms: ['RS256', 'none'] }, 'algorithms', 'none', 'asymmetric'],
    [{ algorithms: ['HS256'] }, 'algorithms', 'HS256', 'asymmetric'],
  ];
  for (const [options, ...words] of faults) {
    it(`[S14] name what is wrong: ${words.join(', ')}`, () => {
      assert.throws(
        () => provider(options),
        (error: unknown) => {
          assert.ok(error instanceof SessionSecurityError);
          assert.equal(error.code, 'invalid-option');
          for (const word of words) assert.ok(error.message.includes(word), `${word}: ${error.message}`);
          return true;
        },
      );
    });
  }
});
