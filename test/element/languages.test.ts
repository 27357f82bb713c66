import { expect } from '@open-wc/testing';
import { ended, live, Page, pass, setUp, tearDown, until } from './support/guard.js';

describe('the language', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(async () => {
    document.documentElement.removeAttribute('lang');
    await tearDown();
  });

  const title = (): string => page.part('title').textContent.trim();

  it('[W10] is that of the document', async () => {
    document.documentElement.lang = 'de-AT';
    await page.open();
    await page.warned();
    await until(() => title() === 'Sind Sie noch da?');
    expect([page.dialog.lang, page.dialog.dir]).to.deep.equal(['de', 'ltr']);
    expect(page.part('stay').textContent.trim()).to.equal('Angemeldet bleiben');
  });

  it('[W10] is that of the nearest ancestor', async () => {
    document.documentElement.lang = 'de';
    await page.open();
    page.element.parentElement!.lang = 'fr';
    await page.warned();
    await until(() => page.dialog.lang === 'fr');
  });

  it('[W10] is its own before any other', async () => {
    document.documentElement.lang = 'de';
    await page.open(live(), 'lang="pt-BR"');
    await page.warned();
    await until(() => page.dialog.lang === 'pt-BR');
  });

  it('[W10] comes into a shadow tree from around it', async () => {
    document.documentElement.lang = 'de';
    await page.open();
    const host = document.createElement('div');
    host.lang = 'ja';
    page.element.before(host);
    host.attachShadow({ mode: 'open' }).append(page.element);
    await page.warned();
    await until(() => page.dialog.lang === 'ja');
  });

  it('[W10] changes with the page, while the warning shows too', async () => {
    await page.open();
    await page.warned();
    expect([title(), page.dialog.lang]).to.deep.equal(['Are you still there?', 'en']);
    document.documentElement.lang = 'sv';
    await pass(1000);
    await until(() => page.dialog.lang === 'sv');
    document.documentElement.lang = 'en-GB';
    await pass(1000);
    await until(() => title() === 'Are you still there?');
  });

  it('[W10] is loaded before there is anything to say', async () => {
    document.documentElement.lang = 'it';
    await page.open();
    await until(() => page.dialog.lang === 'it');
    expect(page.dialog.open).to.equal(false);
    await page.warned();
    expect(title()).to.equal('Ci sei ancora?');
  });

  for (const lang of ['is', '', 'de_DE', 'english please']) {
    it(`[W10] is English, and says so, where lang is "${lang}"`, async () => {
      document.documentElement.lang = lang;
      await page.open();
      await page.warned();
      expect([title(), page.dialog.lang, page.dialog.dir]).to.deep.equal(['Are you still there?', 'en', 'ltr']);
    });
  }

  it('[W10] is written from right to left where it is so, whatever the page does', async () => {
    document.documentElement.lang = 'ar';
    await page.open();
    await page.warned();
    await until(() => page.dialog.dir === 'rtl');
    expect(getComputedStyle(page.part('title')).direction).to.equal('rtl');
  });

  it('[W10] is that of the curtain, too', async () => {
    document.documentElement.lang = 'he';
    await page.open();
    await page.answer(ended('revoked'));
    await pass(1000);
    page.element.check();
    await until(() => page.curtain?.textContent.includes('החיבור שלך הסתיים'));
    expect([page.curtain!.lang, page.curtain!.dir]).to.deep.equal(['he', 'rtl']);
    expect(page.curtain!.textContent).to.include('החיבור שלך כבר אינו תקף.').and.to.include('התחברות מחדש');
  });

  it('[W10] has no space between sentences where its writing has none', async () => {
    document.documentElement.lang = 'ja';
    await page.open();
    await page.warned();
    await until(() => page.dialog.lang === 'ja');
    expect(page.part('message').textContent).to.include('。ログイン').and.not.to.include('。 ');
  });

  it('[W2] counts down in its own digits', async () => {
    document.documentElement.lang = 'fa';
    await page.open();
    await page.warned();
    await until(() => page.dialog.lang === 'fa');
    expect(page.part('time').textContent.trim()).to.match(/^۰:(۳۰|۲۹)$/);
    expect(page.element.shadowRoot!.querySelector('#opened')!.textContent).to.include('۳۰ ثانیه');
  });
});

describe('texts of the page', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(async () => {
    document.documentElement.removeAttribute('lang');
    await tearDown();
  });

  const label = (): string => page.part('stay').textContent.trim();

  it('[W9] replace some of the language’s, at once', async () => {
    document.documentElement.lang = 'de';
    await page.open();
    page.element.messages = { stay: 'Ich bin da' };
    await page.warned();
    await until(() => page.dialog.lang === 'de');
    expect([label(), page.part('title').textContent.trim()]).to.deep.equal(['Ich bin da', 'Sind Sie noch da?']);
    page.element.messages = { stay: 'Bin da' };
    await page.element.updateComplete;
    expect(label()).to.equal('Bin da');
    page.element.messages = null;
    await page.element.updateComplete;
    expect(label()).to.equal('Angemeldet bleiben');
  });

  it('[W9] may come as JSON, without any script', async () => {
    await page.open(live(), `messages='{ "stay": "I am here" }'`);
    await page.warned();
    expect(label()).to.equal('I am here');
  });

  it('[W9] may come before the element does', async () => {
    await page.open();
    const early = document.implementation.createHTMLDocument().createElement('session-security');
    expect(early).not.to.have.property('updateComplete');
    early.messages = { stay: 'Early' };
    early.setAttribute('ping-url', page.pingUrl);
    page.element.replaceWith(early);
    page.element = document.querySelector('session-security')!;
    await page.element.updateComplete;
    await until(() => page.element.state !== null && page.state.asking === null);
    await page.warned();
    expect(label()).to.equal('Early');
  });

  it('[W9] bring a language of their own', async () => {
    document.documentElement.lang = 'tlh';
    await page.open();
    page.element.messages = { lang: 'tlh', dir: 'rtl', left: 'Hlo’: {time}' };
    await page.warned();
    expect([page.dialog.lang, page.dialog.dir]).to.deep.equal(['tlh', 'rtl']);
    expect(page.element.shadowRoot!.querySelector('#opened')!.textContent).to.equal('Hlo’: 0:30');
  });

  it('[W9] are text, and nothing else', async () => {
    await page.open();
    page.element.messages = { stay: '<img src=x onerror=alert(1)>' };
    await page.warned();
    expect(page.part('stay').children).to.have.length(0);
  });
});
