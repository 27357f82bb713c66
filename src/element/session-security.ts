import { LitElement, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';
import { Controller } from './controller.js';
import { Curtain, curtainStyles } from './curtain.js';
import { destination } from './departure.js';
import { dialogStyles, warningTemplate, type Warning } from './dialog.js';
import {
  SessionEndEvent,
  SessionExtendEvent,
  SessionStateEvent,
  SessionWarningEvent,
  type SessionState,
} from './events.js';
import { english } from './messages.js';
import { Modal } from './modal.js';
import { checkWarning, readSettings, type Settings } from './settings.js';
import { differs } from './snapshot.js';

export * from './events.js';

/**
 * Signs out an unattended browser, and never a person at work: watches for activity, asks the server before it warns
 * and before the session ends, and conceals the page when it has.
 *
 * @tag session-security
 * @summary Guards a signed-in page against being left open.
 *
 * @attr {number} warn-after - Seconds of inactivity after which the warning shows; above 0. Default: the server's limit; 60 seconds before the end where nobody names one.
 * @attr {number} expire-after - Seconds of inactivity after which the session ends; above 0. The stricter of this and the server's limit holds. Default: the server's limit; 600 where nobody names one.
 * @attr {string} ping-url - Where the server is told of activity and asked about the session, by POST; http(s), relative to the document's base. Without it the element relies on its own limits and needs a way to sign out.
 * @attr {string} sign-in-url - Where to go when the session has ended; the present place is handed over as the parameter `next`. Default: the same address again, by GET.
 * @attr {string} sign-out-url - Takes a POST that signs out. A form in the slot `sign-out` goes before it.
 * @attr {'any' | 'button'} extend-on - What takes back a warning: `any` activity, or only the dialog's `button`. Default: `any`.
 * @attr {string} events - Space-separated names of the events that count as activity, instead of the default list.
 *
 * @fires {SessionWarningEvent} session-warning - The warning is due. Cancel it to show your own instead of the dialog.
 * @fires {SessionExtendEvent} session-extend - The warning is over and the session goes on.
 * @fires {SessionEndEvent} session-end - The session is over and the page concealed. Cancel it to leave the page by yourself.
 * @fires {SessionStateEvent} session-state - Anything but the passing of time has changed.
 *
 * @slot sign-out - The application's own form that signs out, with its CSRF field. It is not shown; the dialog's button submits it.
 * @slot idle-title - Title of the warning of inactivity.
 * @slot idle-text - Text of the warning of inactivity.
 * @slot lifetime-title - Title of the warning that the session cannot be extended any more.
 * @slot lifetime-text - Text of that warning.
 *
 * @csspart dialog - The warning.
 * @csspart countdown - The ring with the time left in it.
 * @csspart track - The ring's ground.
 * @csspart ring - The part of the ring that stands for the time left.
 * @csspart title - The warning's or the curtain's title.
 * @csspart message - The warning's text.
 * @csspart buttons - The row of buttons.
 * @csspart button - Each button.
 * @csspart stay - The button that extends, and the curtain's link.
 * @csspart sign-out - The button that signs out.
 * @csspart curtain - What conceals the page.
 *
 * @cssprop --session-security-accent - Colour of the ring and the buttons.
 * @cssprop --session-security-on-accent - Colour of text on the accent.
 * @cssprop --session-security-surface - Ground of dialog and curtain.
 * @cssprop --session-security-text - Colour of text.
 * @cssprop --session-security-backdrop - What lies over the page while the warning shows.
 * @cssprop --session-security-radius - Radius of the dialog's corners.
 */
export class SessionSecurity extends LitElement {
  static override properties = {
    warnAfter: { type: Number, attribute: 'warn-after' },
    expireAfter: { type: Number, attribute: 'expire-after' },
    pingUrl: { attribute: 'ping-url' },
    signInUrl: { attribute: 'sign-in-url' },
    signOutUrl: { attribute: 'sign-out-url' },
    extendOn: { attribute: 'extend-on' },
    events: {},
  };

  static override styles: CSSResult[] = [dialogStyles, curtainStyles];

  declare warnAfter: number | null;
  declare expireAfter: number | null;
  declare pingUrl: string | null;
  declare signInUrl: string | null;
  declare signOutUrl: string | null;
  declare extendOn: string | null;
  declare events: string | null;

  readonly #controller = new Controller({
    settings: () => this.#settings(),
    report: (fault) => {
      this.#report(fault);
    },
    changed: (state) => {
      this.#show(state);
    },
    ended: (reason) => this.dispatchEvent(new SessionEndEvent(reason)),
    isOverDialog: (event) => this.#isOverDialog(event),
  });
  readonly #reported = new Set<string>();
  #curtain: Curtain | null = null;
  #dialog: HTMLDialogElement | null = null;
  #modal: Modal | null = null;
  #shown: SessionState | null = null;
  /** What was left when the dialog opened; `null` while there is none. */
  #openedMs: number | null = null;

  constructor() {
    super();
    this.warnAfter = null;
    this.expireAfter = null;
    this.pingUrl = null;
    this.signInUrl = null;
    this.signOutUrl = null;
    this.extendOn = null;
    this.events = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) return;
    this.#controller.start();
    // A dialog that was moved with its element has lost its place on top.
    if (this.#shown) this.#show(this.#shown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // An element that is only being moved is back before the microtask.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#controller.stop();
      this.#curtain?.reveal();
      this.#modal?.close();
    });
  }

  /** What is known now; `null` before the element has started. */
  get state(): SessionState | null {
    return this.#controller.state;
  }

  /** Tells of activity that the browser cannot see, as if there had been input. */
  activity(): void {
    this.#controller.activity();
  }

  /** Extends the session as the dialog's button does, and tells the server at once. */
  extend(): void {
    this.#controller.send({ type: 'extend' });
  }

  /** Conceals the page and signs out by the form in the slot or `sign-out-url`. Without either it reports a fault. */
  signOut(): void {
    if (this.#settings().signOut) this.#controller.send({ type: 'sign-out' });
    else this.#report('signOut() has no way to sign out. Add a form in slot="sign-out", or sign-out-url.');
  }

  /** Asks the server where the session stands: after a sign-in without a new page, or when it may have been revoked. */
  check(): void {
    this.#controller.send({ type: 'check' });
  }

  override render(): TemplateResult {
    return warningTemplate(this.#warning(), this, english, { canSignOut: this.#settings().signOut !== null });
  }

  protected override firstUpdated(): void {
    this.#curtain = new Curtain(this.renderRoot as ShadowRoot);
    this.#dialog = this.renderRoot.querySelector('#warning') as HTMLDialogElement;
    this.#modal = new Modal(this.#dialog);
    this.renderRoot.addEventListener('slotchange', () => {
      this.#controller.configure();
    });
    this.#controller.start();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size > 0) this.#controller.configure();
    if (this.#openedMs === null) this.#modal?.close();
    else this.#modal?.open();
  }

  #settings(): Settings {
    const form = this.querySelector<HTMLFormElement>(':scope > form[slot=sign-out], :scope > [slot=sign-out] form');
    return readSettings(this, form, (fault) => {
      this.#report(fault);
    });
  }

  #report(fault: string): void {
    if (this.#reported.has(fault)) return;
    this.#reported.add(fault);
    console.error(`<session-security>: ${fault}`);
  }

  #show(state: SessionState): void {
    const before = this.#shown;
    this.#shown = state;
    if (state.concealed) this.#conceal(state);
    else this.#curtain?.reveal();
    this.#warn(state, before);
    if (state.phase !== 'dormant')
      checkWarning(state, (fault) => {
        this.#report(fault);
      });
    if (!before || differs(state, before)) this.dispatchEvent(new SessionStateEvent(state));
  }

  #conceal({ reason }: SessionState): void {
    const href = destination(this.#settings().signInUrl).href;
    this.#curtain?.conceal();
    this.#curtain?.explain({
      heading: reason ? english.ended : english.checking,
      ...(reason && { words: english[`ended-${reason}`], link: { href, label: english.signInAgain } }),
      lang: english.lang,
      dir: english.dir,
    });
  }

  #warn(state: SessionState, before: SessionState | null): void {
    const { phase, cause, remainingMs } = state;
    if (phase === 'warning' && before?.phase !== 'warning') {
      const own = !this.dispatchEvent(new SessionWarningEvent(cause, remainingMs));
      this.#openedMs = own ? null : remainingMs;
    } else if (phase !== 'warning' && before?.phase === 'warning') {
      this.#openedMs = null;
      if (phase === 'active') this.dispatchEvent(new SessionExtendEvent());
    } else if (this.#openedMs === null) return;
    this.requestUpdate();
  }

  /** A modal dialog gets all events, also those of what lies around it. */
  #isOverDialog({ clientX: x, clientY: y }: PointerEvent): boolean {
    const box = this.#dialog?.getBoundingClientRect();
    return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  }

  #warning(): Warning | null {
    const { state } = this;
    if (!state || this.#openedMs === null) return null;
    const { cause, remainingMs, status } = state;
    const { extendOn } = this.#settings();
    return { cause, remainingMs, totalMs: Math.max(this.#openedMs, remainingMs), status, extendOn };
  }
}
