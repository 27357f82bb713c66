import { expect } from '@open-wc/testing';
import { live, Page, setUp, tearDown } from './support/guard.js';

describe('a look and words of one’s own', () => {
  let page: Page;
  let sheet: CSSStyleSheet;
  beforeEach(() => {
    setUp();
    page = new Page();
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
  });
  afterEach(async () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    await tearDown();
  });

  const styleOf = (part: string): CSSStyleDeclaration => getComputedStyle(page.part(part));

  it('[W9] colours and lengths come from custom properties', async () => {
    sheet.replaceSync(`session-security {
      --session-security-accent: rgb(1, 2, 3);
      --session-security-on-accent: rgb(4, 5, 6);
      --session-security-surface: rgb(7, 8, 9);
      --session-security-text: rgb(10, 11, 12);
      --session-security-radius: 3px;
      --session-security-backdrop: rgb(13, 14, 15);
    }`);
    await page.open(live(), 'sign-out-url="/out"');
    await page.warned();
    const { backgroundColor, color, borderTopLeftRadius } = styleOf('dialog');
    expect([backgroundColor, color, borderTopLeftRadius]).to.deep.equal(['rgb(7, 8, 9)', 'rgb(10, 11, 12)', '3px']);
    expect([styleOf('stay').backgroundColor, styleOf('stay').color]).to.deep.equal(['rgb(1, 2, 3)', 'rgb(4, 5, 6)']);
    expect([styleOf('sign-out').color, styleOf('ring').stroke]).to.deep.equal(['rgb(1, 2, 3)', 'rgb(1, 2, 3)']);
    expect(getComputedStyle(page.dialog, '::backdrop').backgroundColor).to.equal('rgb(13, 14, 15)');
  });

  for (const part of [
    ...['dialog', 'countdown', 'track', 'ring', 'title', 'message', 'buttons', 'button', 'stay', 'sign-out'],
  ]) {
    it(`[W9] the part "${part}" can be styled from the page`, async () => {
      sheet.replaceSync(`session-security::part(${part}) { opacity: 0.25 }`);
      await page.open(live(), 'sign-out-url="/out"');
      await page.warned();
      expect(styleOf(part).opacity).to.equal('0.25');
    });
  }

  it('[W9] slots take markup for titles and texts, of each warning its own', async () => {
    const slots = ['idle-title', 'idle-text', 'lifetime-title', 'lifetime-text'];
    await page.open(live(), '', slots.map((slot) => `<b slot="${slot}">${slot}</b>`).join(''));
    await page.warned();
    const shown = slots.filter((slot) => page.element.querySelector(`[slot=${slot}]`)!.checkVisibility());
    expect(shown).to.deep.equal(['idle-title', 'idle-text']);
  });

  it('[T9] the warning of the lifetime has words of its own, promises nothing, and offers to sign in again', async () => {
    await page.open(live({ lifetimeLeftMs: 25_000 }), 'sign-out-url="/out" sign-in-url="/sign-in"');
    expect(page.dialog.matches(':modal')).to.equal(true);
    expect(page.part('title').textContent.trim()).to.equal('You will be signed out soon');
    expect(page.part('message').textContent).to.contain('only for a limited time');
    expect(page.part('message').textContent).not.to.match(/stay signed in\.|Move the mouse/);
    expect([page.part('stay'), page.part('sign-out')].map(({ textContent }) => textContent.trim())).to.deep.equal([
      'Continue for now',
      'Sign in again',
    ]);
    const end = page.next('session-end');
    page.part('sign-out').click();
    expect((await end).reason).to.equal('signed-out');
  });
});
