import { expect } from '@open-wc/testing';
import { sendMouse } from '@web/test-runner-commands';
import { restore, stub } from 'sinon';
import { ended, EXPIRE_MS, live, none, Page, pass, pause, setUp, tearDown, until, WARN_MS } from './support/guard.js';
import { pressUntil } from './support/input.js';

const press = (key: string): Promise<void> => pressUntil('keyup', key);

/** Another tab of the same application, as far as a channel and a lock make one. */
class OtherTab {
  readonly heard: Record<string, unknown>[] = [];
  readonly #name: string;
  readonly #channel: BroadcastChannel;
  readonly #closed = new AbortController();

  constructor(channel: string) {
    this.#name = `session-security ${channel}`;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }: MessageEvent<Record<string, unknown>>) => this.heard.push(data);
  }

  of(type: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message['type'] === type);
  }

  say(message: unknown): void {
    this.#channel.postMessage(message);
  }

  /** Takes the turn to ask, and keeps it. */
  holdTurn(): Promise<void> {
    return new Promise((held) => {
      const closed = new Promise((resolve) => {
        this.#closed.signal.addEventListener('abort', resolve);
      });
      void navigator.locks.request(this.#name, () => {
        held();
        return closed;
      });
    });
  }

  close(): void {
    this.#closed.abort();
    this.#channel.close();
  }
}

