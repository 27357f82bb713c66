import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { EXPIRE_MS, live, Page, pass, pause, setUp, tearDown, until, WARN_MS } from './support/guard.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

describe('the warning', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  it('[T1] shows after warn-after without input', async () => {
    await page.open();
    await page.answer(live({ idleMs: WARN_MS }));
    await pass(WARN_MS - 1000);
    expect(page.dialog.open).to.equal(false);
    await pass(1000);
    await until(() => page.dialog.open);
    expect(page.state.phase).to.equal('warning');
  });

  it('[T1] waits anew after input', async () => {
    await page.open();
    await pass(WARN_MS - 5000);
    await press('a');
    await pass(WARN_MS - 5000);
    expect(page.state.phase).to.equal('active');
    expect(page.state.idleMs).to.be.within(WARN_MS - 5100, WARN_MS - 4900);
  });

  it('[T2] asks the server first, and stays away if somebody was active elsewhere', async () => {
    await page.open();
    await page.answer(live({ idleMs: 3000 }));
    const before = (await page.pings()).length;
    await pass(WARN_MS);
    await until(() => page.state.idleMs < 10_000);
    expect((await page.pings()).slice(before)).to.deep.equal([{ v: 1 }]);
    expect(page.dialog.open).to.equal(false);
  });

  it('[W1] is a native modal alertdialog with a name and a description, and takes the focus', async () => {
    await page.open();
    await page.warned();
    const { dialog, element } = page;
    expect(dialog.matches('dialog:modal[role=alertdialog]')).to.equal(true);
    for (const attribute of ['aria-labelledby', 'aria-describedby']) {
      const ids = dialog.getAttribute(attribute)!.split(' ');
      expect(ids.map((id) => element.shadowRoot!.getElementById(id)!.textContent.trim()).join('')).not.to.equal('');
    }
    expect(element.shadowRoot!.activeElement).to.equal(page.part('stay'));
  });

  it('[W1] gives the focus back to where it was, with what was being typed', async () => {
    await page.open();
    const field = document.querySelector<HTMLInputElement>('#field')!;
    field.value = 'half a sentence';
    field.focus();
    field.setSelectionRange(2, 6);
    await page.warned();
    expect(document.activeElement).to.equal(page.element);
    await press('Enter');
    await pass(1000);
    await until(() => !page.dialog.open);
    expect(document.activeElement).to.equal(field);
    expect([field.value, field.selectionStart, field.selectionEnd]).to.deep.equal(['half a sentence', 2, 6]);
  });

  it('[W1] gives the focus back into a frame, caret and all', async () => {
    await page.open();
    const frame = document.createElement('iframe');
    frame.srcdoc = '<body contenteditable>half a sentence</body>';
    page.element.before(frame);
    await new Promise((loaded) => {
      frame.addEventListener('load', loaded);
    });
    const { body } = frame.contentDocument!;
    body.focus();
    frame.contentDocument!.getSelection()!.collapse(body.firstChild, 4);
    await page.warned();
    await press('Escape');
    await pass(1000);
    await until(() => !page.dialog.open);
    await press('x');
    await until(() => body.textContent === 'halfx a sentence');
  });

  it('[W1] keeps the focus in it', async () => {
    await page.open(live(), 'extend-on="button" sign-out-url="/out"');
    await page.warned();
    for (let i = 0; i < 5; i += 1) {
      await press('Tab');
      expect(document.activeElement === page.element || document.activeElement === document.body).to.equal(true);
    }
  });

  it('[W4] one key extends, any number of times', async () => {
    await page.open();
    for (let time = 0; time < 3; time += 1) {
      await page.warned();
      await press('Escape');
      await pass(1000);
      await until(() => !page.dialog.open);
      expect(page.state.phase).to.equal('active');
      await pass(2000);
    }
  });

  it('[W4] Escape extends and closes it even with the pointer over it', async () => {
    await page.open();
    await page.warned();
    await pass(1000);
    const { left, top } = page.dialog.getBoundingClientRect();
    await sendMouse({ type: 'move', position: [Math.round(left + 20), Math.round(top + 20)] });
    await sendMouse({ type: 'move', position: [Math.round(left + 25), Math.round(top + 25)] });
    await until(() => page.state.status === 'confirmed');
    await press('Escape');
    await pass(1000);
    await until(() => !page.dialog.open);
  });

  it('[W4] a click on its button extends', async () => {
    await page.open(live(), 'extend-on="button"');
    await page.warned();
    page.part('stay').click();
    await pass(1000);
    await until(() => !page.dialog.open);
    expect(page.state.phase).to.equal('active');
  });

  it('[W4] comes back when the page closes it by force', async () => {
    await page.open(live(), 'extend-on="button"');
    await page.warned();
    page.dialog.close();
    await until(() => page.dialog.matches(':modal'));
    expect(page.state.phase).to.equal('warning');
  });

  it('[W4] Escape twice, with extend-on="button", leaves it where it is', async () => {
    await page.open(live(), 'extend-on="button"');
    await page.warned();
    await press('Escape');
    await press('Escape');
    await pause(50);
    await until(() => page.dialog.matches(':modal'));
    expect(page.state.phase).to.equal('warning');
  });

  it('[W5] closes only once the server has confirmed, and says so until then', async () => {
    await page.open();
    await page.warned();
    await page.answer({ hang: true });
    await pass(1000);
    page.part('stay').click();
    await until(() => page.part('message').textContent.includes('Checking with the server'));
    expect(page.dialog.matches(':modal')).to.equal(true);
  });

  it('[W5] says that the server cannot be reached, and tries again', async () => {
    await page.open();
    await page.warned();
    await page.answer({ status: 503 });
    await pass(1000);
    page.part('stay').click();
    await until(() => page.part('message').textContent.includes('be reached'));
    await page.answer(live());
    await pass(5000);
    await until(() => !page.dialog.open);
  });

  it('[A6] movement of the mouse extends, and the dialog goes once the pointer rests outside it', async () => {
    await page.open();
    await page.warned();
    await pass(1000);
    await sendMouse({ type: 'move', position: [3, 3] });
    await sendMouse({ type: 'move', position: [6, 6] });
    await until(() => page.state.status === 'confirmed');
    expect(page.dialog.open).to.equal(true);
    await pass(600);
    await until(() => !page.dialog.open);
  });

  it('[A6] stays while the pointer is over it, so that its buttons can be reached', async () => {
    await page.open();
    await page.warned();
    await pass(1000);
    const { left, top } = page.dialog.getBoundingClientRect();
    await sendMouse({ type: 'move', position: [Math.round(left + 20), Math.round(top + 20)] });
    await sendMouse({ type: 'move', position: [Math.round(left + 25), Math.round(top + 25)] });
    await until(() => page.state.status === 'confirmed');
    await pass(5000);
    expect(page.dialog.open).to.equal(true);
    await pass(1000);
    await sendMouse({ type: 'move', position: [2, 2] });
    await pass(1500);
    await until(() => !page.dialog.open);
  });

  it('[A6] goes for who types, wherever the pointer was left', async () => {
    await page.open();
    await page.warned();
    await pass(1000);
    const { left, top } = page.dialog.getBoundingClientRect();
    await sendMouse({ type: 'move', position: [Math.round(left + 20), Math.round(top + 20)] });
    await sendMouse({ type: 'move', position: [Math.round(left + 25), Math.round(top + 25)] });
    await until(() => page.state.status === 'confirmed');
    await press('a');
    await until(() => !page.dialog.open);
  });

  it('[A6] with extend-on="button" activity does not extend', async () => {
    await page.open(live(), 'extend-on="button"');
    await page.warned();
    const pings = (await page.pings()).length;
    await pass(1000);
    await sendMouse({ type: 'move', position: [3, 3] });
    await sendMouse({ type: 'move', position: [6, 6] });
    await press('a');
    await pass(2000);
    expect(page.dialog.open).to.equal(true);
    expect(await page.pings()).to.have.length(pings);
  });

  it('[W6] offers to sign out where there is a form for it, and submits it', async () => {
    await page.open(
      live(),
      '',
      '<form slot="sign-out" method="post" action="/out"><input name="csrf" value="1" /></form>',
    );
    await page.warned();
    const submitted = new Promise<SubmitEvent>((heard) => {
      page.element.addEventListener(
        'submit',
        (event) => {
          event.preventDefault();
          heard(event);
        },
        { once: true },
      );
    });
    window.addEventListener(
      'session-end',
      (event) => {
        event.stopImmediatePropagation();
      },
      { capture: true, once: true },
    );
    page.part('sign-out').click();
    expect((await submitted).target).to.equal(page.element.querySelector('form'));
    expect(page.curtain!.matches(':modal')).to.equal(true);
  });

  it('[W6] offers to sign out where there is a sign-out-url', async () => {
    await page.open(live(), 'sign-out-url="/out"');
    await page.warned();
    const end = page.next('session-end');
    page.part('sign-out').click();
    expect((await end).reason).to.equal('signed-out');
  });

  it('[W6] submits the form whatever its fields are named', async () => {
    const fields = ['action', 'method', 'submit', 'requestSubmit'].map((name) => `<input name="${name}" />`);
    await page.open(live(), '', `<form slot="sign-out" method="post" action="/out">${fields.join('')}</form>`);
    const submitted = new Promise<string>((heard) => {
      page.element.addEventListener('submit', (event) => {
        event.preventDefault();
        heard(event.type);
      });
    });
    window.addEventListener(
      'session-end',
      (event) => {
        event.stopImmediatePropagation();
      },
      { capture: true, once: true },
    );
    page.element.signOut();
    expect(await submitted).to.equal('submit');
  });

  it('[W6] has no button to sign out where there is no way to', async () => {
    await page.open();
    await page.warned();
    expect(page.part('sign-out')).to.equal(null);
  });

  it('[W2] counts down the true time left', async () => {
    await page.open();
    await page.warned();
    const shown = (): string => page.part('countdown').textContent.trim();
    expect(shown()).to.match(/^0:(30|29)$/);
    await pass(10_000);
    await until(() => /^0:(20|19)$/.test(shown()));
    expect(page.state.remainingMs).to.be.within(EXPIRE_MS - WARN_MS - 11_000, EXPIRE_MS - WARN_MS - 9_000);
  });

  for (const cancels of [false, true]) {
    it(`[W9] can be answered at once by its listener${cancels ? ', who cancels it' : ''}`, async () => {
      await page.open(null, `warn-after="60" expire-after="90" sign-out-url="/out"`);
      const phases: string[] = [];
      page.element.addEventListener('session-warning', (event) => {
        if (cancels) event.preventDefault();
        page.element.extend();
      });
      page.element.addEventListener('session-state', ({ state }) => phases.push(state.phase));
      await pass(WARN_MS);
      expect(page.state.phase).to.equal('active');
      expect(phases.at(-1)).to.equal('active');
      expect(page.element.matches(':state(active)')).to.equal(true);
      expect(page.dialog.open).to.equal(false);
    });
  }

  it('[W9] can be replaced by cancelling session-warning', async () => {
    await page.open();
    page.element.addEventListener('session-warning', (event) => {
      event.preventDefault();
    });
    await page.answer(live({ idleMs: WARN_MS }));
    const warning = page.next('session-warning');
    await pass(WARN_MS);
    expect((await warning).cause).to.equal('idle');
    await pause(50);
    expect(page.dialog.open).to.equal(false);
    expect(page.state.phase).to.equal('warning');
  });
});
