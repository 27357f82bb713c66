/** The adapter for a cookie of the application's own: with JSON Web Tokens of hono/jwt, and with random tokens it remembers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sign, verify } from 'hono/jwt';
import { sessionSecurity } from '../../src/server/hono.js';
import { type Claims, type JwtSessionOptions, jwtSession } from '../../src/server/sessions/jwt.js';
import { ORIGIN } from './intranet.js';
import {
  type Application,
  Browser,
  describeLibrary,
  type Library,
  peek,
  SlowRoute,
  wait,
  withApplication,
  withFixedClock,
} from './session-library.js';

const SECRET = 'known to this server alone';
const seconds = () => Math.floor(Date.now() / 1_000);

type Tokens = Pick<JwtSessionOptions, 'verify' | 'sign' | 'revoke' | 'cookieOptions'>;

const signed: Tokens = {
  verify: (token) => verify(token, SECRET, 'HS256'),
  sign: (claims) => sign(claims, SECRET),
};

/** Claims of a new sign-in; each application decides for itself. */
type Issue = (user: string) => Claims;
const withName: Issue = (sub) => ({ sub, jti: crypto.randomUUID(), iat: seconds(), exp: seconds() + 660 });

function open(
  set: Parameters<Library['open']>[0],
  { tokens, issue, stored }: { tokens: Tokens; issue: Issue; stored?: Application['stored'] },
): Application {
  const security = sessionSecurity(set(jwtSession({ cookie: 'token', ...tokens })));
  const slow = new SlowRoute();
  const claims = async (c: Context): Promise<Claims | null> => {
    try {
      return await tokens.verify(getCookie(c, 'token') ?? '', c);
    } catch {
      return null;
    }
  };
  const put = async (c: Context, content: Claims) => {
    const maxAge = content.exp === undefined ? {} : { maxAge: Math.min(content.exp - seconds(), 400 * 86_400) };
    setCookie(c, 'token', await tokens.sign(content, c), {
      path: '/',
      httpOnly: true,
      ...tokens.cookieOptions,
      ...maxAge,
    });
  };
  const app = new Hono()
    .route('/session', security.routes)
    .use(security.gate)
    .get('/who', async (c) => c.json((await claims(c))?.sub ?? null))
    .get('/note', async (c) => c.json((await claims(c))?.['note'] ?? null))
    .get('/sign-in', async (c) => c.json((await claims(c))?.sub ?? null))
    .get('/peek', peek(security))
    .post('/note', async (c) => {
      const found = await claims(c);
      if (found) await put(c, { ...found, note: c.req.query('is') });
      return c.text('noted');
    })
    .post('/sign-in', async (c) => {
      const { user } = await c.req.parseBody<{ user: string }>();
      await put(c, issue(user));
      if (c.req.query('start') !== undefined) await security.start(c);
      return c.text('welcome');
    })
    .post('/own-sign-out', async (c) => {
      const found = await claims(c);
      if (found) await tokens.revoke?.(found, c);
      deleteCookie(c, 'token');
      return c.text('bye');
    })
    .post('/slow', async (c) => {
      const found = await claims(c);
      await slow.pass();
      if (found) await put(c, found);
      return c.text('at last');
    });
  return {
    security,
    origin: ORIGIN,
    fetch: (request) => app.fetch(request),
    slow,
    signIn: (user, start) => ({
      path: `/sign-in${start ? '?start' : ''}`,
      init: { method: 'POST', body: new URLSearchParams({ user }) },
    }),
    stored: stored ?? (() => ({ count: 0, restore: () => undefined })),
  };
}

/** Random tokens, and who they belong to. */
function remembered() {
  const known = new Map<string, { claims: Claims; until: number }>();
  const tokens: Tokens = {
    verify(token) {
      const found = known.get(token);
      if (!found || found.until <= seconds()) throw new Error('no such token');
      return { ...found.claims };
    },
    sign(claims) {
      const { jti = '', exp = Infinity } = claims;
      known.set(jti, { claims, until: exp });
      return jti;
    },
    revoke: ({ jti = '' }) => void known.delete(jti),
  };
  const stored = () => {
    const before = [...known];
    return { count: before.length, restore: () => before.forEach(([token, entry]) => known.set(token, entry)) };
  };
  return { tokens, stored };
}

