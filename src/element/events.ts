import type { EndReason } from '../policy.js';

/** What the element knows at one moment; durations in milliseconds. */
export interface SessionState {
  /** `dormant`: nobody is signed in, as far as the server says. */
  readonly phase: 'dormant' | 'active' | 'warning' | 'ended' | 'locked';
  /** Why the session ended, once it has. */
  readonly reason: EndReason | null;
  /** Nothing of the page can be seen: the session is over, or is being asked about. */
  readonly concealed: boolean;
  /** Time since the last known activity in any tab. */
  readonly idleMs: number;
  /** Time left until the session ends, by the nearer of its limits. */
  readonly remainingMs: number;
  readonly warnAfterMs: number;
  readonly expireAfterMs: number;
  /** Which limit is the nearer one; nobody can extend a lifetime. */
  readonly cause: 'idle' | 'lifetime';
  /**
   * What a warning has to say: the time left, that the server is being told of activity, that it does not answer,
   * or that it has confirmed and the warning is about to go.
   */
  readonly status: 'counting' | 'confirming' | 'unreachable' | 'confirmed';
  /** Why the server is being asked just now, if it is. */
  readonly asking: 'connect' | 'report' | 'warn' | 'extend' | 'expire' | 'wake' | 'check' | 'leave' | null;
  /** The last ping has failed. */
  readonly unreachable: boolean;
}

/** The warning is due. Cancel it to show your own instead of the dialog. */
export class SessionWarningEvent extends Event {
  /** Which limit is near; nobody can extend a lifetime. */
  readonly cause: 'idle' | 'lifetime';
  readonly remainingMs: number;

  constructor(cause: 'idle' | 'lifetime', remainingMs: number) {
    super('session-warning', { bubbles: true, composed: true, cancelable: true });
    this.cause = cause;
    this.remainingMs = remainingMs;
  }
}

/** The warning is over and the session goes on. */
export class SessionExtendEvent extends Event {
  constructor() {
    super('session-extend', { bubbles: true, composed: true });
  }
}

/**
 * The session is over and the page concealed. Cancel it to leave the page by yourself. With `lock` the page stays, and
 * the event comes again when the lock is given up.
 */
export class SessionEndEvent extends Event {
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super('session-end', { bubbles: true, composed: true, cancelable: true });
    this.reason = reason;
  }
}

/** The same person has signed in again on a locked page, which is as it was: time to refresh its tokens. */
export class SessionResumeEvent extends Event {
  constructor() {
    super('session-resume', { bubbles: true, composed: true });
  }
}

/** Anything in {@link SessionState} but the passing of time has changed. */
export class SessionStateEvent extends Event {
  readonly state: SessionState;

  constructor(state: SessionState) {
    super('session-state', { bubbles: true, composed: true });
    this.state = state;
  }
}

declare global {
  interface HTMLElementEventMap {
    'session-warning': SessionWarningEvent;
    'session-extend': SessionExtendEvent;
    'session-end': SessionEndEvent;
    'session-resume': SessionResumeEvent;
    'session-state': SessionStateEvent;
  }
}
