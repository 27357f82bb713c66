import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { DEFAULT_EVENTS, watchActivity } from '../../src/element/activity.js';
import { live, Page, pass, pause, setUp, tearDown, until } from './support/guard.js';
import { act, devtools, isWebKit, leaveOut, noteTest, pressUntil } from './support/input.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

/** What counted while `act` went on. */
async function counted(act: () => unknown, types: readonly string[] = DEFAULT_EVENTS): Promise<string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  watchActivity(types, (_, { type }) => seen.push(type), stop.signal);
  await act();
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  stop.abort();
  return seen;
}

describe('activity', () => {
  let box: HTMLElement;
  beforeEach(noteTest);
  beforeEach(() => {
    box = document.createElement('div');
    box.innerHTML = '<div style="height:100px;overflow:auto"><div style="height:2000px"><input></div></div>';
    document.body.append(box);
  });
  afterEach(() => {
    box.remove();
  });

  const move = async (): Promise<void> => {
    await sendMouse({ type: 'move', position: [20, 20] });
    await sendMouse({ type: 'move', position: [30, 40] });
  };

  it('[A1] a pointer that moves', async () => {
    expect(await counted(move)).to.include('pointermove');
  });

  describe('movements that may wait', () => {
    let stop: AbortController;
    let seen: { ageMs: number; event: Event }[];
    let look: () => void;
    const { now } = Date;
    beforeEach(async () => {
      // However long a driver takes from one movement to the next.
      Date.now = () => 1e12;
      stop = new AbortController();
      seen = [];
      const listener = (ageMs: number, event: Event): unknown => seen.push({ ageMs, event });
      look = watchActivity(DEFAULT_EVENTS, listener, stop.signal, () => true);
      // The first only tells where the pointer is.
      await move();
    });
    afterEach(() => {
      stop.abort();
      Date.now = now;
    });

    it('[A1] are kept, the latest alone, with its own time', async () => {
      await sendMouse({ type: 'move', position: [50, 50] });
      expect(seen).to.deep.equal([]);
      await pause(300);
      look();
      expect(seen.map(({ event }) => event.type)).to.deep.equal(['pointermove']);
      expect((seen[0]!.event as PointerEvent).clientX).to.equal(50);
      expect(seen[0]!.ageMs).to.be.at.least(300);
      look();
      expect(seen).to.have.length(1);
    });

    it('[A1] give way to no movement of a script', () => {
      document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, screenX: 1_000 }));
      look();
      expect(seen.map(({ event }) => event.isTrusted)).to.deep.equal([true]);
    });

    it('[T6] do not wait when they are the first after a sleep, which may have been too long', async () => {
      Date.now = () => 1e12 + 3_600_000;
      await sendMouse({ type: 'move', position: [50, 50] });
      expect(seen.map(({ event }) => (event as PointerEvent).clientX)).to.deep.equal([30, 50]);
      expect(seen[0]!.ageMs).to.be.at.least(3_600_000);
    });

    it('[A1] come before what comes after them', async () => {
      await pressUntil('keyup', 'a');
      expect(seen.map(({ event }) => event.type)).to.deep.equal(['pointermove', 'keydown']);
    });
  });

  it('[A1] a press and a click', async () => {
    const seen = await counted(() => sendMouse({ type: 'click', position: [20, 20] }));
    expect(seen).to.include.members(['pointerdown', 'click']);
  });

  it('[A1] a key, and text that it writes', async () => {
    box.querySelector('input')!.focus();
    expect(await counted(() => pressUntil('keyup', 'a'))).to.deep.equal(['keydown', 'beforeinput']);
  });

  it('[A1] a held key', async () => {
    const seen = await counted(() => act('hold', 'a'));
    expect(seen.filter((type) => type === 'keydown')).to.have.length(2);
  });

  it('[A1] scrolling inside an element by wheel', async () => {
    await sendMouse({ type: 'move', position: [30, 40] });
    const seen = await counted(() => executeServerCommand('wheel', 300));
    expect(seen).to.include('wheel');
  });

  it('[A1] touch', async () => {
    const { x, y } = box.getBoundingClientRect();
    const seen = await counted(() => act('touch', { x: x + 10, y: y + 10 }));
    expect(seen).to.include('touchstart');
  });

  it('[A1] a finger that scrolls', async () => {
    const { x, y } = box.getBoundingClientRect();
    const at = (dy: number): object => ({ touchPoints: [{ x: x + 50, y: y + 80 + dy }] });
    const seen = await counted(() =>
      devtools(
        ['Input.dispatchTouchEvent', { type: 'touchStart', ...at(0) }],
        ['Input.dispatchTouchEvent', { type: 'touchMove', ...at(-30) }],
        ['Input.dispatchTouchEvent', { type: 'touchMove', ...at(-60) }],
        ['Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] }],
      ),
    );
    expect(seen).to.include('touchmove');
  });

  it('[A1] a pen', async () => {
    const at = (x: number): object => ({ type: 'mouseMoved', pointerType: 'pen', x, y: 30 });
    const seen = await counted(() =>
      devtools(...[20, 24].map((x): [string, object] => ['Input.dispatchMouseEvent', at(x)])),
    );
    expect(seen).to.deep.equal(['pointermove']);
  });

  it('[A1] text without keys, as dictation writes it', async () => {
    box.querySelector('input')!.focus();
    const seen = await counted(() => devtools(['Input.insertText', { text: 'dictated' }]));
    expect(box.querySelector('input')!.value).to.equal('dictated');
    expect(seen).to.deep.equal(['beforeinput']);
  });

  it('[A1] text without keys for an editor that writes it by itself', async () => {
    const field = box.querySelector('input')!;
    field.focus();
    field.addEventListener('beforeinput', (event) => {
      event.preventDefault();
    });
    const seen = await counted(() => devtools(['Input.insertText', { text: 'dictated' }]));
    expect(field.value).to.equal('');
    expect(seen).to.deep.equal(['beforeinput']);
  });

  it('[A1] an input method while it composes', async () => {
    box.querySelector('input')!.focus();
    const compose = (text: string): [string, object] => [
      'Input.imeSetComposition',
      { text, selectionStart: text.length, selectionEnd: text.length },
    ];
    const seen = await counted(() => devtools(compose('に'), compose('にほ'), ['Input.insertText', { text: '日本' }]));
    expect(seen.filter((type) => type === 'compositionupdate')).to.have.length.at.least(2);
  });

  it('[A1] a choice that is made in the browser’s own list', async () => {
    const select = document.createElement('select');
    select.append(new Option('one'), new Option('two'));
    box.prepend(select);
    select.focus();
    const seen = await counted(() =>
      until(async () => {
        // A busy WebKit loses the first.
        await press('ArrowDown');
        return select.value === 'two';
      }),
    );
    expect([...new Set(seen)]).to.deep.equal(['keydown', 'input']);
  });

  it('[A1] what is pasted where the page takes it over', async () => {
    const field = box.querySelector('input')!;
    field.value = 'copied';
    field.select();
    await press('Control+c');
    field.addEventListener('paste', (event) => {
      event.preventDefault();
    });
    expect(await counted(() => press('Control+v')))
      .to.include('paste')
      .and.not.include('beforeinput');
  });

  it('[A1] a file that is dragged in from elsewhere, as long as it moves, and dropped', async () => {
    box.addEventListener('dragover', (event) => {
      event.preventDefault();
    });
    box.addEventListener('drop', (event) => {
      event.preventDefault();
    });
    const { x, y } = box.getBoundingClientRect();
    const drag = (type: string, dx: number): [string, object] => [
      'Input.dispatchDragEvent',
      {
        ...{ type, x: x + dx, y: y + 10 },
        data: { items: [{ mimeType: 'text/plain', data: 'x' }], dragOperationsMask: 1 },
      },
    ];
    const held = drag('dragOver', 20);
    const seen = await counted(() =>
      devtools(drag('dragEnter', 10), drag('dragOver', 10), held, held, held, drag('drop', 20)),
    );
    expect(seen).to.deep.equal(['dragover', 'drop']);
  });

  it('[A1] a click that neither key nor pointer made, as a screen reader makes it', async () => {
    const button = document.createElement('button');
    box.append(button);
    button.focus();
    const details: number[] = [];
    button.addEventListener('click', ({ detail }) => details.push(detail));
    expect(await counted(() => press('Enter'), ['click'])).to.deep.equal(['click']);
    expect(details).to.deep.equal([0]);
  });

  it('[A1] in full screen', async () => {
    box.addEventListener('click', () => void box.requestFullscreen(), { once: true });
    const { x, y } = box.getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(x) + 5, Math.round(y) + 5] });
    await until(() => document.fullscreenElement === box, 'full screen');
    const seen = await counted(() => press('a'));
    await document.exitFullscreen();
    expect(seen).to.include('keydown');
  });

  it('[A1] behind stopPropagation', async () => {
    const stop = (event: Event): void => {
      event.stopImmediatePropagation();
    };
    document.addEventListener('keydown', stop, true);
    expect(await counted(() => press('a'))).to.include('keydown');
    document.removeEventListener('keydown', stop, true);
  });

  it('[A1] inside a shadow root', async () => {
    const root = box.attachShadow({ mode: 'closed' });
    root.innerHTML = '<input>';
    root.querySelector('input')!.focus();
    expect(await counted(() => press('a'))).to.include('beforeinput');
  });

  it('[A1] not what a script dispatches', async () => {
    const seen = await counted(() => {
      for (const type of DEFAULT_EVENTS) document.body.dispatchEvent(new Event(type, { bubbles: true }));
      box.querySelector('input')!.click();
    });
    expect(seen).to.deep.equal([]);
  });

  it('[A1] listens passively, so that scrolling never waits', () => {
    const options: (AddEventListenerOptions | undefined)[] = [];
    const stop = new AbortController();
    const add = window.addEventListener.bind(window);
    window.addEventListener = ((type: string, listener: EventListener, how: AddEventListenerOptions) => {
      options.push(how);
      add(type, listener, how);
    }) as typeof window.addEventListener;
    watchActivity(DEFAULT_EVENTS, () => undefined, stop.signal);
    window.addEventListener = add;
    stop.abort();
    expect(options.length).to.be.at.least(DEFAULT_EVENTS.length);
    expect(options.every((how) => how?.passive && how.capture)).to.equal(true);
  });

  it('[A2] not a move without displacement', async () => {
    await sendMouse({ type: 'move', position: [30, 40] });
    const seen = await counted(async () => {
      await sendMouse({ type: 'move', position: [30, 40] });
      await sendMouse({ type: 'move', position: [30, 40] });
    });
    expect(seen).to.deep.equal([]);
  });

  it('[A2] not a scroll made by script', async () => {
    const seen = await counted(() => {
      box.firstElementChild!.scrollTop = 500;
    });
    expect(seen).to.deep.equal([]);
  });

  it('[A2] not a move that the browser makes up when the page slides under a resting pointer', async () => {
    const seen: string[] = [];
    await sendMouse({ type: 'move', position: [28, 38] });
    await sendMouse({ type: 'move', position: [30, 40] });
    const under = document.createElement('div');
    under.style.cssText = 'position:fixed;inset:0 auto auto 0;width:100px;height:100px';
    const over = new Promise<Event>((heard) => {
      under.addEventListener('pointerover', heard);
    });
    seen.push(
      ...(await counted(async () => {
        document.body.append(under);
        // WebKit makes none up.
        await Promise.race([over, pause(500)]);
        under.style.translate = '500px';
        await pause(300);
      })),
    );
    under.remove();
    expect(seen).to.deep.equal([]);
  });

  it('[A2] not a resting mouse after a finger was elsewhere', async () => {
    const seen = await counted(async () => {
      await sendMouse({ type: 'move', position: [30, 40] });
      await executeServerCommand('touch', { x: 300, y: 60 });
      await sendMouse({ type: 'move', position: [30, 40] });
    }, ['pointermove']);
    expect(seen).to.deep.equal([]);
  });

  it('[A2] not a scroll made by script after a menu has swallowed the release of the other button', async () => {
    if (isWebKit) return leaveOut('WebKitWebDriver never lifts that button');
    await sendMouse({ type: 'move', position: [30, 40] });
    const seen = await counted(async () => {
      await sendMouse({ type: 'down', button: 'right' });
      box.firstElementChild!.scrollTop = 500;
    }, ['scroll']);
    await sendMouse({ type: 'up', button: 'right' });
    expect(seen).to.deep.equal([]);
  });

  it('[A2] not text that a script inserts', async () => {
    box.querySelector('input')!.focus();
    const inserted: boolean[] = [];
    box.addEventListener('input', ({ isTrusted }) => inserted.push(isTrusted));
    if (isWebKit) return leaveOut('WebKit announces what a script inserts just as what a person does');
    // Deprecated, and the only way for a script to cause trusted events.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    expect(await counted(() => document.execCommand('insertText', false, 'x'))).to.deep.equal([]);
    expect(inserted).to.deep.equal([true]);
  });

  it('[A2] not one after a drag, which the browser takes over without lifting the pointer', async () => {
    const dragged = document.createElement('div');
    dragged.draggable = true;
    dragged.textContent = 'Drag me';
    box.prepend(dragged);
    const { x, y } = dragged.getBoundingClientRect();
    const [left, top] = [Math.round(x) + 5, Math.round(y) + 5];
    const seen = await counted(async () => {
      await sendMouse({ type: 'move', position: [left, top] });
      await sendMouse({ type: 'down' });
      await sendMouse({ type: 'move', position: [left + 30, top + 30] });
      await sendMouse({ type: 'move', position: [left + 40, top + 60] });
      await sendMouse({ type: 'up' });
      box.lastElementChild!.scrollTop = 500;
    });
    expect(seen).to.include('pointerdown').and.not.include('scroll');
  });
});