const library = (title: string, issue: Issue, tokens: Tokens = signed): Library => ({
  title,
  cookie: 'token',
  isStateless: true,
  open: (set) => open(set, { tokens, issue }),
});

describeLibrary(library('a JSON Web Token', withName));
describeLibrary(library('a JSON Web Token that never expires', (sub) => ({ sub, jti: crypto.randomUUID() })));
// As many applications make them, which tell two sign-ins of a person apart by their time at most.
describeLibrary(
  library('a JSON Web Token without a name', (sub) => ({ sub, exp: seconds() + 700, nonce: Math.random() })),
);
describeLibrary(
  library('a JSON Web Token in a cookie that ages sooner', withName, { ...signed, cookieOptions: { maxAge: 300 } }),
);
describeLibrary({
  title: 'a random token',
  cookie: 'token',
  open: (set) => open(set, { ...remembered(), issue: withName }),
});

describe('a JSON Web Token', () => {
  withFixedClock();
  const subject = library('', withName);
  const nameless = library('', (sub) => ({ sub, exp: seconds() + 700 }));

  it('[S12] tells a token without a name by what is signed, however its signature is written', async () => {
    await withApplication(nameless, {}, async (browser, application) => {
      await browser.signIn('ana', false);
      await browser.who();
      const { value } = browser.cookies.get('token')!;
      await browser.signOut();
      // The last letter of a signature holds two bits that mean nothing.
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const last = letters.indexOf(value.at(-1)!);
      const forms = [0, 1, 2, 3].map((bits) => value.slice(0, -1) + letters[(last & ~3) | bits]!);
      for (const form of [
        ...forms,
        `${value}=`,
        `%${value.charCodeAt(0).toString(16)}${value.slice(1)}`,
        `"${value}"`,
      ]) {
        const thief = new Browser(application);
        thief.cookies.set('token', { value: form, until: Infinity });
        assert.notEqual(await thief.who(), 'ana', form);
      }
    });
  });

  it('[S12] tells tokens that are no JWTs apart by all of them', async () => {
    const adapter = jwtSession({ cookie: 'token', verify: () => ({ sub: 'ana' }), sign: () => '' });
    const idOf = async (token: string) => {
      const app = new Hono().get('/', async (c) => c.text((await adapter.identify(c))?.id ?? ''));
      return (await app.request('/', { headers: { Cookie: `token=${token}` } })).text();
    };
    for (const prefix of ['v4.local.', 'Fe26.2.', 'session.', '123.', 'bnVsbA.']) {
      const ids = await Promise.all(['one', 'two'].map((secret) => idOf(prefix + secret)));
      assert.equal(new Set(ids).size, 2, prefix);
    }
    const jwt = await sign({ sub: 'ana' }, SECRET);
    assert.equal(await idOf(jwt), await idOf(`${jwt.slice(0, jwt.lastIndexOf('.'))}.other`));
  });

  it('[S12] a token without a name keeps its identity through renewals', async () => {
    await withApplication(nameless, {}, async (browser) => {
      await browser.signIn('ana', false);
      await browser.who();
      const first = browser.copy();
      wait(300);
      await browser.ping(0);
      assert.notEqual(browser.header, first.header);
      await browser.signOut();
      assert.equal(await first.who(), 'refused');
    });
  });

  it('[S12] one that the verifier cannot judge is hidden from the handlers', async () => {
    let isDown = false;
    const session = jwtSession({
      ...signed,
      cookie: 'token',
      verify: (token, c) => (isDown ? Promise.reject(new Error('down')) : signed.verify(token, c)),
    });
    const app = new Hono().use(sessionSecurity({ session }).gate).get('/', (c) => c.json(getCookie(c)));
    const headers = { Cookie: `theme=dark; token=${await sign({ sub: 'ana', jti: '1' }, SECRET)}` };
    assert.deepEqual(Object.keys((await (await app.request('/', { headers })).json()) as object), ['theme', 'token']);
    isDown = true;
    assert.deepEqual(await (await app.request('/', { headers })).json(), { theme: 'dark' });
  });

  const lasting = library('', (sub) => ({ sub, jti: crypto.randomUUID(), exp: seconds() + 1_000 * 86_400 }));

  it('[S15] is not issued anew where it lives long enough', async () => {
    await withApplication(lasting, {}, async (browser) => {
      await browser.signIn('ana', false);
      await browser.who();
      wait(120);
      const response = await browser.send('/who');
      assert.equal(await response.json(), 'ana');
      assert.equal(response.headers.get('Set-Cookie'), null);
    });
  });

  it('[S15] its cookie is renewed to the idle limit, though it was set with less', async () => {
    const brief = library('', (sub) => ({ sub, jti: '1' }), { ...signed, cookieOptions: { maxAge: 300 } });
    await withApplication(brief, {}, async (browser) => {
      await browser.signIn('ana', false);
      await browser.who();
      wait(200);
      await browser.ping(0);
      wait(599);
      assert.equal(await browser.who(), 'ana');
    });
  });

  it('[S15] may last longer than any cookie', async () => {
    await withApplication(lasting, {}, async (browser) => {
      assert.equal((await browser.signIn('ana', true)).status, 200);
      assert.equal(await browser.who(), 'ana');
    });
  });

  it('[S12] a session begins when its token was issued', async () => {
    await withApplication(subject, {}, async (browser) => {
      await browser.signIn('ana', false);
      wait(100);
      await browser.send('/who');
      assert.equal(((await browser.who('/peek')) as { ageMs: number }).ageMs, 100_000);
    });
  });

  it('[S12] a sign-out that leaves the token in the cookie, at no age, is one', async () => {
    const session = jwtSession({ ...signed, cookie: 'token' });
    const app = new Hono().use(sessionSecurity({ session }).gate).get('/', (c) => {
      if (c.req.query('out') !== undefined) setCookie(c, 'token', getCookie(c, 'token')!, { maxAge: 0 });
      return c.text('');
    });
    const headers = { Cookie: `token=${await sign({ sub: 'ana', jti: '1' }, SECRET)}` };
    assert.equal((await app.request('/?out', { headers })).status, 200);
    assert.equal((await app.request('/', { headers })).status, 401);
  });

  it('[S12] a token that the browser has had removed is gone, though the request still brings it', async () => {
    await withApplication(subject, {}, async (browser) => {
      await browser.signIn();
      await browser.who();
      wait(120);
      // In the one request in which renewal would be due.
      const response = await browser.send('/own-sign-out', { method: 'POST' });
      assert.deepEqual(
        response.headers.getSetCookie().map((line) => line.split(';')[0]),
        ['token='],
      );
    });
  });
});

describe('a sign-in over a token that lives', () => {
  it('[S12] leaves no copy of the former token alive', async () => {
    const security = sessionSecurity({ session: jwtSession({ cookie: 'token', ...signed }), signInUrl: '/sign-in' });
    const app = new Hono()
      .use(security.gate)
      .get('/', (c) => c.text('inside'))
      .post('/sign-in', async (c) => {
        setCookie(c, 'token', await sign(withName('ann'), SECRET), { path: '/' });
        await security.start(c);
        return c.text('signed in');
      });
    const request = (path: string, method: string, cookie = '') =>
      app.request(ORIGIN + path, { method, headers: { Cookie: cookie, Origin: ORIGIN } });
    const cookieOf = (response: Response) => (response.headers.getSetCookie().at(-1) ?? '').split(';')[0] ?? '';
    const first = cookieOf(await request('/sign-in', 'POST'));
    assert.equal((await request('/', 'GET', first)).status, 200);
    const second = cookieOf(await request('/sign-in', 'POST', first));
    assert.notEqual(second, first);
    assert.deepEqual(
      [(await request('/', 'GET', second)).status, (await request('/', 'GET', first)).status],
      [200, 401],
    );
  });
});
