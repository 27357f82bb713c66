import { expect } from '@open-wc/testing';
import { type Answer, live, Page, pass, setUp, tearDown, until } from './support/guard.js';

/** The same server under another name: another origin, and another site. */
const elsewhere = new URL(location.href);
elsewhere.hostname = location.hostname === 'localhost' ? '127.0.0.1' : 'localhost';

/** As an API answers that lets this very origin ask it, with cookies and a header. */
const withCors = ({ body }: Answer, allowed: Record<string, string> = {}): Answer => ({
  body,
  headers: {
    'Access-Control-Allow-Origin': location.origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Headers': 'content-type, x-csrf-token',
    'Access-Control-Expose-Headers': 'Retry-After',
    ...allowed,
  },
});

/** A browser gives such an answer to no page that asked with cookies. */
const withoutCookies = { 'Access-Control-Allow-Credentials': 'false' };

describe('what the pings bear', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
    document.cookie = 'at=home; path=/ping-server';
  });
  afterEach(async () => {
    document.cookie = 'at=; path=/ping-server; max-age=0';
    await tearDown();
  });

  const requests = async (method = 'POST') => (await page.requests()).filter((request) => request.method === method);

  /** Opens a page whose pings go to the other origin. */
  async function openAcross(answer: Answer, attributes: string): Promise<void> {
    await page.answer(answer);
    await page.open(
      null,
      `ping-url="${elsewhere.origin}${page.pingUrl}" warn-after="60" expire-after="90" ${attributes}`,
    );
    await until(() => page.state.asking === null, 'the first answer');
  }

  it('[N5] the headers of the attribute', async () => {
    await page.open(live(), `headers='{"X-CSRF-Token": "abc", "Authorization": "Bearer t"}'`);
    const [request] = await requests();
    expect(request!.headers).to.include({ 'x-csrf-token': 'abc', authorization: 'Bearer t' });
    expect(page.state.unreachable).to.equal(false);
  });

  it('[N5] the headers of the property, from the next ping on', async () => {
    await page.open();
    page.element.headers = { 'X-CSRF-Token': 'one' };
    await page.element.updateComplete;
    await pass(1000);
    page.element.check();
    await until(async () => (await requests()).at(-1)!.headers['x-csrf-token'] === 'one');
    page.element.headers = { 'X-CSRF-Token': 'two' };
    await pass(1000);
    page.element.check();
    await until(async () => (await requests()).at(-1)!.headers['x-csrf-token'] === 'two');
  });

  it('[N5] no header that would make another kind of request of it', async () => {
    await page.open(live(), `headers='{"content-type": "text/plain", "accept": "text/html"}'`);
    const [request] = await requests();
    expect(request!.headers).to.include({ 'content-type': 'application/json', accept: 'application/json' });
  });

  it('[N5] the headers with GET, too', async () => {
    const attributes = 'ping-method="get" warn-after="60" expire-after="90"';
    await page.open({ body: '0' }, `${attributes} headers='{"X-CSRF-Token": "abc", "x-requested-with": "me"}'`);
    const [request] = await requests('GET');
    expect(request!.headers).to.include({ 'x-csrf-token': 'abc', 'x-requested-with': 'XMLHttpRequest' });
  });

  it('[N5] cookies to the same origin', async () => {
    await page.open();
    expect((await requests())[0]!.headers['cookie']).to.include('at=home');
  });

  it('[N5] no cookies with credentials="omit"', async () => {
    await page.open(live(), 'credentials="omit"');
    expect((await requests())[0]!.headers).not.to.have.property('cookie');
  });

  it('[N5] a header against CSRF to another origin that allows it', async () => {
    await openAcross(withCors(live({ idleMs: 5_000 })), `headers='{"X-CSRF-Token": "abc"}'`);
    const [request] = await requests();
    expect(request!.headers).to.include({ 'x-csrf-token': 'abc', origin: location.origin });
    expect(await requests('OPTIONS')).to.have.length(1);
    expect(page.state.unreachable).to.equal(false);
    expect(page.state.idleMs).to.be.within(5_000, 7_000);
  });

  it('[N5] cookies to another origin with credentials="include", which must allow them', async () => {
    await openAcross(withCors(live()), 'credentials="include"');
    expect(page.state.unreachable).to.equal(false);
    page.element.remove();
    await openAcross(withCors(live(), withoutCookies), 'credentials="include"');
    expect(page.state.unreachable).to.equal(true);
  });

  it('[N5] no cookies to another origin by default', async () => {
    await openAcross(withCors(live(), withoutCookies), '');
    expect(page.state.unreachable).to.equal(false);
  });

  it('[N5] an answer that another origin does not share is no answer', async () => {
    await openAcross(live(), '');
    expect(page.state.unreachable).to.equal(true);
  });
});
