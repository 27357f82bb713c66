import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { restore, stub } from 'sinon';
import {
  ended,
  EXPIRE_MS,
  live,
  none,
  Page,
  pass,
  pause,
  setUp,
  setWallClock,
  tearDown,
  until,
  WARN_MS,
} from './support/guard.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

/** A sound file with nothing in it. */
function silence(seconds: number): string {
  const size = seconds * 8000;
  const header = new DataView(new ArrayBuffer(44));
  for (const [at, word] of Object.entries({ 0: 'RIFF', 8: 'WAVE', 12: 'fmt ', 36: 'data' })) {
    for (let i = 0; i < 4; i += 1) header.setUint8(Number(at) + i, word.charCodeAt(i));
  }
  for (const [at, value] of Object.entries({ 4: 36 + size, 16: 16, 24: 8000, 28: 8000, 40: size })) {
    header.setUint32(Number(at), value, true);
  }
  for (const [at, value] of Object.entries({ 20: 1, 22: 1, 32: 1, 34: 8 })) header.setUint16(Number(at), value, true);
  return URL.createObjectURL(new Blob([header, new Uint8Array(size).fill(128)], { type: 'audio/wav' }));
}

describe('the end', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(async () => {
    restore();
    await tearDown();
  });

  const isConcealed = (): boolean => {
    const before = document.querySelector<HTMLElement>('#before')!;
    return page.curtain?.matches(':modal') === true && getComputedStyle(before).visibility === 'hidden';
  };

  /** Idle until the end, with the server saying this when it is asked then. */
  async function idleOut(answer: Parameters<Page['answer']>[0]): Promise<void> {
    await page.warned();
    await page.answer(answer);
    await pass(EXPIRE_MS - page.state.idleMs);
  }

  it('[T1] comes after expire-after without input', async () => {
    await page.open();
    const end = page.next('session-end');
    await idleOut(ended('idle'));
    expect((await end).reason).to.equal('idle');
  });

  it('[T3] conceals at the deadline, then asks', async () => {
    await page.open();
    await page.warned();
    const pings = (await page.pings()).length;
    await page.answer({ hang: true });
    await pass(EXPIRE_MS - page.state.idleMs);
    expect(isConcealed()).to.equal(true);
    expect(page.state.phase).to.equal('warning');
    await until(async () => (await page.pings()).length === pings + 1);
    expect((await page.pings()).at(-1)).to.deep.equal({ v: 1 });
  });

  it('[T3] does not come if the server says that somebody was active elsewhere', async () => {
    await page.open();
    await idleOut(live({ idleMs: 1000 }));
    await until(() => page.state.phase === 'active');
    expect(isConcealed()).to.equal(false);
    expect(page.curtain).to.equal(null);
    expect(page.dialog.open).to.equal(false);
  });

  it('[T3] comes all the same if the server never answers', async () => {
    await page.open();
    const end = page.next('session-end');
    await idleOut({ hang: true });
    await pass(10_000);
    expect((await end).reason).to.equal('idle');
    expect(isConcealed()).to.equal(true);
  });

  it('[T3] comes all the same if the server refuses', async () => {
    await page.open();
    const end = page.next('session-end');
    await idleOut({ status: 401 });
    await end;
    expect(isConcealed()).to.equal(true);
  });

  it('[E1] conceals the page before it says that the session has ended', async () => {
    await page.open();
    let concealed: boolean | null = null;
    page.element.addEventListener('session-end', () => {
      concealed = isConcealed();
    });
    await idleOut(ended('idle'));
    await until(() => page.state.phase === 'ended');
    expect(concealed).to.equal(true);
  });

  it('[E1] conceals the title too', async () => {
    document.title = 'Account 4711';
    await page.open();
    await idleOut(ended('idle'));
    await until(() => page.state.phase === 'ended');
    expect(document.title).not.to.include('4711');
  });

  it('[E1] conceals a title that the page sets meanwhile, and gives it back', async () => {
    await page.open();
    const { title } = document;
    await idleOut({ hang: true });
    document.title = 'A message from Ann';
    await pass(10);
    expect(document.title).to.equal(location.host);
    await page.answer(live());
    await pass(1_000);
    page.element.remove();
    await pass(10);
    expect(document.title).to.equal('A message from Ann');
    document.title = title;
  });

  it('[E1] stops media', async () => {
    const audio = new Audio(silence(10));
    audio.muted = true;
    document.body.append(audio);
    await sendMouse({ type: 'click', position: [5, 5] });
    await audio.play();
    await page.open();
    await idleOut(ended('idle'));
    await until(() => page.state.phase === 'ended');
    expect(audio.paused).to.equal(true);
    audio.remove();
  });

  it('[E1] stays concealed when the leaving is cancelled', async () => {
    await page.open();
    await idleOut(ended('revoked'));
    await until(() => page.state.phase === 'ended');
    await pass(EXPIRE_MS);
    await press('Escape');
    await press('Escape');
    await pause(50);
    expect(isConcealed()).to.equal(true);
  });

  it('[E1] keeps input from the application while it conceals', async () => {
    await page.open();
    const heard: string[] = [];
    const listen = ({ type }: Event): unknown => heard.push(type);
    document.addEventListener('keydown', listen);
    await idleOut({ hang: true });
    await press('a');
    document.removeEventListener('keydown', listen);
    expect(heard).to.deep.equal([]);
  });

  it('[E1] says why', async () => {
    await page.open();
    await idleOut(ended('replaced'));
    await until(() => page.state.phase === 'ended');
    expect(page.curtain!.textContent).to.include('signed out').and.to.include('Someone else');
  });

  it('[E8] without ping-url signs out on the server before it leaves', async () => {
    await page.answer({ status: 204 });
    const form = `<form slot="sign-out" method="post" action="${page.pingUrl}"><input name="csrf" value="a b" /></form>`;
    await page.open(null, 'warn-after="60" expire-after="90"', form);
    const end = page.next('session-end');
    await pass(EXPIRE_MS + 200);
    expect((await end).reason).to.equal('idle');
    await until(async () => (await page.requests()).length === 1);
    const [request] = await page.requests();
    expect(request).to.include({ method: 'POST', body: 'csrf=a+b' });
  });

  it('[E8] signs out by sign-out-url as well', async () => {
    await page.answer({ status: 204 });
    await page.open(null, `warn-after="60" expire-after="90" sign-out-url="${page.pingUrl}"`);
    await pass(EXPIRE_MS + 200);
    await until(async () => (await page.requests()).length === 1);
    expect((await page.requests())[0]).to.include({ method: 'POST' });
  });

  for (const [what, answer, reason] of [
    ['its own "ended"', ended('lifetime'), 'lifetime'],
    ['none, once live', none, 'signed-out'],
    ['401', { status: 401 }, 'revoked'],
    ['440', { status: 440 }, 'revoked'],
  ] as const) {
    it(`[N1] takes ${what} for the end`, async () => {
      await page.open();
      const end = page.next('session-end');
      await page.answer(answer);
      await pass(1000);
      page.element.check();
      expect((await end).reason).to.equal(reason);
    });
  }

  for (const [what, answer] of [
    ['403', { status: 403 }],
    ['404', { status: 404 }],
    ['419', { status: 419 }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['a page of HTML', { headers: { 'Content-Type': 'text/html' }, body: '<p>Hello' }],
    ['an empty body', { body: '' }],
    ['a number', { body: 5 }],
    ['a live reply of another version', { body: { v: 2, state: 'live', idleMs: 0, warnAfterMs: 1, expireAfterMs: 2 } }],
    ['a live reply without limits', { body: { v: 1, state: 'live', idleMs: 0 } }],
  ] as const) {
    it(`[N1] takes ${what} neither for live nor for the end`, async () => {
      await page.open();
      await page.answer(answer);
      await pass(1000);
      page.element.check();
      await until(() => page.state.unreachable);
      expect(page.state.phase).to.equal('active');
    });
  }

  it('[N1] does not ask in a tight loop when the server fails', async () => {
    await page.open({ status: 500 });
    const pings = (await page.pings()).length;
    await pass(500);
    await pause(50);
    expect(await page.pings()).to.have.length(pings);
  });

  it('[N3] warns when the server is out of reach', async () => {
    await page.open();
    await page.answer({ status: 503 });
    await pass(WARN_MS);
    await until(() => page.dialog.matches(':modal'));
  });

  it('[N3] conceals and ends when it still is at the deadline', async () => {
    await page.open();
    const end = page.next('session-end');
    await idleOut({ status: 503 });
    await end;
    expect(isConcealed()).to.equal(true);
  });

  it('[T4] asks the server when the clock has leapt, and lets the page be if it is live', async () => {
    await page.open();
    await page.answer({ hang: true });
    setWallClock(3_600_000);
    await press('a');
    await until(isConcealed);
    await page.answer(live({ idleMs: 2000 }));
    await pass(10_000);
    await pass(1_000);
    await until(() => page.state.phase === 'ended' || !isConcealed());
  });

  it('[T6] the first input after sleep cannot revive the session, and does not reach the application', async () => {
    await page.open();
    const field = document.querySelector<HTMLInputElement>('#field')!;
    field.focus();
    await page.answer(ended('idle'));
    setWallClock(EXPIRE_MS);
    await press('a');
    await until(() => page.state.phase === 'ended');
    expect(field.value).to.equal('');
    expect((await page.pings()).at(-1)).to.deep.equal({ v: 1 });
  });

  it('[T6] what was asked before sleep does not answer what is asked after it', async () => {
    // Without other tabs it asks at once.
    stub(window, 'BroadcastChannel').throws(new DOMException('blocked', 'SecurityError'));
    await page.open();
    let answer!: (response: Response) => void;
    const late = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const never = new Promise<Response>(() => undefined);
    stub(window, 'fetch').onFirstCall().returns(late).onSecondCall().returns(never);
    await pass(1_000);
    page.element.check();
    await press('a');
    await press('b');
    setWallClock(EXPIRE_MS);
    answer(Response.json({ v: 1, state: 'live', idleMs: 0, warnAfterMs: WARN_MS, expireAfterMs: EXPIRE_MS }));
    await pause(50);
    expect(isConcealed()).to.equal(true);
  });

  it('[T4] a page that can be seen notices within a second that the machine has slept', async () => {
    await page.open();
    await page.answer({ hang: true });
    setWallClock(EXPIRE_MS);
    await pass(1_000);
    expect(isConcealed()).to.equal(true);
  });

  it('[T4] input from before sleep counts from then, also if it is told of only after', async () => {
    await page.open();
    await press('a');
    await press('b');
    setWallClock(EXPIRE_MS / 2);
    page.element.check();
    expect(page.state.idleMs).to.be.at.least(EXPIRE_MS / 2);
  });
});
