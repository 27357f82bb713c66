import { expect } from '@open-wc/testing';
import { type Answer, Page, pass, setUp, tearDown, until, WARN_MS } from './support/guard.js';

/** As django-session-security answers. */
const seconds = (idle: number): Answer => ({ body: String(idle) });
const logout: Answer = { body: '"logout"' };
const LIMITS = 'ping-method="get" warn-after="60" expire-after="90"';

describe('a server that speaks as django-session-security does', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  const queries = async (): Promise<string[]> => (await page.requests()).map(({ query }) => query);

  it('[N4] is asked by GET, as jQuery would, without news at first', async () => {
    await page.open(seconds(7), LIMITS);
    const [request] = await page.requests();
    expect(request).to.include({ method: 'GET', body: '', type: '', query: 'idleFor=9999999999' });
    expect(request!.headers).to.include({ 'x-requested-with': 'XMLHttpRequest', accept: 'application/json' });
    expect(page.state.phase).to.equal('active');
    expect(page.state.idleMs).to.be.within(7_000, 8_000);
  });

  it('[N4] is told of activity in whole seconds, rounded up', async () => {
    await page.open(seconds(0), LIMITS);
    await pass(5000);
    page.element.activity();
    await pass(1200);
    page.element.check();
    await until(async () => (await queries()).includes('idleFor=2'));
  });

  it('[N4] keeps the limits of the attributes', async () => {
    await page.open(seconds(0), LIMITS);
    expect(page.state).to.include({ warnAfterMs: 60_000, expireAfterMs: 90_000 });
  });

  it('[N4] keeps the parameters of ping-url', async () => {
    await page.answer(seconds(0));
    await page.open(null, `${LIMITS} ping-url="${page.pingUrl}?a=b&idleFor=0"`);
    await until(async () => (await queries())[0] === 'a=b&idleFor=9999999999');
  });

  it('[T7] is never told anything but that there is no news by who only asks', async () => {
    await page.open(seconds(0), LIMITS);
    for (const idle of [10, 30, 59]) {
      await page.answer(seconds(idle));
      await pass(idle * 1000 - page.state.idleMs);
      page.element.check();
      await until(() => page.state.asking === null);
    }
    const asked = await queries();
    expect(asked.length).to.be.above(2);
    expect([...new Set(asked)]).to.deep.equal(['idleFor=9999999999']);
  });

  it('[T2] is asked before it warns, and knows of activity elsewhere', async () => {
    await page.open(seconds(0), LIMITS);
    await page.answer(seconds(20));
    await pass(WARN_MS);
    await until(() => page.state.asking === null && page.state.idleMs < 30_000);
    expect(page.state.phase).to.equal('active');
  });

  it('[N4] extends when the server has confirmed', async () => {
    await page.open(seconds(0), LIMITS);
    await page.answer(seconds(60));
    await pass(WARN_MS);
    await until(() => page.dialog.matches(':modal'));
    await page.answer(seconds(1));
    page.element.extend();
    await pass(1000);
    await until(() => page.state.phase === 'active');
    expect((await queries()).at(-1)).to.equal('idleFor=1');
  });

  it('[N4] ends the page by "logout", for the reason that its clock knows', async () => {
    await page.open(seconds(0), LIMITS);
    await page.answer(seconds(60));
    await pass(WARN_MS);
    await until(() => page.dialog.matches(':modal'));
    await page.answer(logout);
    await pass(90_000 - page.state.idleMs);
    await until(() => page.state.phase === 'ended');
    expect(page.state.reason).to.equal('idle');
  });

  it('[N4] ends the page by "logout" before the deadline as signed out', async () => {
    await page.open(seconds(0), LIMITS);
    await page.answer(logout);
    await pass(1000);
    page.element.check();
    await until(() => page.state.phase === 'ended');
    expect(page.state.reason).to.equal('signed-out');
  });

  it('[T10] says "logout" where nobody is signed in, and there is nothing to guard', async () => {
    await page.open(logout, LIMITS);
    expect(page.state.phase).to.equal('dormant');
    expect(page.curtain).to.equal(null);
  });

  const garbage = ['"0"', '-1', '0.5', '1e99', 'null', '"Logout"', '{"v":1,"state":"none"}', '[0]', 'true', ''];
  for (const body of garbage) {
    it(`[N1] that answers ${body || 'nothing'} is unreachable`, async () => {
      await page.open({ body }, LIMITS);
      expect(page.state.unreachable).to.equal(true);
    });
  }
});
