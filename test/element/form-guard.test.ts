import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { live, Page, pass, pause, setUp, tearDown, until } from './support/guard.js';
import { devtools, noteTest, pressUntil } from './support/input.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);

/** A form-associated element that says nothing but by its value. */
customElements.define(
  'x-rating',
  class extends HTMLElement {
    static formAssociated = true;
    constructor() {
      super();
      this.tabIndex = 0;
      const internals = this.attachInternals();
      internals.setFormValue('0');
      this.addEventListener('keydown', ({ key }) => {
        internals.setFormValue(key);
      });
    }
  },
);

/** One with a field inside, whose events come out of it. */
customElements.define(
  'x-field',
  class extends HTMLElement {
    static formAssociated = true;
    constructor() {
      super();
      const internals = this.attachInternals();
      const field = document.createElement('input');
      this.attachShadow({ mode: 'closed', delegatesFocus: true }).append(field);
      field.addEventListener('input', () => {
        internals.setFormValue(field.value);
      });
    }
  },
);

const FORM =
  '<form id="form" action="/test/element/support/plain.html"><input name="text" value="text"><input name="more"><button>Save</button></form>';

describe('confirm-form-discard', () => {
  let page: Page;
  let stop: AbortController;
  beforeEach(noteTest);
  beforeEach(() => {
    setUp();
    page = new Page();
    stop = new AbortController();
    // No test may leave its page.
    window.addEventListener(
      'submit',
      (event) => {
        (event.target as HTMLFormElement).target = sink.name;
      },
      { capture: true, signal: stop.signal },
    );
    sink = document.createElement('iframe');
    sink.name = `sink-${String(performance.now())}`;
    sink.hidden = true;
    document.body.append(sink);
  });
  afterEach(async () => {
    stop.abort();
    sink.remove();
    for (const left of document.querySelectorAll('.left')) left.remove();
    await tearDown();
  });
  let sink: HTMLIFrameElement;

  const open = (content = FORM, attributes = 'confirm-form-discard'): Promise<unknown> => {
    put(content);
    return page.open(live(), attributes);
  };

  /** Somewhere on the page, not in the element. */
  function put(content: string): HTMLElement {
    const box = document.createElement('div');
    box.className = 'left';
    box.innerHTML = content;
    document.body.append(box);
    return box;
  }

  const find = (selector: string): HTMLElement => document.querySelector<HTMLElement>(`.left ${selector}`)!;

  async function typeInto(selector: string, key = 'a'): Promise<void> {
    find(selector).focus();
    await pressUntil('keyup', key);
    await pass(1);
  }

  /** Whether the browser would ask. */
  function asks(): boolean {
    // No constructor makes this kind of event.
    const leaving = document.createEvent('BeforeUnloadEvent');
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    leaving.initEvent('beforeunload', false, true);
    window.dispatchEvent(leaving);
    return leaving.defaultPrevented;
  }

  /** Presses a button without a pointer, as a person does. */
  async function choose(selector: string): Promise<void> {
    find(selector).focus();
    await pressUntil('click', 'Enter');
    await pass(1);
  }

  it('[E3] asks while a field that never lost the focus has changed', async () => {
    await open();
    expect(asks()).to.equal(false);
    await typeInto('[name=text]');
    expect(document.activeElement).to.equal(find('[name=text]'));
    expect(asks()).to.equal(true);
  });

  it('[E3] sees text without keys, as dictation writes it', async () => {
    await open();
    find('[name=text]').focus();
    await pass(1);
    await devtools(['Input.insertText', { text: 'dictated' }]);
    await pass(1);
    expect(asks()).to.equal(true);
  });

  it('[E3] does not ask without the attribute', async () => {
    await open(FORM, '');
    await typeInto('[name=text]');
    expect(asks()).to.equal(false);
  });

  it('[E3] does not ask for a form in which somebody has only been', async () => {
    await open();
    find('[name=text]').focus();
    await press('Tab');
    await press('Tab');
    await pass(1);
    expect(asks()).to.equal(false);
  });

  it('[E3] does not ask once everything is as it was', async () => {
    await open();
    await typeInto('[name=more]');
    expect(asks()).to.equal(true);
    await typeInto('[name=more]', 'Backspace');
    expect(asks()).to.equal(false);
  });

  it('[E3] sees a box that was checked, and a choice', async () => {
    await open('<form><input type="checkbox" name="box"><select multiple><option>a<option>b</select></form>');
    await typeInto('[name=box]', 'Space');
    expect(asks()).to.equal(true);
    await typeInto('[name=box]', 'Space');
    expect(asks()).to.equal(false);
    await typeInto('select', 'ArrowDown');
    expect(asks()).to.equal(true);
  });

  it('[E3] sees a field without a name', async () => {
    await open('<form><input></form>');
    await typeInto('input');
    expect(asks()).to.equal(true);
  });

  it('[E3] sees a field whose form is elsewhere', async () => {
    await open('<form id="elsewhere"></form><input form="elsewhere" name="text">');
    await typeInto('input');
    expect(asks()).to.equal(true);
  });

  it('[E3] sees a form whose fields are named as its methods', async () => {
    await open('<form><input name="elements"><input name="form"></form>');
    await typeInto('[name=elements]');
    expect(asks()).to.equal(true);
  });

  it('[E3] sees a form that is added later', async () => {
    await open('');
    put(FORM);
    await typeInto('[name=text]');
    expect(asks()).to.equal(true);
  });

  it('[E3] sees a form in a shadow tree', async () => {
    await open('<div class="host"></div>');
    const root = find('.host').attachShadow({ mode: 'open' });
    root.innerHTML = FORM;
    root.querySelector('input')!.focus();
    await press('a');
    await pass(1);
    expect(asks()).to.equal(true);
    root.querySelector('form')!.target = sink.name;
    root.querySelector('button')!.focus();
    await press('Enter');
    await pass(1);
    expect(asks()).to.equal(false);
  });

  for (const tag of ['x-rating', 'x-field']) {
    it(`[E3] sees a form-associated element, <${tag}>`, async () => {
      await open(`<form><${tag} name="own"></${tag}></form>`);
      await typeInto(tag, '5');
      expect(asks()).to.equal(true);
    });
  }

  it('[E3] sees contenteditable in a form', async () => {
    await open('<form><div contenteditable="true"><p>text</p></div></form>');
    await typeInto('[contenteditable]');
    expect(asks()).to.equal(true);
  });

  it('[E3] sees contenteditable outside of forms', async () => {
    await open(`${FORM}<div contenteditable><p>text</p></div>`);
    await typeInto('[contenteditable]');
    expect(asks()).to.equal(true);
  });

  it('[E3] does not ask for what was submitted', async () => {
    await open();
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(false);
  });

  it('[E3] does not ask while the submitted form is on its way', async () => {
    await open();
    await typeInto('[name=text]');
    let asked: boolean | undefined;
    find('form').addEventListener('submit', () => {
      queueMicrotask(() => {
        asked = asks();
      });
    });
    await choose('button');
    expect(asked).to.equal(false);
  });

  it('[E3] asks again when what was submitted is changed further', async () => {
    await open();
    await typeInto('[name=text]');
    await choose('button');
    await typeInto('[name=more]');
    expect(asks()).to.equal(true);
  });

  it('[E3] asks when another form than the one submitted has changed', async () => {
    await open(`${FORM}<form><input class="other"></form>`);
    await typeInto('.other');
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(true);
  });

  it('[E3] asks when the submit was cancelled, by however late a listener', async () => {
    await open();
    window.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
      },
      { signal: stop.signal },
    );
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(true);
  });

  it('[E3] asks when the cancelled form is only read by a script', async () => {
    await open();
    find('form').addEventListener('submit', (event) => {
      event.preventDefault();
      new FormData(event.target as HTMLFormElement);
    });
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(true);
  });

  it('[E3] does not ask once the application says that it has saved the form', async () => {
    await open();
    await typeInto('[name=text]');
    page.element.saved(find('form'));
    expect(asks()).to.equal(false);
    await typeInto('[name=text]');
    expect(asks()).to.equal(true);
  });

  it('[E3] does not ask for what was reset', async () => {
    await open(FORM.replace('<button>', '<button type="reset">'));
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(false);
  });

  it('[E3] does not ask for what was reset from what the browser had restored', async () => {
    await open(FORM.replace('<button>', '<button type="reset">'));
    (find('[name=text]') as HTMLInputElement).value = 'restored';
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(false);
  });

  it('[E3] asks when the reset was cancelled', async () => {
    await open(FORM.replace('<button>', '<button type="reset">'));
    find('form').addEventListener('reset', (event) => {
      event.preventDefault();
    });
    await typeInto('[name=text]');
    await choose('button');
    expect(asks()).to.equal(true);
  });

  for (const method of ['submit', 'requestSubmit'] as const) {
    it(`[E3] does not ask for what a script sends by ${method}()`, async () => {
      await open();
      const form = find('form') as HTMLFormElement;
      form.target = sink.name;
      await typeInto('[name=text]');
      form[method]();
      expect(asks()).to.equal(false);
    });
  }

  it('[E3] does not ask for a form that is gone', async () => {
    await open();
    await typeInto('[name=text]');
    find('form').remove();
    expect(asks()).to.equal(false);
  });

  for (const content of [FORM.replace('<form', '<form data-discardable'), `<main data-discardable>${FORM}</main>`]) {
    it(`[E3] does not ask for what may be lost: ${content.slice(0, 24)}`, async () => {
      await open(content);
      await typeInto('[name=text]');
      expect(asks()).to.equal(false);
    });
  }

  it('[E3] does not ask for the form that signs out', async () => {
    await page.open(live(), 'confirm-form-discard', '<form slot="sign-out"><input name="reason"></form>');
    const slot = page.element.shadowRoot!.querySelector<HTMLElement>('slot[name=sign-out]')!;
    slot.hidden = false;
    slot.style.display = 'block';
    page.element.querySelector('input')!.focus();
    await press('a');
    await until(() => page.element.querySelector('input')!.value === 'a');
    await pass(1);
    expect(asks()).to.equal(false);
  });

  it('[E3] forgets nothing when an attribute changes', async () => {
    await open();
    await typeInto('[name=text]');
    page.element.warnAfter = 50;
    await page.element.updateComplete;
    expect(asks()).to.equal(true);
    await choose('button');
    expect(asks()).to.equal(false);
  });

  it('[E3] asks when a toolbar that is in no form has changed what is edited', async () => {
    await open('<div id="text" contenteditable>text</div><button id="tool">Bold</button>');
    const tool = find('#tool');
    // The focus stays where it is, as in editors.
    tool.addEventListener('mousedown', (event) => {
      event.preventDefault();
    });
    tool.addEventListener('click', () => {
      find('#text').innerHTML = '<b>text</b>';
    });
    find('#text').focus();
    await pass(1);
    const { x, y } = tool.getBoundingClientRect();
    await sendMouse({ type: 'click', position: [Math.round(x) + 5, Math.round(y) + 5] });
    await pass(1);
    expect(asks()).to.equal(true);
  });

  it('[E3] forgets nothing while a form is away', async () => {
    await open(`${FORM}<form id="other"><input></form>`);
    await typeInto('[name=text]');
    const form = find('#form');
    const { parentElement } = form;
    form.remove();
    find('#other input').focus();
    await pass(1);
    parentElement!.append(form);
    find('[name=text]').focus();
    await pass(1);
    expect(asks()).to.equal(true);
  });

  it('[E3] asks before a locked page is left, which is kept for what was entered', async () => {
    put(FORM);
    await page.open(live({ owner: 'ann' }), 'confirm-form-discard lock lock-for="60" sign-in-url="/sign-in"');
    await typeInto('[name=text]');
    await page.answer({ body: { v: 1, state: 'ended', reason: 'revoked' } });
    page.element.check();
    await pass(1000);
    await until(() => page.state.phase === 'locked');
    expect(asks()).to.equal(true);
    await pass(60_000);
    expect(page.state.phase).to.equal('ended');
    expect(asks()).to.equal(false);
  });

  it('[E3] is over with the attribute', async () => {
    await open();
    await typeInto('[name=text]');
    page.element.confirmFormDiscard = false;
    await page.element.updateComplete;
    expect(asks()).to.equal(false);
  });

  it('[E2] never holds back what leaves a page whose session is over', async () => {
    await open();
    await typeInto('[name=text]');
    await page.answer({ body: { v: 1, state: 'ended', reason: 'revoked' } });
    page.element.check();
    await pass(1000);
    await until(() => page.state.phase === 'ended');
    expect(asks()).to.equal(false);
  });

  it('[C8] listens for the leaving only while there are changes', async () => {
    const listening = new Set<unknown>();
    const addEventListener = window.addEventListener.bind(window);
    const removeEventListener = window.removeEventListener.bind(window);
    window.addEventListener = ((type: string, listener: EventListener, options?: AddEventListenerOptions) => {
      if (type.endsWith('unload')) {
        listening.add(listener);
        options?.signal?.addEventListener('abort', () => listening.delete(listener));
      }
      addEventListener(type, listener, options);
    }) as typeof window.addEventListener;
    window.removeEventListener = ((type: string, listener: EventListener) => {
      if (type.endsWith('unload')) listening.delete(listener);
      removeEventListener(type, listener);
    }) as typeof window.removeEventListener;
    await open();
    find('[name=more]').focus();
    expect(listening.size).to.equal(0);
    await typeInto('[name=more]');
    expect(listening.size).to.equal(1);
    await typeInto('[name=more]', 'Backspace');
    await sendMouse({ type: 'click', position: [5, 5] });
    await pass(1);
    expect(listening.size).to.equal(0);
    await typeInto('[name=more]');
    expect(listening.size).to.equal(1);
    page.element.remove();
    await pause(0);
    expect(listening.size).to.equal(0);
    window.addEventListener = addEventListener;
    window.removeEventListener = removeEventListener;
  });

  it('[P2] removal gives the forms their own submit() back', async () => {
    const before = Reflect.get(HTMLFormElement.prototype, 'submit');
    await open();
    expect(Reflect.get(HTMLFormElement.prototype, 'submit')).not.to.equal(before);
    page.element.remove();
    await pause(0);
    expect(Reflect.get(HTMLFormElement.prototype, 'submit')).to.equal(before);
  });
});
