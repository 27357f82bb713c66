import { expect } from '@open-wc/testing';
import { executeServerCommand } from '@web/test-runner-commands';
import { SessionSecurity } from '../../src/index.js';
import { ended, live, none, Page, pass, pause, setUp, tearDown, until } from './support/guard.js';

describe('connecting', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  it("[T8] without attributes the limits are the server's", async () => {
    await page.open();
    expect(page.state).to.include({ warnAfterMs: 60_000, expireAfterMs: 90_000 });
  });

  it('[T8] the stricter of attribute and server holds', async () => {
    await page.open(live(), 'warn-after="30" expire-after="600"');
    expect(page.state).to.include({ warnAfterMs: 30_000, expireAfterMs: 90_000 });
  });

  it('[T8] limits that change on the server hold from the next answer on', async () => {
    await page.open();
    await page.answer(live({ warnAfterMs: 20_000, expireAfterMs: 50_000 }));
    await pass(1000);
    page.element.check();
    await until(() => page.state.expireAfterMs === 50_000);
  });

  it('[T8] attributes that change hold at once', async () => {
    await page.open();
    page.element.expireAfter = 50;
    await page.element.updateComplete;
    expect(page.state.expireAfterMs).to.equal(50_000);
  });

  it('[T10] is dormant where nobody is signed in', async () => {
    await page.open(none);
    expect(page.state.phase).to.equal('dormant');
    const pings = (await page.pings()).length;
    await pass(3_600_000);
    expect(page.state.phase).to.equal('dormant');
    expect(page.curtain).to.equal(null);
    expect(await page.pings()).to.have.length(pings);
  });

  it('[T10] wakes up by check()', async () => {
    await page.open(none);
    await page.answer(live());
    await pass(1000);
    page.element.check();
    await until(() => page.state.phase === 'active');
  });

  it('[T10] a session that was over before the sign-in page opened is nothing to guard there', async () => {
    await page.open(ended('idle'), `sign-in-url="${location.pathname}"`);
    expect(page.state.phase).to.equal('dormant');
  });

  it("[T11] connecting is no activity: the server's idle is taken over", async () => {
    await page.open(live({ idleMs: 42_000 }));
    expect(page.state.idleMs).to.be.within(42_000, 43_000);
  });

  it('[T11] the first ping asks and reports nothing', async () => {
    await page.open();
    expect(await page.pings()).to.deep.equal([{ v: 1 }]);
  });

  it('[T11] going away and coming back is no activity either', async () => {
    await page.open();
    await pass(30_000);
    const parent = page.element.parentElement!;
    page.element.remove();
    await pause(0);
    await pass(10_000);
    parent.append(page.element);
    await page.element.updateComplete;
    expect(page.state.idleMs).to.be.at.least(40_000);
  });

  it('[P2] moving the element changes nothing', async () => {
    await page.open();
    await page.warned();
    const pings = (await page.pings()).length;
    document.body.append(page.element);
    await pause(20);
    expect(page.state.phase).to.equal('warning');
    expect(page.dialog.matches(':modal')).to.equal(true);
    expect(await page.pings()).to.have.length(pings);
    page.element.remove();
  });

  it('[P2] a concealed page stays concealed while the element moves', async () => {
    await page.open();
    await page.answer(ended('idle'));
    await pass(1000);
    page.element.check();
    await until(() => page.state.phase === 'ended');
    document.body.append(page.element);
    await pause(20);
    expect(page.curtain!.matches(':modal')).to.equal(true);
    page.element.remove();
  });

  it('[T1] reports what was done before a router puts another element in its place', async () => {
    await page.open();
    await pass(25_000);
    await executeServerCommand('press', 'a');
    await pass(1_000);
    const before = (await page.pings()).length;
    page.element.remove();
    await until(async () => (await page.pings()).length > before);
    expect((await page.pings())[before])
      .to.have.property('idleMs')
      .that.is.within(1_000, 2_000);
  });

  it('[P2] removal leaves no listener', async () => {
    const added = new Map<string, number>();
    const targets = [window, document];
    const restore = targets.map((target) => {
      const add = target.addEventListener.bind(target);
      target.addEventListener = ((type: string, listener: EventListener, options?: AddEventListenerOptions) => {
        added.set(type, (added.get(type) ?? 0) + 1);
        options?.signal?.addEventListener('abort', () => added.set(type, added.get(type)! - 1));
        add(type, listener, options);
      }) as typeof target.addEventListener;
      return () => {
        target.addEventListener = add;
      };
    });
    await page.open();
    expect([...added.values()].reduce((sum, count) => sum + count, 0)).to.be.above(10);
    page.element.remove();
    await pause(0);
    for (const undo of restore) undo();
    expect([...added].filter(([, count]) => count > 0)).to.deep.equal([]);
  });

  it('[P2] removal leaves no timer and sends no more pings', async () => {
    await page.open();
    const pings = (await page.pings()).length;
    page.element.remove();
    await pause(0);
    await pass(3_600_000);
    expect(await page.pings()).to.have.length(pings);
  });

  it('[P2] importing it twice is safe', async () => {
    await import('../../src/index.js');
    expect(customElements.get('session-security')).to.equal(SessionSecurity);
  });

  it('[P2] another class under its tag is an error, and stays', async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const other = frame.contentWindow as Window & typeof globalThis;
    const Other = class extends other.HTMLElement {};
    other.customElements.define('session-security', Other);
    const fault = new Promise<string>((heard) => {
      other.addEventListener('error', ({ error }) => heard(String(error)));
    });
    const script = other.document.createElement('script');
    script.type = 'module';
    script.src = '/src/index.ts';
    other.document.head.append(script);
    expect(await fault).to.include('NotSupportedError');
    expect(other.customElements.get('session-security')).to.equal(Other);
    frame.remove();
  });
});
