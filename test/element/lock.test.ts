import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { ended, EXPIRE_MS, live, Page, pass, setUp, tearDown, until, WARN_MS } from './support/guard.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

describe('a locked page', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  const mine = (fields: object = {}): ReturnType<typeof live> => live({ owner: 'ann', ...fields });
  const link = (): HTMLAnchorElement => page.part('stay') as HTMLAnchorElement;

  /** Idle until the server has ended the session. */
  async function locked(attributes = ''): Promise<void> {
    await page.open(mine(), `lock sign-in-url="/sign-in" ${attributes}`);
    await page.answer(mine({ idleMs: WARN_MS }));
    await pass(WARN_MS);
    await until(() => page.state.phase === 'warning');
    await page.answer(ended('idle'));
    await pass(EXPIRE_MS - WARN_MS);
    await until(() => page.state.phase === 'locked');
  }

  async function askAgain(): Promise<void> {
    await pass(5_000);
    page.element.check();
    await until(() => page.state.asking === null);
  }

  it('[E4] is concealed, says so, and offers to sign in in another window', async () => {
    await locked();
    expect(page.curtain!.matches(':modal')).to.equal(true);
    expect(page.part('title').textContent).to.equal('Sign in again to carry on');
    expect(link().target).to.equal('_blank');
    expect(new URL(link().href).pathname).to.equal('/sign-in');
    expect(getComputedStyle(document.querySelector('#before')!).visibility).to.equal('hidden');
  });

  it('[E4] tells the application that it has ended, and then that its user is back', async () => {
    const heard: string[] = [];
    for (const type of ['session-end', 'session-resume'] as const)
      document.addEventListener(type, () => heard.push(type), { once: true });
    await locked();
    await page.answer(mine());
    await askAgain();
    await until(() => heard.length === 2);
    expect(heard).to.deep.equal(['session-end', 'session-resume']);
  });

  it('[E4] comes back with its fields, caret and scroll position, for the same person', async () => {
    await page.open(mine(), 'lock sign-in-url="/sign-in"');
    const field = document.querySelector<HTMLInputElement>('#field')!;
    page.element.insertAdjacentHTML('afterend', '<div id="tall" style="height:5000px"></div>');
    field.value = 'half a sentence';
    field.focus({ preventScroll: true });
    field.setSelectionRange(5, 8);
    window.scrollTo(0, 700);
    const { scrollY } = window;
    await page.answer(ended('revoked'));
    await askAgain();
    expect(page.state.phase).to.equal('locked');
    await page.answer(mine());
    await askAgain();
    expect(page.state.phase).to.equal('active');
    expect(page.curtain).to.equal(null);
    expect(document.activeElement).to.equal(field);
    expect([field.value, field.selectionStart, field.selectionEnd]).to.deep.equal(['half a sentence', 5, 8]);
    expect(window.scrollY).to.equal(scrollY);
    document.querySelector('#tall')!.remove();
  });

  it('[E4] input reaches nothing of the page, and does not extend it', async () => {
    await locked();
    const heard: string[] = [];
    const field = document.querySelector<HTMLInputElement>('#field')!;
    for (const type of ['keydown', 'click']) document.body.addEventListener(type, () => heard.push(type));
    const asked = (await page.pings()).length;
    await press('a');
    const { left, top } = field.getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(left) + 3, Math.round(top) + 3] });
    expect([heard, field.value]).to.deep.equal([[], '']);
    expect((await page.pings()).length).to.equal(asked);
  });

  it('[E4] is given up in the end', async () => {
    const reasons: string[] = [];
    document.body.addEventListener('session-end', ({ reason }) => reasons.push(reason));
    await locked('lock-for="120"');
    await pass(120_000);
    await until(() => page.state.phase === 'ended');
    expect(reasons).to.deep.equal(['idle', 'idle']);
  });

  it('[E4] no script of the page shows it by taking away what conceals it from the document', async () => {
    await locked();
    document.adoptedStyleSheets = [];
    document.title = 'Secret plans';
    page.element.removeAttribute('lock');
    const { left, top } = document.querySelector('#field')!.getBoundingClientRect();
    // The dialog lies on top of everything, and is opaque.
    expect(document.elementFromPoint(left + 3, top + 3)).to.equal(page.element);
    expect(page.curtain!.matches(':modal')).to.equal(true);
  });

  it('[E4] without a server to tell who is back, says that it cannot be', async () => {
    const { error } = console;
    const written: string[] = [];
    console.error = (text: string) => written.push(text);
    await page.open(null, 'lock sign-out-url="/sign-out" expire-after="90"');
    console.error = error;
    expect(written.join()).to.contain('lock needs a server');
  });
});

