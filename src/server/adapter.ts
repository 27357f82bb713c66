/** What `sessionSecurity()` needs from the application's own sessions. One adapter for each session library. */
import type { Context } from 'hono';
import type { Identity } from './session.js';

export interface SessionAdapter {
  /**
   * Who is signed in, as the application sees it now: asked before the handler and again after it. `null` for nobody,
   * and then neither a session nor a cookie is made.
   */
  identify(c: Context): Promise<Identity | null>;
  /**
   * Keeps the application's own session and cookie alive for at least `forMs` milliseconds more. Called after the
   * handler, whose changes to the session it keeps, and only for who is still signed in.
   */
  renew(c: Context, forMs: number): Promise<void>;
  /**
   * Ends the application's session and removes its cookie. Whatever runs after it in the same request finds nobody
   * signed in; a sign-in gets a new id.
   */
  destroy(c: Context): Promise<void>;
  /** Gives the session a new id, at a sign-in, and keeps its data, but none of somebody who was signed in before. */
  rotate(c: Context): Promise<void>;
}
