import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { DEFAULT_EVENTS, watchActivity } from '../../src/element/activity.js';
import { frameReport } from '../../src/element/frame-report.js';
import { reportActivity } from '../../src/element/frame.js';
import { live, Page, pass, pause, setUp, tearDown, until } from './support/guard.js';
import { pressUntil } from './support/input.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);
const PLAIN = '/test/element/support/plain.html';

function frame(src: string, parent: Node = document.body): HTMLIFrameElement {
  const made = parent.ownerDocument!.createElement('iframe');
  made.src = src;
  made.style.cssText = 'position:fixed;inset:60px auto auto 0;width:200px;height:150px';
  parent.appendChild(made);
  return made;
}

const loaded = (target: HTMLIFrameElement): Promise<Event> =>
  new Promise((heard) => {
    target.addEventListener('load', heard, { once: true });
  });

async function framed(src = PLAIN, parent?: Node): Promise<HTMLIFrameElement> {
  const made = frame(src, parent);
  await loaded(made);
  return made;
}

/** Presses a key in what the frame holds now. */
async function typeInto({ contentDocument }: HTMLIFrameElement): Promise<void> {
  contentDocument!.querySelector('input')!.focus();
  await press('a');
}

describe('activity in a frame of the same origin', () => {
  let seen: string[];
  let stop: AbortController;
  const watch = (types = DEFAULT_EVENTS): void => {
    stop = new AbortController();
    seen = [];
    watchActivity(types, (_, { type }) => seen.push(type), stop.signal);
  };
  afterEach(() => {
    stop.abort();
    for (const left of document.querySelectorAll('iframe, x-shadow')) left.remove();
  });

  it('[A3] counts in one that is there', async () => {
    const inner = await framed();
    watch();
    await typeInto(inner);
    expect(seen).to.include('keydown');
  });

  it('[A3] counts in one that is added later', async () => {
    watch();
    await typeInto(await framed());
    expect(seen).to.include('keydown');
  });

  it('[A3] counts in one that is navigated later, once each', async () => {
    const inner = await framed();
    watch();
    inner.contentWindow!.location.href = `${PLAIN}?next`;
    await loaded(inner);
    inner.contentDocument!.querySelector('input')!.focus();
    await pressUntil('keyup', 'a', inner.contentWindow!);
    expect(seen).to.deep.equal(['keydown', 'beforeinput']);
  });

  it('[A3] counts in one that is navigated by its own page and never ends loading', async () => {
    const inner = await framed();
    watch();
    const path = `/ping-server/never-${String(Date.now())}`;
    await executeServerCommand('ping-server', { path, answer: { hang: true } });
    inner.srcdoc = `<input><img src="${path}">`;
    await until(() => inner.contentDocument?.querySelector('img'), 'the next document');
    await pause(20);
    expect(inner.contentDocument!.readyState).not.to.equal('complete');
    await typeInto(inner);
    expect(seen).to.include('keydown');
  });

  it('[A3] counts in one that is written by script', async () => {
    const inner = frame('about:blank');
    watch();
    const { contentDocument } = inner;
    /* eslint-disable @typescript-eslint/no-deprecated */
    contentDocument!.open();
    contentDocument!.write('<input>');
    contentDocument!.close();
    /* eslint-enable @typescript-eslint/no-deprecated */
    await pause(20);
    await typeInto(inner);
    expect(seen).to.include('keydown');
  });

  it('[A3] counts in a frame within a frame', async () => {
    watch();
    const outer = await framed();
    await typeInto(await framed(`${PLAIN}?inner`, outer.contentDocument!.body));
    expect(seen).to.include('keydown');
  });

  it('[A3] counts in a frame in a shadow tree, by pointer', async () => {
    watch();
    const host = document.body.appendChild(document.createElement('x-shadow'));
    await framed(PLAIN, host.attachShadow({ mode: 'open' }));
    await sendMouse({ type: 'move', position: [300, 300] });
    seen.length = 0;
    for (const x of [50, 60, 70]) await sendMouse({ type: 'move', position: [x, 100] });
    expect(seen).to.include('pointermove');
  });

  it('[A3] counts in a frame in a shadow tree, by keyboard', async () => {
    await sendMouse({ type: 'move', position: [500, 400] });
    watch();
    const host = document.body.appendChild(document.createElement('x-shadow'));
    const inner = await framed(PLAIN, host.attachShadow({ mode: 'open' }));
    window.focus();
    const left = new Promise((heard) => {
      window.addEventListener('blur', heard, { once: true });
    });
    inner.contentDocument!.querySelector('input')!.focus();
    await left;
    await pause(20);
    await typeInto(inner);
    expect(seen).to.include('keydown');
  });

  it('[A3] does not count what its scripts do', async () => {
    watch();
    const { contentDocument } = await framed();
    for (const type of DEFAULT_EVENTS) contentDocument!.body.dispatchEvent(new Event(type, { bubbles: true }));
    contentDocument!.querySelector('input')!.click();
    expect(seen).to.deep.equal([]);
  });

  it('[A2] does not take a pointer that rests while frames pass under it for one that moves', async () => {
    const [left, right] = [await framed(), await framed()];
    right.style.left = '250px';
    watch(['pointermove']);
    for (const x of [50, 55, 300, 305]) await sendMouse({ type: 'move', position: [x, 100] });
    seen.length = 0;
    right.style.left = '600px';
    left.style.left = '250px';
    await pause(300);
    expect(seen).to.deep.equal([]);
  });

  it('[A3] leaves no listener in a frame when the watching ends', async () => {
    const inner = await framed();
    const view = inner.contentWindow!;
    let listening = 0;
    for (const target of [view, inner.contentDocument!]) {
      const add = target.addEventListener.bind(target);
      target.addEventListener = ((type: string, listener: EventListener, options: AddEventListenerOptions) => {
        listening += 1;
        options.signal!.addEventListener('abort', () => (listening -= 1));
        add(type, listener, options);
      }) as typeof target.addEventListener;
    }
    watch();
    expect(listening).to.be.above(10);
    stop.abort();
    expect(listening).to.equal(0);
    await typeInto(inner);
    expect(seen).to.deep.equal([]);
  });
});

