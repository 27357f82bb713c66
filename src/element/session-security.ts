import { LitElement, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';
import { Controller } from './controller.js';
import { conceal } from './curtain.js';
import { destination, goTo } from './departure.js';
import { dialogStyles, dialogTemplate } from './dialog.js';
import {
  SessionEndEvent,
  SessionExtendEvent,
  SessionResumeEvent,
  SessionStateEvent,
  SessionWarningEvent,
  type SessionState,
} from './events.js';
import { remedies } from './faults.js';
import { Words } from './languages.js';
import { replaceTexts, type Messages } from './messages.js';
import { openModal } from './modal.js';
import { Notice } from './notice.js';
import { checkWarning, readSettings, type Report, type Settings } from './settings.js';
import { differs } from './snapshot.js';

export * from './events.js';
export type { Messages } from './messages.js';

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
 * @attr {'post' | 'get'} ping-method - How it is told: by `post`, or by `get` as django-session-security is, which knows neither the limits nor a lifetime nor whose session it is: set `warn-after` and `expire-after`. Default: `post`.
 * @attr {string} headers - What the pings bear besides, such as a token against CSRF: a JSON object of names and texts; as a property, an object as well. None by default.
 * @attr {'same-origin' | 'include' | 'omit'} credentials - Whether the pings bear cookies: to the same origin, to any, or to none (Fetch, `RequestCredentials`). Default: `same-origin`.
 * @attr {string} sign-in-url - Where to go when the session has ended; the present place is handed over as the parameter `next`. Default: the same address again, by GET.
 * @attr {string} end-session-url - Where to go when the session has ended instead of to the sign-in: where single sign-on ends its own session (OpenID Connect RP-Initiated Logout), so that nobody is signed in again by itself. Default: `sign-in-url`.
 * @attr {boolean} lock - Keeps an ended page, concealed and inert, until the same person has signed in again in another window; it then is as it was. Who it is, the server's `owner` says: give `sessionSecurity()` a `secret`. Needs a ping-url. Default: off.
 * @attr {number} lock-for - Seconds after which a locked page is given up; above 0. Default: 900.
 * @attr {boolean} notify - Shows a system notification when the warning comes while the page is hidden, if the person has allowed the site to. Default: off; the title tells it in any case.
 * @attr {string} sign-out-url - Takes a POST that signs out. A form in the slot `sign-out` goes before it.
 * @attr {'any' | 'button'} extend-on - What takes back a warning: `any` activity, or only the dialog's `button`. Default: `any`.
 * @attr {string} events - Space-separated names of the events that count as activity, instead of the default list.
 * @attr {string} channel - What the tabs of one application call each other by. Name one where applications of one origin share a ping URL, or have none. Default: the ping URL.
 * @attr {Partial<Messages>} messages - Texts by name, in place of those of the page's language; as an attribute in JSON.
 * @attr {string} frame-origins - Space-separated origins, such as `https://maps.example`, whose frames may report activity by `session-security/frame`. Default: none.
 * @attr {number} media-for - Seconds since the last input for which media that plays and can be heard counts as activity; above 0. Default: not at all.
 * @attr {boolean} confirm-form-discard - Lets the browser ask before a page with unsaved changes is left: in forms, or in text that is edited outside of forms. What bears `data-discardable` may be lost. Never stands in the way of the session's end.
 *
 * @fires {SessionWarningEvent} session-warning - The warning is due. Cancel it to show your own instead of the dialog.
 * @fires {SessionExtendEvent} session-extend - The warning is over and the session goes on.
 * @fires {SessionEndEvent} session-end - The session is over and the page concealed. Cancel it to leave the page by yourself.
 * @fires {SessionResumeEvent} session-resume - The same person has signed in again on a locked page: time to refresh its tokens.
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
    pingMethod: { attribute: 'ping-method' },
    headers: { hasChanged },
    credentials: {},
    signInUrl: { attribute: 'sign-in-url' },
    endSessionUrl: { attribute: 'end-session-url' },
    signOutUrl: { attribute: 'sign-out-url' },
    lock: { type: Boolean },
    lockFor: { type: Number, attribute: 'lock-for' },
    notify: { type: Boolean },
    extendOn: { attribute: 'extend-on' },
    events: {},
    channel: {},
    messages: { type: Object, hasChanged },
    frameOrigins: { attribute: 'frame-origins' },
    mediaFor: { type: Number, attribute: 'media-for' },
    confirmFormDiscard: { type: Boolean, attribute: 'confirm-form-discard' },
  };

  static override styles: CSSResult = dialogStyles;

  declare warnAfter: number | null;
  declare expireAfter: number | null;
  declare pingUrl: string | null;
  declare pingMethod: 'post' | 'get' | null;
  declare headers: string | Record<string, string> | null;
  declare credentials: 'same-origin' | 'include' | 'omit' | null;
  declare signInUrl: string | null;
  declare endSessionUrl: string | null;
  declare signOutUrl: string | null;
  declare lock: boolean;
  declare lockFor: number | null;
  declare notify: boolean;
  declare extendOn: 'any' | 'button' | null;
  declare events: string | null;
  declare channel: string | null;
  declare messages: Partial<Messages> | null;
  declare frameOrigins: string | null;
  declare mediaFor: number | null;
  declare confirmFormDiscard: boolean;

  readonly #reported = new Set<string>();
  /** Writes each fault once. */
  readonly #report: Report = (fault, found) => {
    if (this.#reported.has(found)) return;
    this.#reported.add(found);
    console.error(`<session-security>: ${found} ${remedies[fault]}`);
  };
  readonly #controller = new Controller({
    settings: () => this.#settings(),
    report: this.#report,
    changed: (state) => {
      this.#show(state);
    },
    ended: (reason) => this.dispatchEvent(new SessionEndEvent(reason)),
    resumed: () => this.dispatchEvent(new SessionResumeEvent()),
    looped: () => {
      this.#isLooped = true;
      this.#draw();
    },
    isOverDialog: (event) => this.#isOverDialog(event),
  });
  readonly #words = new Words();
  readonly #internals = this.attachInternals();
  readonly #notice = new Notice();
  #isLooped = false;
  #close: (() => void) | null = null;
  #reveal: (() => void) | null = null;
  #shown: SessionState | null = null;
  /** What was left when the dialog opened; `null` while there is none. */
  #openedMs: number | null = null;

  constructor() {
    super();
    this.warnAfter = null;
    this.expireAfter = null;
    this.pingUrl = null;
    this.pingMethod = null;
    this.headers = null;
    this.credentials = null;
    this.signInUrl = null;
    this.endSessionUrl = null;
    this.signOutUrl = null;
    this.lock = false;
    this.lockFor = null;
    this.notify = false;
    this.extendOn = null;
    this.events = null;
    this.channel = null;
    this.messages = null;
    this.frameOrigins = null;
    this.mediaFor = null;
    this.confirmFormDiscard = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) return;
    this.#controller.start();
    // A dialog that was moved with its element has lost its place on top.
    this.#draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // An element that is only being moved is back before the microtask.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#controller.stop();
      this.#shown = null;
      this.#draw();
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
    else this.#report('sign-out', 'signOut()');
  }

  /** Asks the server where the session stands: after a sign-in without a new page, or when it may have been revoked. */
  check(): void {
    this.#controller.send({ type: 'check' });
  }

  /** Tells that a form, or text edited outside of forms, has been saved by script: it has no unsaved changes until it is changed again. */
  saved(form: Element): void {
    this.#controller.saved(form);
  }

  override render(): TemplateResult {
    const { extendOn, signOut, signInUrl } = this.#settings();
    const signIn = destination(signInUrl, signOut);
    const state = this.#isDialogDue ? this.#shown : null;
    const view = {
      state,
      totalMs: Math.max(this.#openedMs ?? 0, state?.remainingMs ?? 0),
      extendOn,
      canSignOut: signOut !== null,
      signInHref: signIn.href,
      isLooped: this.#isLooped,
    };
    const choices = {
      extend: () => {
        this.extend();
      },
      signOut: () => {
        this.signOut();
      },
      update: () => {
        this.requestUpdate();
      },
      leave: () => {
        goTo(signIn);
      },
    };
    return dialogTemplate(view, choices, this.#texts);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size > 0 && this.isConnected) this.#controller.start();
    const dialog = this.#dialog;
    const isConcealed = this.#shown?.concealed ?? false;
    this.#notice.follow(this.#shown, this.#texts, this.notify);
    const isOnTop = dialog.matches(':modal') && isConcealed === (this.#reveal !== null);
    if (!isConcealed) {
      this.#reveal?.();
      this.#reveal = null;
    }
    if (!this.#isDialogDue || !isOnTop) {
      this.#close?.();
      this.#close = this.#isDialogDue && dialog.isConnected ? openModal(dialog) : null;
    }
    if (isConcealed) {
      this.#reveal ??= conceal(dialog);
      dialog.querySelector('a')?.focus();
    }
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector('dialog') as HTMLDialogElement;
  }

  get #isDialogDue(): boolean {
    return this.#shown?.concealed === true || (this.#shown?.phase === 'warning' && this.#openedMs !== null);
  }

  #settings(): Settings {
    const form = this.querySelector<HTMLFormElement>(':scope > form[slot=sign-out], :scope > [slot=sign-out] form');
    return readSettings(this, form, this.#report);
  }

  get #texts(): Messages {
    const { messages } = this;
    if (!messages && this.hasAttribute('messages')) this.#report('messages', 'messages="…"');
    return replaceTexts(this.#words.messages, messages, (name) => {
      this.#report('messages', `messages.${name}`);
    });
  }

  #show(state: SessionState): void {
    this.#words.follow(this, () => {
      this.requestUpdate();
    });
    const before = this.#shown;
    const { phase, cause, remainingMs } = (this.#shown = state);
    const warns = phase === 'warning' && before?.phase !== 'warning';
    if (warns) this.#openedMs = this.dispatchEvent(new SessionWarningEvent(cause, remainingMs)) ? remainingMs : null;
    this.#draw();
    // A listener has answered the warning, and all has been told of what came of that.
    if (this.#shown !== state) return;
    this.#expose(state);
    if (phase !== 'dormant') checkWarning(state, this.#report);
    if (phase === 'active' && before?.phase === 'warning') this.dispatchEvent(new SessionExtendEvent());
    if (!before || differs(state, before)) this.dispatchEvent(new SessionStateEvent(state));
  }

  /** As `:state(warning)` and the like, for style sheets. Older browsers have none. */
  #expose({ phase, concealed }: SessionState): void {
    const states = this.#internals.states as CustomStateSet | undefined;
    states?.clear();
    states?.add(phase);
    if (concealed) states?.add('concealed');
  }

  /** At once: what is to be concealed must be so before the next frame. */
  #draw(): void {
    this.requestUpdate();
    this.performUpdate();
  }

  /** By its place, since a modal dialog gets all events, also those of what lies around it. A lifted finger is nowhere. */
  #isOverDialog(event: Event): boolean | undefined {
    if (!(event instanceof PointerEvent) || event.pointerType === 'touch') return undefined;
    const { clientX: x, clientY: y } = event;
    const { left, right, top, bottom } = this.#dialog.getBoundingClientRect();
    return x >= left && x <= right && y >= top && y <= bottom;
  }
}

/** Frameworks set the same words anew each time they render. */
function hasChanged(value: unknown, before: unknown): boolean {
  return JSON.stringify(value) !== JSON.stringify(before);
}

declare global {
  interface HTMLElementTagNameMap {
    'session-security': SessionSecurity;
  }
}
