/** The whole way of a back-channel logout: a signed token comes, and what a real store keeps is over. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { Hono } from 'hono';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { postgresSchema } from '../../src/server/stores/postgres.js';
import { oidcLogout } from '../../src/server/oidc-logout.js';
import { intranet, ORIGIN } from '../server/intranet.js';
import { startPostgres, startRedis } from './engines.mjs';
import { open, postgresClient } from './open.mjs';
import { missing, REDIS_SERVER } from './programs.mjs';

const issuer = 'https://id.example';
const clientId = 'intranet';
const { publicKey, privateKey } = await generateKeyPair('RS256');
const jwks = createLocalJWKSet({ keys: [await exportJWK(publicKey)] });

const logoutToken = async (subject: string) =>
  new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
    .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setAudience(clientId)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime('2 minutes')
    .setJti(crypto.randomUUID())
    .sign(privateKey);

async function overPostgres() {
  const server = await startPostgres();
  const client = await postgresClient(server.port);
  await client.query(postgresSchema);
  await client.end();
  return { server, ...(await open.pg(server)) };
}

async function overRedis() {
  const server = await startRedis();
  return { server, ...(await open.ioredis(server)) };
}

for (const [name, program, start] of [
  ['Redis', REDIS_SERVER, overRedis],
  ['PostgreSQL', 'postgres', overPostgres],
] as const) {
  describe(`a back-channel logout over ${name}`, { skip: missing(program) }, () => {
    it('[S14] ends all sessions of the token’s subject, which their pings then say, and nobody else’s', async () => {
      const { server, store, close } = await start();
      try {
        const told: unknown[] = [];
        const { security, browse, fetches, ping } = intranet({
          store,
          on: { ended: ({ session, subject, reason }) => told.push([session, subject, reason]) },
        });
        const app = new Hono().post('/logout', oidcLogout({ security, issuer, clientId, jwks }));
        const here = { Cookie: 'sid=ana.1' };
        const there = { Cookie: 'sid=ana.2' };
        const other = { Cookie: 'sid=ben.1' };
        for (const cookie of [here, there, other]) assert.equal((await browse('/', cookie)).status, 200);

        const body = new URLSearchParams({ logout_token: await logoutToken('ana') });
        assert.equal((await app.request(`${ORIGIN}/logout`, { method: 'POST', body })).status, 200);

        for (const cookie of [here, there]) {
          assert.deepEqual(await ping({ idleMs: 0 }, cookie), { v: 1, state: 'ended', reason: 'revoked' });
          assert.equal((await fetches('/api', cookie)).status, 401);
        }
        assert.equal((await ping({}, other))['state'], 'live');
        const sha256 = (id: string) => createHash('sha256').update(id).digest('hex');
        assert.deepEqual(told.sort(), ['ana.1', 'ana.2'].map((id) => [sha256(id), 'ana', 'revoked']).sort());
      } finally {
        await close();
        await server.stop();
      }
    });
  });
}