describe('activity in a frame, told to the element', () => {
  const other = location.origin.replace('localhost', '127.0.0.1');
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(async () => {
    for (const left of document.querySelectorAll('iframe')) left.remove();
    await tearDown();
  });

  const hears = (word: string): Promise<unknown> =>
    new Promise<void>((heard) => {
      window.addEventListener('message', ({ data }) => {
        if (data === word) heard();
      });
    });

  /** A frame of another origin, with the focus in it. */
  async function reporting(to = location.origin, src = other): Promise<HTMLIFrameElement> {
    const ready = hears('ready');
    const made = frame(`${src}/test/element/support/reporting.html?to=${to}`);
    await ready;
    const isFocused = hears('focused');
    made.focus();
    await isFocused;
    return made;
  }

  const typesElsewhere = async (inner: HTMLIFrameElement, idleMs = 30_000): Promise<void> => {
    // A busy browser may bring a key to the page still that has just given its focus away.
    let isHeard = false;
    void hears('typed').then(() => (isHeard = true));
    await until(async () => {
      await press('a');
      return isHeard;
    });
    // Until it reports again.
    await pause(1_100);
    await pass(idleMs);
    await setClock(inner);
    await press('a');
    await pause(200);
  };

  /** The frame's clock is not in the test's hand, nor need a message reach it before a key does. */
  async function setClock({ contentWindow }: HTMLIFrameElement): Promise<void> {
    const isSet = hears('set');
    contentWindow!.postMessage(`Date.now = () => ${String(Date.now())}; parent.postMessage('set', '*')`, '*');
    await isSet;
  }

  /** Has the frame send something else. */
  async function sends(from: HTMLIFrameElement, message: string): Promise<void> {
    await pass(30_000);
    await setClock(from);
    from.contentWindow!.postMessage(`parent.postMessage(${message}, '*')`, '*');
    await pause(200);
  }

  it('[A3] is as old as it is, in a frame that was opened later', async () => {
    await page.open();
    await pass(30_000);
    const inner = await framed();
    await typeInto(inner);
    await pass(10);
    expect(page.state.idleMs).to.be.below(1000);
  });

  it('[A3] of another origin that is named', async () => {
    await page.open(live(), `frame-origins="https://elsewhere.example ${other}"`);
    await typesElsewhere(await reporting());
    await until(() => page.state.idleMs < 2000);
  });

  it('[A3] keeps a page open that nobody touches but in its frame, and the server hears of it', async () => {
    await page.open(live(), `frame-origins="${other}"`);
    const inner = await reporting();
    const before = (await page.pings()).length;
    await typesElsewhere(inner, 29_000);
    await pass(29_000);
    await until(async () => (await page.pings()).slice(before).some(({ idleMs }) => idleMs !== undefined), 'a report');
    expect(page.state.phase).to.equal('active');
  });

  it('[A3] not of another origin that is not named', async () => {
    await page.open();
    await typesElsewhere(await reporting());
    expect(page.state.idleMs).to.be.at.least(30_000);
  });

  it('[A3] not of an origin that only begins like one that is named', async () => {
    await page.open(live(), `frame-origins="${other.replace(/:\d+$/, '')}"`);
    await typesElsewhere(await reporting());
    expect(page.state.idleMs).to.be.at.least(30_000);
  });

  it('[A3] not to a page around it that the frame does not name', async () => {
    await page.open(live(), `frame-origins="${other}"`);
    await typesElsewhere(await reporting('https://elsewhere.example'));
    expect(page.state.idleMs).to.be.at.least(30_000);
  });

  it('[A3] not of a sandbox, whose origin is nobody’s', async () => {
    await page.open(live(), `frame-origins="${other} ${location.origin}"`);
    const report = JSON.stringify(frameReport(0));
    await pass(30_000);
    const made = document.body.appendChild(document.createElement('iframe'));
    made.sandbox.add('allow-scripts');
    const heard = new Promise<MessageEvent>((told) => {
      window.addEventListener('message', told, { once: true });
    });
    made.srcdoc = `<script>parent.postMessage({ ...${report}, lastInputAt: Date.now() }, '*')</script>`;
    expect((await heard).origin).to.equal('null');
    expect(page.state.idleMs).to.be.at.least(30_000);
  });

  it('[A3] not of a window that is none of its frames', async () => {
    await page.open(live(), `frame-origins="${location.origin}"`);
    await pass(30_000);
    window.postMessage(frameReport(Date.now()), location.origin);
    await pause(50);
    expect(page.state.idleMs).to.be.at.least(30_000);
  });

  it('[A3] not by a message that a script makes up', async () => {
    await page.open(live(), `frame-origins="${other}"`);
    const { contentWindow } = await framed();
    await pass(30_000);
    const made = new MessageEvent('message', {
      ...{ origin: other, source: contentWindow, data: frameReport(Date.now()) },
    });
    window.dispatchEvent(made);
    expect(page.state.idleMs).to.be.at.least(30_000);
  });

  for (const [what, message] of [
    ['of another kind', '"activity"'],
    ['of nothing', 'null'],
    ['of another version', '{ sessionSecurity: 2, lastInputAt: Date.now() }'],
    ['without a time', '{ sessionSecurity: 1 }'],
    ['with a time that is none', '{ sessionSecurity: 1, lastInputAt: Infinity }'],
    ['with a time in words', '{ sessionSecurity: 1, lastInputAt: String(Date.now()) }'],
    ['from the future', '{ sessionSecurity: 1, lastInputAt: Date.now() + 3600000 }'],
  ] as const) {
    it(`[A3] not by a message ${what}`, async () => {
      await page.open(live(), `frame-origins="${other}"`);
      const made = await reporting();
      await sends(made, message);
      expect(page.state.idleMs).to.be.at.least(30_000);
    });
  }

  it('[A3] no younger than it was, however late the message comes', async () => {
    await page.open(live(), `frame-origins="${other}"`);
    const made = await reporting();
    await sends(made, '{ sessionSecurity: 1, lastInputAt: Date.now() - 20000 }');
    await until(() => page.state.idleMs < 30_000);
    expect(page.state.idleMs).to.be.within(20_000, 20_100);
  });

  for (const value of ['*', 'null', `${other}/`, 'maps.example', 'javascript:alert(1)', 'https://*.example', '']) {
    it(`[A3] says what is wrong with frame-origins="${value}"`, async () => {
      const said: unknown[] = [];
      const { error } = console;
      console.error = (text: unknown) => said.push(text);
      await page.open(live(), `frame-origins="${value}"`);
      console.error = error;
      expect(said).to.deep.equal([
        `<session-security>: frame-origins="${value}" names what is no origin and is ignored. ` +
          'Name some such as "https://app.example", without a path.',
      ]);
    });
    it(`[A3] says to the framed page what is wrong with the origin "${value}"`, () => {
      expect(() => {
        reportActivity([value]);
      }).to.throw(TypeError, `"${value}" is no origin`);
    });
  }

  it('[A3] says to the framed page that it has named nobody to report to', () => {
    expect(() => {
      reportActivity([]);
    }).to.throw(TypeError, 'Name some');
  });
});