describe('tabs', () => {
  let page: Page;
  let other: OtherTab;
  const address = (): string => new URL(page.pingUrl, document.baseURI).href;
  const isConcealed = (): boolean => page.curtain?.matches(':modal') === true;
  const about = (fields: object): object => ({ v: 1, tag: null, at: Date.now(), ...fields });
  const reply = { state: 'live', idleMs: 0, warnAfterMs: WARN_MS, expireAfterMs: EXPIRE_MS, lifetimeLeftMs: null };

  beforeEach(() => {
    setUp();
    page = new Page();
    other = new OtherTab(address());
  });
  afterEach(async () => {
    other.close();
    restore();
    await tearDown();
  });

  it('[C1] activity here is told at once, and counts there', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await until(() => other.of('activity').length > 0);
    expect(other.of('activity')[0]).to.deep.equal({ v: 1, tag: null, type: 'activity', at: Date.now() });
    await pass(10_000);
    other.say(about({ type: 'activity' }));
    await until(() => page.state.idleMs === 0);
  });

  it('[C1] the answer that another tab got hides the warning here, without a ping of its own', async () => {
    await page.open();
    await page.warned();
    const before = (await page.pings()).length;
    await pass(5_000);
    other.say(about({ type: 'activity' }));
    other.say(about({ type: 'answer', reply, reports: Date.now() }));
    await until(() => page.state.phase === 'active');
    expect((await page.pings()).length).to.equal(before);
  });

  it('[C2] a sign-out elsewhere conceals the page, and the server is asked', async () => {
    await page.open();
    await page.answer(ended('signed-out'));
    await pass(5_000);
    other.say(about({ type: 'ended', reason: 'signed-out', by: 'person' }));
    await until(isConcealed);
    await until(() => page.state.phase === 'ended');
    expect(page.state.reason).to.equal('signed-out');
  });

  it('[C2] its own end is told', async () => {
    await page.open();
    await page.answer(ended('revoked'));
    await pass(5_000);
    page.element.check();
    await until(() => other.of('ended').length > 0);
    expect(other.of('ended')[0]).to.include({ reason: 'revoked', by: 'server' });
  });

  for (const [what, content] of Object.entries({
    link: '<a id="out" href="/sign-out?from=menu">Sign out</a>',
    form: '<form action="/sign-out" method="post"><button id="out">Sign out</button></form>',
  })) {
    it(`[C2] a ${what} of the page to the sign-out URL counts as sign-out`, async () => {
      await page.open(live(), 'sign-out-url="/sign-out"');
      page.element.insertAdjacentHTML('afterend', content);
      const out = document.querySelector<HTMLElement>('#out')!;
      // The test must not leave its page.
      for (const type of ['click', 'submit'] as const) {
        out.parentElement!.addEventListener(type, (event) => {
          if (type === 'submit' || what === 'link') event.preventDefault();
        });
      }
      const { x, y, width, height } = out.getBoundingClientRect();
      await sendMouse({ type: 'click', position: [Math.round(x + width / 2), Math.round(y + height / 2)] });
      await until(() => other.of('ended').length > 0);
      expect(other.of('ended')[0]).to.include({ reason: 'signed-out', by: 'person' });
      expect(other.of('ended')).to.have.length(1);
      expect(isConcealed()).to.equal(false);
    });
  }

  it('[C2] a form to the sign-out URL that a script sends by submit() counts as sign-out', async () => {
    await page.open(live(), 'sign-out-url="/sign-out"');
    page.element.insertAdjacentHTML(
      'afterend',
      '<iframe name="sink" hidden></iframe><form id="out" action="/sign-out" method="post" target="sink"></form>',
    );
    document.querySelector<HTMLFormElement>('#out')!.submit();
    await until(() => other.of('ended').length > 0);
    expect(other.of('ended')[0]).to.include({ reason: 'signed-out', by: 'person' });
  });

  it('[C2] other links and forms do not', async () => {
    await page.open(live(), 'sign-out-url="/sign-out"');
    page.element.insertAdjacentHTML('afterend', '<a id="out" href="/sign-out-history">History</a>');
    const link = document.querySelector<HTMLElement>('#out')!;
    link.addEventListener('click', (event) => {
      event.preventDefault();
    });
    link.focus();
    await press('Enter');
    await pause(50);
    expect(other.of('ended')).to.deep.equal([]);
  });

  it('[C3] waits while another tab asks, and asks nothing when that has the answer', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await other.holdTurn();
    await pass(40_000);
    expect(await page.pings()).to.have.length(1);
    other.say(about({ type: 'answer', reply: { ...reply, idleMs: 39_000 }, reports: Date.now() - 39_000 }));
    await until(() => page.state.idleMs < 40_000);
    other.close();
    await pass(1_000);
    await pause(50);
    expect(await page.pings()).to.have.length(1);
  });

  it('[C3] tells the others what the server said, and what it had been told', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await pass(35_000);
    await until(() => other.of('answer').some(({ reports }) => reports !== null));
  });

  it('[C4] asks by itself when the other never lets go', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await other.holdTurn();
    await pass(35_000);
    expect(await page.pings()).to.have.length(1);
    await pass(11_000);
    await until(async () => (await page.pings()).length === 2);
  });

  it('[C4] lets go of its turn once it has its answer', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await pass(45_000);
    await until(async () => (await page.pings()).length === 2);
    await until(() => page.state.asking === null);
    await pass(200);
    await other.holdTurn();
  });

  it('[C4] however much happens in the meantime', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await pass(45_000);
    await until(async () => (await page.pings()).length === 2);
    await until(() => page.state.asking === null);
    for (let i = 0; i < 4; i++) {
      await pass(60);
      other.say(about({ type: 'activity', at: Date.now() - 50_000 }));
      await pause(20);
    }
    await other.holdTurn();
  });

  it('[C5] another application of the origin, by another ping URL, is not heard', async () => {
    await page.open();
    const stranger = new OtherTab(`${address()}-of-another`);
    stranger.say(about({ type: 'ended', reason: 'signed-out', by: 'person' }));
    await pause(100);
    stranger.close();
    expect(isConcealed()).to.equal(false);
  });

  it('[C5] channel keeps apart what shares a ping URL', async () => {
    const billing = new OtherTab('billing');
    await page.open(live(), 'channel="billing"');
    other.say(about({ type: 'ended', reason: 'signed-out', by: 'person' }));
    await pause(100);
    expect(isConcealed()).to.equal(false);
    billing.say(about({ type: 'ended', reason: 'signed-out', by: 'person' }));
    await until(isConcealed);
    billing.close();
  });

  it('[C6] without BroadcastChannel it works by the server', async () => {
    stub(window, 'BroadcastChannel').throws(new DOMException('storage is blocked', 'SecurityError'));
    await page.open();
    await page.warned();
    await pass(1_000);
    await press('a');
    await until(() => page.state.phase === 'active');
    await page.warned();
    await page.answer(ended('idle'));
    await pass(EXPIRE_MS - page.state.idleMs);
    await until(() => page.state.phase === 'ended');
  });

  it('[C6] without Web Locks it asks after a moment left to chance', async () => {
    stub(navigator.locks, 'request').rejects(new DOMException('not here', 'SecurityError'));
    await page.open();
    await page.answer(live({ idleMs: WARN_MS }));
    await pass(WARN_MS);
    await pause(20);
    await pass(1_000);
    await until(() => page.state.phase === 'warning');
    expect(await page.pings()).to.have.length(2);
  });

  it("[C7] somebody else's session in another tab conceals this page, which asks whose it is", async () => {
    await page.open(live({ owner: 'ann' }));
    await page.answer(live({ owner: 'bob' }));
    await pass(5_000);
    other.say(about({ type: 'answer', tag: 12345, reply, reports: null }));
    await until(isConcealed);
    await until(() => page.state.phase === 'ended');
    expect(page.state.reason).to.equal('replaced');
  });

  it('[C7] an end of another session is not about this one', async () => {
    await page.open(live({ owner: 'ann' }));
    other.say(about({ type: 'ended', tag: 12345, reason: 'signed-out', by: 'person' }));
    await pause(100);
    expect(isConcealed()).to.equal(false);
  });

  it('[C9] what is no message of ours changes nothing', async () => {
    await page.open();
    await pass(10_000);
    const before = page.state;
    for (const nonsense of [
      null,
      'ended',
      [],
      { type: 'ended', reason: 'signed-out', by: 'person', at: Date.now() },
      about({ type: 'ended', reason: 'signed-out', by: 'nobody' }),
      about({ type: 'ended', reason: 'toString', by: 'person' }),
      about({ type: 'activity', at: '0' }),
      about({ type: 'activity', at: Infinity }),
      about({ type: 'answer', reply: { ...reply, expireAfterMs: 1e9, warnAfterMs: -1 }, reports: null }),
      about({ type: 'answer', reply, reports: 'now' }),
      { ...about({ type: 'ended', reason: 'signed-out', by: 'person' }), v: 2 },
      Object.setPrototypeOf({}, about({ type: 'ended', reason: 'signed-out', by: 'person' })) as object,
    ])
      other.say(nonsense);
    await pause(100);
    expect(page.state).to.deep.equal(before);
  });

  it('[C9] neither the channel nor web storage ever holds whose session it is', async () => {
    await page.open(live({ owner: 'ann-is-the-owner' }));
    await press('a');
    await pass(50_000);
    await until(() => other.of('answer').length > 0);
    expect(JSON.stringify(other.heard)).not.to.contain('ann');
    expect([localStorage.length, sessionStorage.length, document.cookie]).to.deep.equal([0, 0, '']);
  });

  it('[T10] where nobody is signed in, news from another tab make it ask', async () => {
    await page.open(none);
    expect(page.state.phase).to.equal('dormant');
    await page.answer(live());
    await pass(5_000);
    other.say(about({ type: 'answer', tag: 12345, reply, reports: null }));
    await until(() => page.state.phase === 'active');
  });

  it('[P2] removal leaves no channel and no claim', async () => {
    await page.open();
    await pass(10_000);
    await press('a');
    await other.holdTurn();
    await pass(40_000);
    const held = async (): Promise<number> =>
      (await navigator.locks.query()).pending!.filter(({ name }) => name?.includes(page.pingUrl)).length;
    await until(async () => (await held()) === 1);
    page.element.remove();
    await until(async () => (await held()) === 0);
    const { length } = other.heard;
    await press('b');
    await pass(100_000);
    expect(other.heard).to.have.length(length);
  });
});
