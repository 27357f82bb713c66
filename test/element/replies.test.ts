import { expect } from '@open-wc/testing';
import { type Answer, live, Page, pass, setUp, tearDown, until } from './support/guard.js';

const PAGE = '/test/element/support/plain.html';

describe('a reply that is none of the wire’s own', () => {
  let page: Page;
  beforeEach(async () => {
    setUp();
    page = await new Page().open();
  });
  afterEach(tearDown);

  const asked = async (answer: Answer): Promise<void> => {
    await page.answer(answer);
    await pass(1000);
    page.element.check();
    await until(() => page.state.asking === null);
  };

  it('[N1] ends the session where it is a redirect to a page of this origin', async () => {
    await asked({ status: 302, headers: { Location: PAGE } });
    expect(page.state).to.include({ phase: 'ended', reason: 'revoked', concealed: true });
  });

  for (const [what, answer] of Object.entries<Answer>({
    '403': { status: 403, headers: { 'Content-Type': '' } },
    '419': { status: 419 },
    '500': { status: 500 },
    'a page in its place': { headers: { 'Content-Type': 'text/html' }, body: '<p>Welcome' },
    'a redirect to what would answer': { status: 307, headers: { Location: `${PAGE}.json` } },
  })) {
    it(`[N1] leaves the session as it is, and the server out of reach: ${what}`, async () => {
      await asked(answer);
      expect(page.state).to.include({ phase: 'active', unreachable: true, concealed: false });
      await page.answer(live());
      page.element.check();
      await pass(3000);
      await until(() => !page.state.unreachable);
    });
  }

  it('[N2] is followed by no question for as long as it asks', async () => {
    await asked({ status: 429, headers: { 'Retry-After': '30' } });
    const { length } = await page.requests();
    await page.answer(live());
    page.element.check();
    await pass(29_000);
    expect(await page.requests()).to.have.lengthOf(length);
    await pass(2000);
    await until(async () => (await page.requests()).length > length);
  });
});