describe('where the end leads', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
    sessionStorage.clear();
  });
  afterEach(async () => {
    sessionStorage.clear();
    await tearDown();
  });

  it('[E5] a page that is left is handed over as next, without its fragment', async () => {
    await page.open(live(), 'sign-in-url="/sign-in"');
    await pass(5_000);
    await page.answer(ended('revoked'));
    page.element.check();
    await until(() => page.state.phase === 'ended');
    const next = new URL((page.part('stay') as HTMLAnchorElement).href).searchParams.get('next');
    expect(next).to.equal(location.pathname + location.search);
  });

  it('[E5] the page to sign out on is never next', async () => {
    await page.open(live(), `sign-in-url="/sign-in" sign-out-url="${location.pathname}"`);
    await pass(5_000);
    await page.answer(ended('revoked'));
    page.element.check();
    await until(() => page.state.phase === 'ended');
    expect(new URL((page.part('stay') as HTMLAnchorElement).href).search).to.equal('');
  });

  for (const path of [
    '//elsewhere.example/',
    '/%2Felsewhere.example/',
    '/%5Celsewhere.example/',
    '/%09/elsewhere.example/',
  ]) {
    it(`[E5] what a browser could take for another host is never next: ${path}`, async () => {
      const { href, origin } = location;
      history.replaceState(null, '', origin + path);
      try {
        await page.open(live(), `sign-in-url="${origin}/sign-in"`);
        await pass(5_000);
        await page.answer(ended('revoked'));
        page.element.check();
        await until(() => page.state.phase === 'ended');
        expect(new URL((page.part('stay') as HTMLAnchorElement).href).search).to.equal('');
      } finally {
        history.replaceState(null, '', href);
      }
    });
  }

  it('[E2] the link of the curtain asks no leave of the page', async () => {
    const { href } = location;
    // The test must not leave its page, nor begin to: Firefox closes the connection to the runner then.
    await page.open(live(), `sign-in-url="${href}#sign-in"`);
    await pass(5_000);
    await page.answer(ended('revoked'));
    page.element.check();
    await until(() => page.state.phase === 'ended');
    const asked: boolean[] = [];
    const onLeave = ({ isTrusted }: Event): unknown => asked.push(isTrusted);
    window.addEventListener('beforeunload', onLeave);
    const { x, y } = page.part('stay').getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(x) + 5, Math.round(y) + 5] });
    await until(() => location.hash === '#sign-in');
    history.replaceState(null, '', href);
    window.removeEventListener('beforeunload', onLeave);
    // The element looks first whether the browser would ask, and empties the page if so.
    expect(asked).to.deep.equal([false]);
  });

  it('[C7] who is signed in now is told that the page is not theirs', async () => {
    await page.open(live({ owner: 'ann' }), 'sign-in-url="/sign-in"');
    await pass(5_000);
    await page.answer(live({ owner: 'bob' }));
    page.element.check();
    await until(() => page.state.phase === 'ended');
    expect(page.curtain!.textContent).to.contain('Someone else signed in');
  });
});

describe('states', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  it('[W9] style sheets can tell them', async () => {
    await page.open();
    expect(page.element.matches(':state(active)')).to.equal(true);
    await page.warned();
    expect(page.element.matches(':state(warning)')).to.equal(true);
    expect(page.element.matches(':state(active)')).to.equal(false);
    await page.answer(ended('idle'));
    await pass(EXPIRE_MS - WARN_MS);
    await until(() => page.element.matches(':state(ended):state(concealed)'));
  });
});
