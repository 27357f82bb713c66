import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { live, Page, pass, setUp, tearDown, until } from './support/guard.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

describe('a page that opens something over the warning', () => {
  let page: Page;
  let box: HTMLElement;
  beforeEach(async () => {
    setUp();
    page = new Page();
    await page.open();
    box = document.body.appendChild(document.createElement('div'));
    box.innerHTML = `<dialog><button>Theirs</button></dialog><div popover="manual" style="inset:0"><p>Theirs</p></div>`;
  });
  afterEach(async () => {
    for (const dialog of box.querySelectorAll('dialog')) dialog.close();
    box.remove();
    await tearDown();
  });

  /** What is seen and can be used where the warning's button is. */
  function isOnTop(): boolean {
    const { left, top, width, height } = page.part('stay').getBoundingClientRect();
    return page.element.shadowRoot!.elementFromPoint(left + width / 2, top + height / 2) === page.part('stay');
  }

  it('[W1] lies above a modal dialog of the page, and has the focus', async () => {
    await page.warned();
    box.querySelector('dialog')!.showModal();
    expect(isOnTop()).to.equal(false);
    await pass(200);
    expect(isOnTop()).to.equal(true);
    expect(page.element.shadowRoot!.activeElement).to.equal(page.part('stay'));
  });

  it('[W1] lies above one in a shadow tree', async () => {
    await page.warned();
    const root = box.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
    root.innerHTML = '<dialog><button>Theirs</button></dialog>';
    root.querySelector('dialog')!.showModal();
    expect(isOnTop()).to.equal(false);
    await pass(200);
    expect(isOnTop()).to.equal(true);
  });

  it('[W1] lies above a popover of the page', async () => {
    await page.warned();
    let shown = 0;
    const show = page.dialog.showModal.bind(page.dialog);
    page.dialog.showModal = () => {
      shown += 1;
      show();
    };
    const opened = new Promise((heard) => {
      document.addEventListener('toggle', heard, { capture: true, once: true });
    });
    box.querySelector<HTMLElement>('[popover]')!.showPopover();
    await opened;
    await pass(200);
    // The browser tells nobody which of two that cannot be hit is the upper one: the one that was opened last is.
    expect(shown).to.equal(1);
  });

  it('[W1] lies above what was there before', async () => {
    box.querySelector('dialog')!.showModal();
    await page.warned();
    expect(isOnTop()).to.equal(true);
  });

  it('[W1] lies above an element in full screen', async () => {
    box.style.cssText = 'width:100px;height:100px';
    box.addEventListener('click', () => void box.requestFullscreen(), { once: true });
    const { x, y } = box.getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(x) + 5, Math.round(y) + 5] });
    await until(() => document.fullscreenElement === box, 'full screen');
    await page.warned();
    expect(isOnTop()).to.equal(true);
    await document.exitFullscreen();
  });

  it('[W1] gives way to it again with the focus where it was', async () => {
    await page.warned();
    const theirs = box.querySelector('dialog')!;
    theirs.showModal();
    await pass(200);
    await press('Escape');
    await pass(1000);
    await until(() => !page.dialog.open);
    expect(theirs.open).to.equal(true);
    expect(document.activeElement).to.equal(theirs.querySelector('button'));
  });

  it('[W1] does not fight a second element on the page', async () => {
    box.append(page.element.cloneNode());
    const second = box.querySelector('session-security')!;
    await until(() => second.state?.asking === null);
    await page.warned();
    await until(() => second.state?.phase === 'warning');
    expect(await openings(page.element, second)).to.equal(0);
  });

  for (const mode of ['open', 'closed'] as const) {
    it(`[W1] takes itself for no other where it is in a shadow tree that is ${mode}`, async () => {
      box.attachShadow({ mode }).append(page.element);
      await pass(1);
      await page.warned();
      // As after a look at another window: from nowhere.
      page.part('stay').blur();
      page.part('stay').focus();
      expect(await openings(page.element)).to.equal(0);
    });
  }

  /** How often their dialogs are opened again. */
  async function openings(...elements: Element[]): Promise<number> {
    let count = 0;
    for (const element of elements) {
      const dialog = element.shadowRoot!.querySelector('dialog')!;
      const show = dialog.showModal.bind(dialog);
      dialog.showModal = () => {
        count += 1;
        show();
      };
    }
    await pass(2000);
    return count;
  }

  it('[W1] opens again what popover it has closed, with the focus in it', async () => {
    const root = box.attachShadow({ mode: 'open' });
    root.innerHTML = '<div popover><input></div>';
    const popover = root.querySelector<HTMLElement>('[popover]')!;
    popover.showPopover();
    root.querySelector('input')!.focus();
    await page.warned();
    expect(popover.matches(':popover-open')).to.equal(false);
    await press('Escape');
    await pass(1000);
    await until(() => !page.dialog.open);
    expect(popover.matches(':popover-open')).to.equal(true);
    expect(root.activeElement?.localName).to.equal('input');
  });

  it('[W1] closes though a popover that it has closed is gone, or is a dialog by now', async () => {
    box.innerHTML = '<div popover="manual">Theirs</div><dialog popover="manual">Theirs</dialog>';
    const [gone, dialog] = box.children as unknown as [HTMLElement, HTMLDialogElement];
    for (const popover of [gone, dialog]) popover.showPopover();
    await page.warned();
    gone.remove();
    dialog.hidePopover();
    dialog.show();
    await press('Escape');
    await pass(1000);
    await until(() => !page.dialog.open);
    expect(page.dialog.open).to.equal(false);
  });

  it('[W1] keeps its own input from what closes by input outside of it', async () => {
    const heard: string[] = [];
    const listening = new AbortController();
    for (const type of ['focusin', 'pointerdown', 'mousedown', 'keydown', 'keyup'])
      document.addEventListener(type, () => heard.push(type), {
        // As libraries of dialogs listen for Escape, ahead of all others.
        capture: type.startsWith('key'),
        signal: listening.signal,
      });
    await page.warned();
    await press('Escape');
    const { x, y } = page.part('stay').getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(x) + 5, Math.round(y) + 5] });
    await pass(1000);
    await until(() => !page.dialog.open);
    listening.abort();
    expect(heard).to.deep.equal([]);
  });

  it('[W1] leaves a page that fights it able to go on', async () => {
    await page.warned();
    const theirs = box.querySelector('dialog')!;
    let fights = 0;
    theirs.addEventListener('focusout', () => {
      if (!theirs.isConnected) return;
      fights += 1;
      theirs.close();
      theirs.showModal();
    });
    theirs.showModal();
    await pass(2000);
    expect(fights).to.be.within(1, 11);
  });

  it('[E1] nor does a dialog of the page keep a concealed page from being left', async () => {
    await page.answer({ body: { v: 1, state: 'ended', reason: 'revoked' } });
    page.element.check();
    await pass(1000);
    await until(() => page.curtain?.open);
    box.querySelector('dialog')!.showModal();
    await pass(200);
    const { left, top } = page.part('stay').getBoundingClientRect();
    expect(page.element.shadowRoot!.elementFromPoint(left + 5, top + 5)).to.equal(page.part('stay'));
    await page.answer(live());
  });
});
