import { expect } from '@open-wc/testing';
import { ended, live, Page, pass, setUp, tearDown, until } from './support/guard.js';

describe('faults of configuration', () => {
  let page: Page;
  let written: string[];
  let restore: () => void;
  beforeEach(() => {
    setUp();
    page = new Page();
    written = [];
    const { error, warn, log, info } = console;
    const note = (...words: unknown[]): void => {
      written.push(words.join(' '));
    };
    Object.assign(console, { error: note, warn: note, log: note, info: note });
    restore = () => Object.assign(console, { error, warn, log, info });
  });
  afterEach(async () => {
    restore();
    await tearDown();
  });

  const faults: [what: string, attributes: string, words: RegExp][] = [
    ['[P5] a negative warn-after', 'warn-after="-5"', /warn-after="-5".*above 0/],
    ['[P5] a warn-after that is no number', 'warn-after="soon"', /warn-after.*not a number/],
    ['[P5] a warn-after of zero', 'warn-after="0"', /warn-after="0"/],
    ['[P5] a warn-after above expire-after', 'warn-after="90" expire-after="60"', /warn-after="90".*expire-after="60"/],
    ['[P5] an endless expire-after', 'expire-after="Infinity"', /expire-after="Infinity"/],
    ['[P5] an unknown extend-on', 'extend-on="never"', /extend-on="never".*"any" or "button"/],
    ['[P5] an unknown ping-method', 'ping-method="put"', /ping-method="put".*"post" or "get"/],
    ['[P5] headers that are no JSON', `headers="{'X-CSRF': 'secret'}"`, /: headers is no JSON object/],
    ['[P5] headers that are a list', 'headers=\'[["X-CSRF", "secret"]]\'', /: headers is no JSON object/],
    ['[P5] headers that are a text', 'headers=\'"secret"\'', /: headers is no JSON object/],
    ['[P5] headers that are nothing', 'headers="null"', /: headers is no JSON object/],
    ['[P5] a header that is no text', 'headers=\'{"X-Retries": 3}\'', /: headers is no JSON object/],
    ['[P5] a header with an impossible name', 'headers=\'{"X CSRF": "secret"}\'', /: headers is no JSON object/],
    [
      '[P5] a header with an impossible value',
      'headers=\'{"X-CSRF": "secret\\nX: y"}\'',
      /: headers is no JSON object/,
    ],
    ['[P5] unknown credentials', 'credentials="all"', /credentials="all".*"include" or "omit"/],
    ['[P5] a server that tells no limits', 'ping-method="get"', /ping-method="get" and no limits.*540 and 600/],
    ['[W9] a text of an unknown name', `messages='{ "stai": "Stay" }'`, /messages\.stai is no text/],
    ['[W9] messages that are no JSON', 'messages="Stay"', /messages="…" is no text/],
    ['[P5] an empty list of events', 'events=" "', /events.*default list/],
    ['[W7] a warning of under 20 seconds', 'warn-after="50" expire-after="60"', /10 seconds.*WCAG/],
    [
      '[E6] a sign-in-url with javascript:',
      'sign-in-url="javascript:alert(1)"',
      /sign-in-url="javascript:alert\(1\)".*http/,
    ],
    ['[E6] a sign-out-url with data:', 'sign-out-url="data:,x"', /sign-out-url="data:,x"/],
    ['[E6] a sign-in-url that cannot be parsed', 'sign-in-url="http://["', /sign-in-url="http:\/\/\["/],
  ];
  for (const [what, attributes, words] of faults) {
    it(`${what} is reported once, with what to do`, async () => {
      await page.open(live(), attributes);
      await pass(1000);
      page.element.requestUpdate();
      await page.element.updateComplete;
      await until(() => written.some((line) => words.test(line)), words.source);
      const about = written.filter((line) => words.test(line));
      expect(about, written.join('\n')).to.have.length(1);
      expect(about[0]).to.match(/^<session-security>: /);
      expect(about[0]).not.to.include('secret');
    });
  }

  it('[E6] a ping-url with javascript: is refused', async () => {
    await page.open(null, 'ping-url="javascript:alert(1)" sign-out-url="/out"');
    await until(() => written.some((line) => line.includes('ping-url="javascript:alert(1)"')));
    expect(page.state.asking).to.equal(null);
  });

  it('[E6] addresses are relative to the base of the document', async () => {
    const base = document.createElement('base');
    base.href = '/ping-server/';
    document.head.append(base);
    await page.answer(ended('idle'));
    await page.open(null, `ping-url="${page.pingUrl.split('/').at(-1)!}"`);
    await until(() => page.state.phase === 'ended');
    base.remove();
  });

  it('[P5] no limits from anywhere are reported, and those of the original hold', async () => {
    await page.open(null, 'sign-out-url="/out"');
    await until(() => written.join().includes('no limits from anywhere'));
    expect(page.state).to.include({ warnAfterMs: 540_000, expireAfterMs: 600_000 });
  });

  it('[E8] neither ping-url nor a way to sign out is reported', async () => {
    await page.open(null, 'warn-after="60" expire-after="90"');
    await until(() => written.join().includes('neither a ping-url nor a way to sign out'));
  });

  it('[N1] a ping that is answered by something else is reported once', async () => {
    await page.open({ status: 403 });
    await pass(1500);
    await until(async () => (await page.pings()).length > 1);
    await until(() => written.some((line) => line.includes('403')));
    expect(written.filter((line) => line.includes('403'))).to.have.length(1);
  });

  it('[P5] nothing else is ever written', async () => {
    await page.open(live(), 'sign-out-url="/out" sign-in-url="/in"');
    await page.warned();
    await page.answer({ status: 503 });
    await pass(2000);
    page.element.extend();
    await until(() => page.state.unreachable);
    await page.answer(ended('idle'));
    await pass(5000);
    await until(() => page.state.phase === 'ended');
    expect(written).to.deep.equal([]);
  });
});
