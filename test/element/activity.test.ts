import { expect } from '@open-wc/testing';
import { executeServerCommand, sendKeys, sendMouse } from '@web/test-runner-commands';
import { DEFAULT_EVENTS, watchActivity } from '../../src/element/activity.js';
import { live, Page, pass, setUp, tearDown } from './support/guard.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

/** What counted while `act` went on. */
async function counted(act: () => unknown, types: readonly string[] = DEFAULT_EVENTS): Promise<string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  watchActivity(types, ({ type }) => seen.push(type), stop.signal);
  await act();
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  stop.abort();
  return seen;
}

describe('activity', () => {
  let box: HTMLElement;
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

  it('[A1] a press and a click', async () => {
    const seen = await counted(() => sendMouse({ type: 'click', position: [20, 20] }));
    expect(seen).to.include.members(['pointerdown', 'click']);
  });

  it('[A1] a key, and text that it writes', async () => {
    box.querySelector('input')!.focus();
    expect(await counted(() => press('a'))).to.deep.equal(['keydown', 'input']);
  });

  it('[A1] a held key', async () => {
    const seen = await counted(async () => {
      await sendKeys({ down: 'a' });
      await sendKeys({ down: 'a' });
      await sendKeys({ up: 'a' });
    });
    expect(seen.filter((type) => type === 'keydown')).to.have.length(2);
  });

  it('[A1] scrolling inside an element by wheel', async () => {
    await sendMouse({ type: 'move', position: [30, 40] });
    const seen = await counted(() => executeServerCommand('wheel', 300));
    expect(seen).to.include('wheel');
  });

  it('[A1] touch', async () => {
    const { x, y } = box.getBoundingClientRect();
    const seen = await counted(() => executeServerCommand('touch', { x: x + 10, y: y + 10 }));
    expect(seen).to.include('touchstart');
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
    expect(await counted(() => press('a'))).to.include('input');
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
