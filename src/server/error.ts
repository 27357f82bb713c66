/** What can be wrong with how the server half is set up or used. */

/**
 * - `invalid-option`: an option, of ours or of the session library, has no usable value;
 * - `invalid-policy`: the `policy` function gave limits that cannot be held;
 * - `invalid-identity`: the session adapter names a session wrongly;
 * - `invalid-argument`: `end()` or `endAll()` was not told whose session, or why, in a way that makes sense;
 * - `unsupported`: the store cannot do what was asked;
 * - `no-session`: nobody is signed in where `start()` or `rotate()` was called, or the session's own middleware has not run.
 */
export type SessionSecurityErrorCode =
  'invalid-option' | 'invalid-policy' | 'invalid-identity' | 'invalid-argument' | 'unsupported' | 'no-session';

/** A fault of configuration or use. The message is for developers: what, with which value, and what to do instead. */
export class SessionSecurityError extends Error {
  override readonly name = 'SessionSecurityError';
  /** Stable between versions, unlike the message. */
  readonly code: SessionSecurityErrorCode;

  constructor(code: SessionSecurityErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
