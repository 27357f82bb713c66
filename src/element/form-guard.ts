/**
 * Unsaved changes: as long as a form holds some, the browser asks before the page is left (E3). A form has changed when
 * it does not hold what it held as somebody first came to it. Text that is edited outside of forms is one of its own.
 */
import { watchScriptedSubmits } from './scripted-submit.js';

/** What may be lost: what the application says so of, and the form that signs out. */
const DISCARDABLE = '[data-discardable], session-security';

const INTERACTION = ['focusin', 'pointerdown', 'keydown', 'beforeinput', 'input', 'change', 'click', 'focusout'];

export class FormGuard {
  /** Those on the page, where somebody has been. */
  readonly #forms = new Set<Element>();
  /** Kept for those that the page takes away and puts back, too. */
  readonly #originals = new WeakMap<Element, string>();
  /** Submits and resets of which it is not known yet whether the page cancels them. */
  readonly #done = new Map<EventTarget | null, Event>();
  readonly #isNeeded: () => boolean;
  #signal: AbortSignal | null = null;
  #asks = false;

  /** `isNeeded` is asked as the page is about to be left. */
  constructor(isNeeded: () => boolean) {
    this.#isNeeded = isNeeded;
  }

  /** May be called again, with another signal: what has changed is not forgotten meanwhile. */
  watch(signal: AbortSignal): void {
    this.#signal = signal;
    this.#asks = false;
    for (const type of INTERACTION) window.addEventListener(type, this.#onInteraction, { capture: true, signal });
    for (const form of this.#forms) this.#follow(form);
    watchScriptedSubmits((form) => {
      this.forget(form);
    }, signal);
    this.#check();
  }

  /** The form has no unsaved changes, until it is changed again. */
  forget(form: Element): void {
    this.#forget(form);
    this.#check();
  }

  #forget(form: Element): void {
    this.#forms.delete(form);
    this.#originals.delete(form);
  }

  readonly #onInteraction = (event: Event): void => {
    const form = formOf(event);
    if (form && !this.#forms.has(form)) {
      for (const known of this.#forms) if (!known.isConnected) this.#forms.delete(known);
      this.#forms.add(form);
      if (!this.#originals.has(form)) this.#originals.set(form, stateOf(form));
      this.#follow(form);
    }
    // By then the page has dealt with the event, whose place may be a toolbar that is in no form. While there are changes,
    // not each key can be the one that undoes them.
    if (!this.#asks || !/key|input/.test(event.type)) setTimeout(this.#check);
  };

  /** These are not heard out of a shadow tree. */
  #follow(form: Element): void {
    const root = form.getRootNode();
    for (const type of ['submit', 'reset'])
      root.addEventListener(type, this.#onDone, { capture: true, signal: this.#signal as AbortSignal });
  }

  readonly #onDone = (event: Event): void => {
    this.#done.set(event.target, event);
    setTimeout(this.#check);
  };

  /** Listens only while there is something to lose: some browsers keep no page that listens for coming back to. */
  readonly #check = (): void => {
    const signal = this.#signal;
    if (!signal || signal.aborted || this.#asks === this.#isDirty()) return;
    this.#asks = !this.#asks;
    if (this.#asks) window.addEventListener('beforeunload', this.#onLeave, { signal });
    else window.removeEventListener('beforeunload', this.#onLeave);
  };

  readonly #onLeave = (event: Event): void => {
    if (this.#isNeeded() && this.#isDirty()) event.preventDefault();
  };

  #isDirty(): boolean {
    for (const [form, { defaultPrevented }] of this.#done) if (!defaultPrevented) this.#forget(form as Element);
    this.#done.clear();
    return [...this.#forms].some(
      (form) => form.isConnected && !form.closest(DISCARDABLE) && stateOf(form) !== this.#originals.get(form),
    );
  }
}

/** The form to which the event belongs, or else the text that is edited. */
function formOf(event: Event): Element | undefined {
  // Window and document have what is named "form" as their property of this name.
  const path = event.composedPath().filter((target) => target instanceof HTMLElement) as HTMLInputElement[];
  const forms = path.map((target) => (target instanceof HTMLFormElement ? target : target.form));
  return forms.find((form) => form instanceof HTMLFormElement) ?? path.findLast((target) => target.isContentEditable);
}

/** Fields without a name and edited text as well; custom fields as they would be sent. */
function stateOf(form: Element): string {
  const isForm = form instanceof HTMLFormElement;
  // Its fields may be named "elements".
  const fields = isForm ? (Reflect.get(HTMLFormElement.prototype, 'elements', form) as Iterable<HTMLInputElement>) : [];
  return JSON.stringify([
    ...[...fields].map(({ value, checked }) => [value, checked]),
    ...(isForm ? new FormData(form) : [[form.innerHTML]]),
    ...[...form.querySelectorAll('[contenteditable]')].map(({ innerHTML }) => innerHTML),
  ]);
}
