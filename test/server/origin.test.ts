import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionSecurityOptions } from '../../src/server/hono.js';
import { ANA, FETCH, intranet, NAVIGATION, ORIGIN } from './intranet.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15';
const CHROME_ON_IOS =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1';

const HTML = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

/** Whether a request that comes 50 s after a visit is activity. */
async function counts(
  headers: Record<string, string>,
  options: Partial<SessionSecurityOptions> = {},
  path = '/',
  method = 'GET',
) {
  const { app, browse, ping, pass } = intranet(options);
  await browse();
  pass(50);
  await app.request(ORIGIN + path, { method, headers: { ...ANA, ...headers } });
  return (await ping())['idleMs'] === 0;
}

describe('what counts as activity', () => {
  const noUser = without(NAVIGATION, 'Sec-Fetch-User');
  const cases: [string, boolean, Record<string, string>, string?][] = [
    ['a link', true, NAVIGATION],
    ['a form', true, NAVIGATION, 'POST'],
    ['a link from another site', true, { ...NAVIGATION, 'Sec-Fetch-Site': 'cross-site' }],
    ['the address bar', true, { ...NAVIGATION, 'Sec-Fetch-Site': 'none' }],
    ['HEAD', false, NAVIGATION, 'HEAD'],
    ['OPTIONS', false, NAVIGATION, 'OPTIONS'],
    ['PUT', false, NAVIGATION, 'PUT'],
    ['a navigation without a user, in Chromium', false, { ...noUser, 'User-Agent': CHROME }],
    ['a navigation without a user, in Firefox', false, { ...noUser, 'User-Agent': FIREFOX }],
    ['a navigation without a user, in an unknown browser', false, noUser],
    ['any navigation in Safari, which names no user', true, { ...noUser, 'User-Agent': SAFARI }],
    ['any navigation on iOS, where every browser is WebKit', true, { ...noUser, 'User-Agent': CHROME_ON_IOS }],
    ['a fetch in Safari', false, { ...FETCH, 'User-Agent': SAFARI }],
    ['a frame', false, { ...NAVIGATION, 'Sec-Fetch-Dest': 'iframe' }],
    ['a frame in Safari', false, { ...noUser, 'Sec-Fetch-Dest': 'iframe', 'User-Agent': SAFARI }],
    ['a prefetch', false, { ...NAVIGATION, 'Sec-Purpose': 'prefetch' }],
    ['a prerendering', false, { ...NAVIGATION, 'Sec-Purpose': 'prefetch;prerender' }],
    ['a prefetch of older browsers', false, { ...HTML, 'X-Moz': 'prefetch' }],
    ['a preview', false, { ...HTML, Purpose: 'prefetch' }],
    ['a fetch', false, FETCH],
    ['a fetch of HTML', false, { ...FETCH, ...HTML }],
    ['an image', false, { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
    ['without Fetch Metadata, a page', true, HTML],
    ['without Fetch Metadata, a form', true, HTML, 'POST'],
    ['without Fetch Metadata, what wants no HTML', false, { Accept: '*/*' }],
    ['without Fetch Metadata, what wants nothing', false, {}],
    ['without Fetch Metadata, what a script fetches', false, { ...HTML, 'X-Requested-With': 'XMLHttpRequest' }],
    ['without Fetch Metadata, what htmx fetches', false, { ...HTML, 'HX-Request': 'true' }],
    ['without Fetch Metadata, what Turbo fetches', false, { ...HTML, 'X-Turbo-Request-Id': '1' }],
  ];
  for (const [what, expected, headers, method] of cases) {
    it(`[S4] ${what}: ${expected ? 'yes' : 'no'}`, async () => {
      assert.equal(await counts(headers, {}, '/', method), expected);
    });
  }

  it('[S4] never a path that is passive', async () => {
    const passive = ['/news', /^\/api\/v\d+\/poll$/g];
    for (const path of ['/news', '/news/today', '/api/v1/poll', '/api/v1/poll']) {
      assert.equal(await counts(NAVIGATION, { passive }, path), false, path);
      assert.equal(await counts(NAVIGATION, { passive, counts: 'all' }, path), false, path);
    }
    for (const path of ['/newsletter', '/old/news', '/api/v1/poll/1']) {
      assert.equal(await counts(NAVIGATION, { passive }, path), true, path);
    }
  });

  it('[S4] never a path that is passive, however often it is asked for', async () => {
    const { browse, ping, pass } = intranet({ passive: [/poll/g] });
    await browse();
    pass(50);
    for (let i = 0; i < 3; i++) await browse('/poll');
    assert.equal((await ping())['idleMs'], 50_000);
  });

  it('[S4] with `all` every request, but none from another site’s script, and neither HEAD nor OPTIONS', async () => {
    const all = { counts: 'all' } as const;
    assert.equal(await counts(FETCH, all), true);
    assert.equal(await counts({}, all), true);
    assert.equal(await counts(FETCH, all, '/', 'PUT'), true);
    assert.equal(await counts(FETCH, all, '/', 'HEAD'), false);
    assert.equal(await counts(FETCH, all, '/', 'OPTIONS'), false);
    assert.equal(await counts({ ...FETCH, 'Sec-Fetch-Site': 'cross-site' }, all), false);
    assert.equal(await counts({ ...NAVIGATION, 'Sec-Fetch-Site': 'cross-site' }, all), true);
    assert.equal(await counts({ Origin: 'http://evil.example' }, all, '/', 'POST'), false);
    assert.equal(await counts({ Origin: ORIGIN }, all, '/', 'POST'), true);
  });

  it('[S4] whatever a function says, within the same bounds', async () => {
    const yes = { counts: () => true };
    assert.equal(await counts(FETCH, yes), true);
    assert.equal(await counts({ ...FETCH, 'Sec-Fetch-Site': 'cross-site' }, yes), false);
    assert.equal(await counts(NAVIGATION, { counts: () => false }), false);
  });

  it('[S4] the first request of a session, whatever it is, begins it', async () => {
    const { fetches, ping, pass } = intranet();
    pass(50);
    await fetches();
    assert.equal((await ping())['idleMs'], 0);
  });

  it('[S4] but where the application knows when that was, only activity moves it from there', async () => {
    const clock = 1_800_000_000_000;
    const adapter = { identify: () => Promise.resolve({ id: 'ana.1', createdAt: clock - 30_000 }) };
    const silent = intranet({ adapter });
    await silent.fetches();
    assert.equal((await silent.ping())['idleMs'], 30_000);
    const active = intranet({ adapter });
    await active.browse();
    assert.equal((await active.ping())['idleMs'], 0);
    const pinging = intranet({ adapter });
    assert.equal((await pinging.ping({ idleMs: 10_000 }))['idleMs'], 10_000);
    const boasting = intranet({ adapter });
    assert.equal((await boasting.ping({ idleMs: 50_000 }))['idleMs'], 30_000);
  });

  it('[S4] a first ping begins the session when the activity was', async () => {
    const { ping } = intranet();
    assert.equal((await ping({ idleMs: 10_000 }))['idleMs'], 10_000);
  });
});

describe('who may ping and sign out', () => {
  const plain = { 'Content-Type': 'application/json' };
  const cases: [string, boolean, Record<string, string>, string[]?][] = [
    ['the same origin', true, { 'Sec-Fetch-Site': 'same-origin' }],
    ['the same site', false, { 'Sec-Fetch-Site': 'same-site', Origin: 'http://app.intranet.example' }],
    [
      'the same host by another scheme, with Fetch Metadata',
      false,
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://intranet.example' },
    ],
    ['another site', false, { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' }],
    ['the address bar', false, { 'Sec-Fetch-Site': 'none' }],
    [
      'a listed origin',
      true,
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://app.example' },
      ['https://app.example'],
    ],
    [
      'an origin beside the listed',
      false,
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://app.example.evil' },
      ['https://app.example'],
    ],
    [
      'a listed host by another scheme',
      false,
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://app.example' },
      ['https://app.example'],
    ],
    ['without Fetch Metadata, the request’s host', true, { Origin: ORIGIN }],
    [
      'without Fetch Metadata, the request’s host behind a proxy that speaks https',
      true,
      { Origin: 'https://intranet.example' },
    ],
    ['without Fetch Metadata, the request’s host at another port', false, { Origin: `${ORIGIN}:8080` }],
    ['without Fetch Metadata, another host', false, { Origin: 'http://evil.example' }],
    [
      'without Fetch Metadata, another host that forges forwarding',
      false,
      { Origin: 'http://evil.example', 'X-Forwarded-Host': 'evil.example' },
    ],
    ['without Fetch Metadata, nobody', false, {}],
    ['without Fetch Metadata, the origin null', false, { Origin: 'null' }],
    ['without Fetch Metadata, what is no origin', false, { Origin: 'intranet.example' }],
  ];
  for (const [what, expected, headers, origins = []] of cases) {
    it(`[S5] ${what}: ${expected ? 'yes' : 'no, and the store is not asked'}`, async () => {
      let asked = 0;
      const counting =
        <T>(answer: T) =>
        () => {
          asked++;
          return Promise.resolve(answer);
        };
      const store = {
        start: counting('started' as const),
        touch: counting({ live: true as const, idleMs: 0, ageMs: 0, movedMs: 0, first: false }),
        end: counting(true),
      };
      const { app } = intranet({ store, origins });
      const send = async (path: string) =>
        app.request(`${ORIGIN}/session/${path}`, {
          method: 'POST',
          headers: { ...plain, ...ANA, ...headers },
          body: '{"v":1}',
        });
      const [ping, signOut] = [await send('ping'), await send('sign-out')];
      assert.deepEqual([ping.status, signOut.status], expected ? [200, 204] : [403, 403]);
      assert.equal(asked, expected ? 2 : 0);
      if (expected) return;
      assert.equal(ping.headers.get('Content-Type'), 'application/problem+json');
      assert.equal(ping.headers.get('Set-Cookie'), null);
    });
  }

  it('[S5] the gate refuses nobody for where they come from', async () => {
    const { fetches } = intranet();
    assert.equal(
      (await fetches('/api', { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' })).status,
      200,
    );
  });
});
