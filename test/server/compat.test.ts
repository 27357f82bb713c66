import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FETCH, intranet, NAVIGATION } from './intranet.js';

const JQUERY = { ...FETCH, 'X-Requested-With': 'XMLHttpRequest' };
const ON_PLAIN_HTTP = { Accept: '*/*', 'X-Requested-With': 'XMLHttpRequest' };

/** The intranet, where pages ask as the client of django-session-security does. */
function djangoIntranet(options: Parameters<typeof intranet>[0] = {}) {
  const site = intranet({ compat: 'django', ...options });
  const get = (query: string, headers: Record<string, string> = JQUERY) =>
    site.request(`/session/ping${query}`, headers);
  const idleFor = async (query: string | number, headers?: Record<string, string>): Promise<unknown> =>
    (await get(typeof query === 'number' ? `?idleFor=${query}&_=1700000000000` : query, headers)).json();
  return { ...site, get, idleFor };
}

describe('a ping of django-session-security', () => {
  it('[N4] is answered by the whole seconds that the session has been idle', async () => {
    const { browse, get, clock } = djangoIntranet();
    await browse();
    clock.now += 49_999;
    const response = await get('?idleFor=80');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('Content-Type'), 'application/json');
    assert.equal(await response.text(), '49');
  });

  it('[N4] extends by an activity that the server did not know', async () => {
    const { browse, idleFor, pass, ping } = djangoIntranet();
    await browse();
    pass(50);
    assert.equal(await idleFor(20), 22);
    assert.equal(await idleFor(40), 22);
    assert.equal(await idleFor(0), 2);
    assert.equal((await ping())['idleMs'], 2_000);
  });

  it('[N4] is answered "logout" when the session is over, which takes its cookie', async () => {
    const { browse, get, idleFor, pass, ping } = djangoIntranet();
    await browse();
    pass(100);
    const response = await get('?idleFor=100');
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '"logout"');
    assert.match(response.headers.get('Set-Cookie') ?? '', /Max-Age=0/);
    assert.equal(await idleFor(0), 'logout');
    assert.deepEqual(await ping({ idleMs: 0 }), { v: 1, state: 'ended', reason: 'idle' });
    assert.equal((await browse()).status, 303);
  });

  it('[N4] is answered "logout" where nobody is signed in, without a cookie', async () => {
    const { get } = djangoIntranet();
    const response = await get('?idleFor=0', { ...JQUERY, Cookie: '' });
    assert.equal(await response.text(), '"logout"');
    assert.equal(response.headers.get('Set-Cookie'), null);
  });

  it('[N4] is answered "logout" where, with `strict`, no sign-in began the session', async () => {
    assert.equal(await djangoIntranet({ strict: true }).idleFor(0), 'logout');
  });

  it('[N4] is served with the option only', async () => {
    const { browse, get, pass, ping } = djangoIntranet();
    const without = intranet();
    await browse();
    await without.browse();
    pass(50);
    without.pass(50);
    assert.equal((await get('?idleFor=0')).status, 200);
    const refused = await without.request('/session/ping?idleFor=0', JQUERY);
    assert.deepEqual([refused.status, refused.headers.get('Allow')], [405, 'POST']);
    assert.equal((await ping())['idleMs'], 2_000);
    assert.equal((await without.ping())['idleMs'], 50_000);
  });

  it('[S2] that is late extends nothing: whole seconds do not tell what was in time', async () => {
    for (const seconds of [0, 1, 99]) {
      const { browse, idleFor, pass } = djangoIntranet();
      await browse();
      pass(100.001);
      assert.equal(await idleFor(seconds), 'logout');
    }
  });

  const malformed: [query: string, what: string][] = [
    ['', 'no value'],
    ['?idleFor=', 'an empty value'],
    ['?idleFor=-5', 'a negative value'],
    ['?idleFor=%2B5', 'a sign'],
    ['?idleFor=5.0', 'a fraction'],
    ['?idleFor=1e1', 'an exponent'],
    ['?idleFor=0x1', 'a hexadecimal value'],
    ['?idleFor=%205', 'a space'],
    ['?idleFor=5%0A', 'a line feed'],
    ['?idleFor=1_0', 'an underscore, which Python takes'],
    ['?idleFor=%D9%A5', 'an Arabic digit'],
    ['?idleFor=%EF%BC%95', 'a fullwidth digit'],
    ['?idleFor=%E0%A5%AB', 'a Devanagari digit'],
    ['?idleFor=5%00', 'a null character'],
    ['?idleFor=00000000005', 'eleven digits'],
    ['?idleFor=5&idleFor=5', 'two values'],
    ['?idleFor=99&idleFor=5', 'another value first'],
    ['?idlefor=5', 'another name'],
    ['?idleFor[]=5', 'a list'],
    ['?idleFor=NaN', 'no number'],
    ['?idleFor=%', 'broken encoding'],
  ];
  for (const [query, what] of malformed) {
    it(`[S3] with ${what} only asks`, async () => {
      const { browse, idleFor, pass, ping } = djangoIntranet();
      await browse();
      pass(50);
      assert.equal(await idleFor(query), 50);
      assert.equal((await ping())['idleMs'], 50_000);
    });
  }

  it('[S3] takes ten digits, and a name in percent-encoding', async () => {
    const { browse, idleFor, pass } = djangoIntranet();
    await browse();
    pass(50);
    assert.equal(await idleFor('?idleFor=9999999999'), 50);
    assert.equal(await idleFor('?idleFor=0000000005'), 7);
    assert.equal(await idleFor('?idle%46or=1'), 3);
  });

  it('[S3] by HEAD is none', async () => {
    const { browse, pass, ping, request } = djangoIntranet();
    await browse();
    pass(50);
    const response = await request('/session/ping?idleFor=0', JQUERY, { method: 'HEAD' });
    assert.deepEqual([response.status, response.headers.get('Allow')], [405, 'GET, POST']);
    assert.equal((await ping())['idleMs'], 50_000);
  });

  const foreign: [what: string, headers: Record<string, string>][] = [
    ['without X-Requested-With', FETCH],
    ['a person’s navigation', NAVIGATION],
    ['without X-Requested-With, on plain http', { Accept: '*/*' }],
    ['from another site', { ...JQUERY, 'Sec-Fetch-Site': 'cross-site' }],
    ['from another origin of the site', { ...JQUERY, 'Sec-Fetch-Site': 'same-site' }],
    ['from nowhere', { ...JQUERY, 'Sec-Fetch-Site': 'none' }],
    ['from another origin, on plain http', { ...ON_PLAIN_HTTP, Origin: 'http://evil.example' }],
    ['from an origin that hides', { ...ON_PLAIN_HTTP, Origin: 'null' }],
    [
      'from `origins`, without X-Requested-With',
      { ...FETCH, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://app.example' },
    ],
  ];
  for (const [what, headers] of foreign) {
    it(`[S5] is refused: ${what}`, async () => {
      const { browse, get, pass, ping } = djangoIntranet({ origins: ['https://app.example'] });
      await browse();
      pass(50);
      const response = await get('?idleFor=0', headers);
      assert.equal(response.status, 403);
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
      assert.equal((await ping())['idleMs'], 50_000);
    });
  }

  it('[S5] is taken from the own pages on plain http, and from `origins`', async () => {
    const { idleFor, pass } = djangoIntranet({ origins: ['https://app.example'] });
    await idleFor(0);
    pass(50);
    assert.equal(await idleFor(30, ON_PLAIN_HTTP), 32);
    const elsewhere = { ...JQUERY, 'Sec-Fetch-Site': 'cross-site', Origin: 'https://app.example' };
    assert.equal(await idleFor(10, elsewhere), 12);
  });

  it('[T7] from many tabs, for ever, never keeps an idle session alive, though each of them rounds in its favour', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 9_000 }), tab: fc.nat(3) }), {
          minLength: 20,
          maxLength: 120,
        }),
        async (pings) => {
          // A warning of 40 ms: no step is too small to be worth a write.
          const { browse, clock, idleFor, ping } = djangoIntranet({ policy: { warnAfter: 99.96, expireAfter: 100 } });
          await browse();
          const begun = clock.now;
          const lastActivity = [begun, begun, begun, begun];
          for (const { afterMs, tab } of pings) {
            clock.now += afterMs;
            const told = await idleFor(Math.floor((clock.now - lastActivity[tab]!) / 1_000));
            lastActivity[tab] = clock.now - Number(told) * 1_000;
            if (clock.now - begun >= 100_000) return assert.equal(told, 'logout');
            assert.equal((await ping())['idleMs'], clock.now - begun);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('[S8] is answered by 503 where the store cannot tell', async () => {
    const down = () => Promise.reject(new Error('down'));
    const { get } = djangoIntranet({ store: { start: down, touch: down, end: down } });
    const response = await get('?idleFor=0');
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('Set-Cookie'), null);
  });

  it('[S9] and its answers are not stored', async () => {
    const { get } = djangoIntranet();
    for (const headers of [{}, { Cookie: '' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
      assert.equal((await get('?idleFor=0', { ...JQUERY, ...headers })).headers.get('Cache-Control'), 'no-store');
    }
  });

  it('[S15] that moves the activity renews the application’s session', async () => {
    const { browse, idleFor, pass, renewals } = djangoIntranet();
    await browse();
    pass(50);
    await idleFor(9_999);
    assert.deepEqual(renewals, []);
    await idleFor(0);
    assert.deepEqual(renewals, [110_000]);
  });
});
