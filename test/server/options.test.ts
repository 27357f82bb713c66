import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SessionSecurityError, sessionSecurity } from '../../src/server/hono.js';
import { honoSession } from '../../src/server/sessions/hono-session.js';
import { memoryStore } from '../../src/server/stores/memory.js';

const session = honoSession();
const limits = (warnAfter: unknown, expireAfter: unknown, lifetime?: unknown) => ({
  policy: { warnAfter, expireAfter, ...(lifetime !== undefined && { lifetime }) },
});

/** The requirement, the options, and what the message must name: the option, its value, and part of the remedy. */
const faults: [string, object, ...string[]][] = [
  ['S1', limits(0, 600), 'policy.warnAfter', '0', 'seconds'],
  ['S1', limits(-1, 600), 'policy.warnAfter', '-1', 'seconds'],
  ['S1', limits(NaN, 600), 'policy.warnAfter', 'NaN', 'seconds'],
  ['S1', limits('540', 600), 'policy.warnAfter', '540', 'seconds'],
  ['S1', limits(0.0001, 600), 'policy.warnAfter', '0.0001', 'seconds'],
  ['S1', limits(540, 0), 'policy.expireAfter', '0', 'seconds'],
  ['S1', limits(540, Infinity), 'policy.expireAfter', 'Infinity', 'seconds'],
  ['S1', limits(540, undefined), 'policy.expireAfter', 'undefined', 'seconds'],
  ['S1', limits(600, 600), 'policy.warnAfter', '600', 'less than policy.expireAfter'],
  ['S1', limits(601, 600), 'policy.warnAfter', '601', 'less than policy.expireAfter'],
  ['S1', limits(540, 600, 0), 'policy.lifetime', '0', 'seconds'],
  ['S1', limits(540, 600, -5), 'policy.lifetime', '-5', 'seconds'],
  ['S1', { policy: 600 }, 'policy', '600', 'function'],
  ['S1', { policy: null }, 'policy.warnAfter', 'undefined', 'seconds'],
  ['S12', { session: undefined }, 'session', 'undefined', 'honoSession()'],
  ['S12', { session: honoSession }, 'session', 'function', 'honoSession()'],
  ['S12', { session: { ...session, identify: undefined } }, 'session.identify', 'undefined', 'honoSession()'],
  ['S12', { session: { ...session, renew: true } }, 'session.renew', 'true', 'honoSession()'],
  ['S12', { session: { ...session, destroy: undefined } }, 'session.destroy', 'undefined', 'honoSession()'],
  ['S12', { session: { ...session, rotate: undefined } }, 'session.rotate', 'undefined', 'honoSession()'],
  ['S11', { store: Promise.resolve(session) }, 'store', '[object Promise]', 'memoryStore()'],
  ['S11', { store: { start: () => null, touch: () => null } }, 'store', '[object Object]', 'no end()'],
  ['S4', { counts: 'some' }, 'counts', 'some', '"all"'],
  ['S4', { passive: ['news'] }, 'passive', 'news', '"/news"'],
  ['S4', { passive: ['/news?page=1'] }, 'passive', '/news?page=1', '"/news"'],
  ['S4', { passive: [7] }, 'passive', '7', '"/news"'],
  ['S10', { signInPaths: ['login'] }, 'signInPaths', 'login', '"/news"'],
  ...[
    '*',
    'app.example',
    'https://app.example/',
    'https://app.example/x',
    'https://APP.example',
    'https://a:443',
    'ftp://a',
    'null',
    '',
  ].map((origin): [string, object, ...string[]] => [
    'S5',
    { origins: [origin] },
    'origins',
    origin,
    'https://app.example',
  ]),
  ['S3', { compat: 'rails' }, 'compat', 'rails', '"django"'],
  ['S2', { secret: '' }, 'secret', '0 characters', '16'],
  ['S2', { secret: 'fifteen letters' }, 'secret', '15 characters', '16'],
  ['S2', { secret: 7 }, 'secret', 'number', '16'],
  ...[
    '',
    'sign-in',
    '//evil.example',
    '/\\evil.example',
    '/a b',
    '/a\nb',
    'javascript:alert(1)',
    'ftp://a/',
    'http:',
  ].map((url): [string, object, ...string[]] => ['S10', { signInUrl: url }, 'signInUrl', url, '"/sign-in"']),
  ['S7', { on: { expire: () => undefined } }, 'on.expire', 'function', 'expired'],
  ['S7', { on: { ended: 'log' } }, 'on.ended', 'log', 'functions'],
  ['S9', { clearSiteData: ['everything'] }, 'clearSiteData', 'everything', '"storage"'],
];

describe('options', () => {
  for (const [id, options, ...words] of faults) {
    it(`[${id}] that cannot be held are refused at once: ${words.join(', ').replaceAll('\n', ' ')}`, () => {
      assert.throws(
        () => sessionSecurity({ session, ...options }),
        (error: unknown) => {
          assert.ok(error instanceof SessionSecurityError);
          assert.equal(error.code, 'invalid-option');
          for (const word of words) assert.ok(error.message.includes(word), `${word}: ${error.message}`);
          return true;
        },
      );
    });
  }

  for (const maxSessions of [0, -1, 1.5, NaN, Infinity]) {
    it(`[S8] of the memory store: no bound of ${maxSessions}`, () => {
      assert.throws(() => memoryStore({ maxSessions }), { name: 'SessionSecurityError', code: 'invalid-option' });
    });
  }

  it('[S2] a secret never shows in a message', () => {
    assert.throws(
      () => sessionSecurity({ session, secret: 'tooshort' }),
      (error: unknown) => error instanceof Error && !error.message.includes('tooshort'),
    );
  });

  it('[S5] that make sense are taken', () => {
    sessionSecurity({
      session,
      store: memoryStore(),
      policy: { warnAfter: 0.5, expireAfter: 1, lifetime: 2 },
      passive: ['/', '/news', /x/],
      counts: 'all',
      origins: ['https://app.example', 'http://localhost:3000', 'http://[::1]:8080'],
      secret: 'sixteen letters!',
      signInUrl: 'https://sso.example/in?x=1',
      strict: true,
      clearSiteData: ['cache'],
      compat: 'django',
    });
  });
});
