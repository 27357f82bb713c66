// Generated from the doc comments of the element by `npm run docs`.
import type {
  Messages,
  SessionWarningEvent,
  SessionExtendEvent,
  SessionEndEvent,
  SessionResumeEvent,
  SessionStateEvent,
} from '../dist/index.js';

/**
 * The attributes as they stand in HTML. `Flag` is what a framework takes for an attribute that is there or not: some
 * write `false` as a text, which would be there.
 */
export interface SessionSecurityAttributes<Flag> {
  /** Seconds of inactivity after which the warning shows; above 0. Default: the server's limit; 60 seconds before the end where nobody names one. */
  'warn-after'?: (number | `${number}`) | undefined;
  /** Seconds of inactivity after which the session ends; above 0. The stricter of this and the server's limit holds. Default: the server's limit; 600 where nobody names one. */
  'expire-after'?: (number | `${number}`) | undefined;
  /** Where the server is told of activity and asked about the session, by POST; http(s), relative to the document's base. Without it the element relies on its own limits and needs a way to sign out. */
  'ping-url'?: string | undefined;
  /** How it is told: by `post`, or by `get` as django-session-security is, which knows neither the limits nor a lifetime nor whose session it is: set `warn-after` and `expire-after`. Default: `post`. */
  'ping-method'?: ('post' | 'get') | undefined;
  /** What the pings bear besides, such as a token against CSRF: a JSON object of names and texts; as a property, an object as well. None by default. */
  headers?: (string | Record<string, string>) | undefined;
  /** Whether the pings bear cookies: to the same origin, to any, or to none (Fetch, `RequestCredentials`). Default: `same-origin`. */
  credentials?: ('same-origin' | 'include' | 'omit') | undefined;
  /** Where to go when the session has ended; the present place is handed over as the parameter `next`. Default: the same address again, by GET. */
  'sign-in-url'?: string | undefined;
  /** Where to go when the session has ended instead of to the sign-in: where single sign-on ends its own session (OpenID Connect RP-Initiated Logout), so that nobody is signed in again by itself. Default: `sign-in-url`. */
  'end-session-url'?: string | undefined;
  /** Keeps an ended page, concealed and inert, until the same person has signed in again in another window; it then is as it was. Who it is, the server's `owner` says: give `sessionSecurity()` a `secret`. Needs a ping-url. Default: off. */
  lock?: Flag | undefined;
  /** Seconds after which a locked page is given up; above 0. Default: 900. */
  'lock-for'?: (number | `${number}`) | undefined;
  /** Shows a system notification when the warning comes while the page is hidden, if the person has allowed the site to. Default: off; the title tells it in any case. */
  notify?: Flag | undefined;
  /** Takes a POST that signs out. A form in the slot `sign-out` goes before it. */
  'sign-out-url'?: string | undefined;
  /** What takes back a warning: `any` activity, or only the dialog's `button`. Default: `any`. */
  'extend-on'?: ('any' | 'button') | undefined;
  /** Space-separated names of the events that count as activity, instead of the default list. */
  events?: string | undefined;
  /** What the tabs of one application call each other by. Name one where applications of one origin share a ping URL, or have none. Default: the ping URL. */
  channel?: string | undefined;
  /** Texts by name, in place of those of the page's language; as an attribute in JSON. */
  messages?: (Partial<Messages> | string) | undefined;
  /** Space-separated origins, such as `https://maps.example`, whose frames may report activity by `session-security/frame`. Default: none. */
  'frame-origins'?: string | undefined;
  /** Seconds since the last input for which media that plays and can be heard counts as activity; above 0. Default: not at all. */
  'media-for'?: (number | `${number}`) | undefined;
  /** Lets the browser ask before a page with unsaved changes is left: in forms, or in text that is edited outside of forms. What bears `data-discardable` may be lost. Never stands in the way of the session's end. */
  'confirm-form-discard'?: Flag | undefined;
}

/** The listeners, by the names of the events. */
export interface SessionSecurityListeners {
  /** The warning is due. Cancel it to show your own instead of the dialog. */
  'onsession-warning'?: ((event: SessionWarningEvent) => void) | undefined;
  /** The warning is over and the session goes on. */
  'onsession-extend'?: ((event: SessionExtendEvent) => void) | undefined;
  /** The session is over and the page concealed. Cancel it to leave the page by yourself. */
  'onsession-end'?: ((event: SessionEndEvent) => void) | undefined;
  /** The same person has signed in again on a locked page: time to refresh its tokens. */
  'onsession-resume'?: ((event: SessionResumeEvent) => void) | undefined;
  /** Anything but the passing of time has changed. */
  'onsession-state'?: ((event: SessionStateEvent) => void) | undefined;
}