describe('activity told to the element', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  it('[A5] by activity()', async () => {
    await page.open();
    await pass(30_000);
    page.element.activity();
    expect(page.state.idleMs).to.equal(0);
  });

  it('[A5] by the events it is to watch, and no others', async () => {
    await page.open(live(), 'events="keydown"');
    await pass(30_000);
    await sendMouse({ type: 'click', position: [5, 5] });
    expect(page.state.idleMs).to.be.at.least(30_000);
    await press('a');
    await pass(10);
    expect(page.state.idleMs).to.be.below(1000);
  });

  it('[A1] a pointer that moves, where the page sets the same words with each move', async () => {
    await page.open();
    const rendering = new AbortController();
    window.addEventListener(
      'pointermove',
      () => {
        page.element.messages = { stay: 'Stay' };
        page.element.headers = { 'X-CSRFToken': 'abc' };
      },
      rendering,
    );
    for (const x of [5, 6, 7]) await sendMouse({ type: 'move', position: [x, 5] });
    await pass(30_000);
    await sendMouse({ type: 'move', position: [8, 5] });
    await pass(2_000);
    rendering.abort();
    expect(page.state.idleMs).to.be.below(3_000);
  });

  it('[T1] never by the focus that its own dialog moves', async () => {
    await page.open(live(), 'events="focus keydown"');
    document.querySelector<HTMLElement>('#field')!.focus();
    await page.warned();
    expect(page.state.idleMs).to.be.at.least(60_000);
  });

  it('[A5] by a list that is changed while it runs', async () => {
    await page.open();
    page.element.events = 'click';
    await page.element.updateComplete;
    await pass(30_000);
    await press('a');
    expect(page.state.idleMs).to.be.at.least(30_000);
  });
});
