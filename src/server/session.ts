/** One sign-in's life in the store, whatever framework asks: begin, touch, peek, end. And the tag of whose it is. */
import type { EndReason, Policy } from '../policy.js';
import {
  type ActivityStore,
  checkEnded,
  checkStartResult,
  checkVerdict,
  type SignIn,
  StoreFault,
  type StartResult,
  type Verdict,
} from './store.js';

/** Which sign-in a request belongs to. */
export interface Identity extends SignIn {
  /** The session's id; never sent to anybody, and in a shared store only as a hash. */
  id: string;
}

/** Each rejects with {@link StoreFault}, and with nothing else. */
export interface Sessions {
  begin(who: Identity, policy: Policy): Promise<StartResult>;
  /** `null`: not begun, where only {@link begin} begins a session. */
  touch(who: Identity, policy: Policy, report: Report): Promise<Verdict | null>;
  /** Asks, and neither counts as activity nor begins a session. */
  peek(who: Identity, policy: Policy): Promise<Verdict | null>;
  /** `true` for the one call that ended it. */
  end(who: Identity, policy: Policy, reason: EndReason): Promise<boolean>;
}

export interface Report {
  /** How long ago somebody was active, in milliseconds; `null`: nobody says. */
  idleMs: number | null;
  /** See {@link Touch.graceMs}. 0 by default. */
  graceMs?: number;
}

/** A request cannot wait for longer, and a person no less than a request. */
const STORE_TIMEOUT_MS = 3_000;

/** The longest a browser keeps a cookie: RFC 6265bis, 5.5. */
const COOKIE_LIFE_MS = 400 * 86_400_000;

/** With `strict` only `begin` begins a session; else it is also enrolled when it is first seen. */
export function createSessions(store: ActivityStore, strict: boolean): Sessions {
  // A record may go once nothing can mistake its session for a new one: in strict mode, and where its age is known,
  // the lifetime sees to that. Else the cookie may come back for as long as a browser keeps it.
  const keepMs = ({ createdAt }: Identity, { lifetimeMs }: Policy) =>
    lifetimeMs !== null && (strict || createdAt !== undefined) ? lifetimeMs : COOKIE_LIFE_MS;

  return {
    begin: (who, policy) =>
      ask(() => store.start(who.id, { ...signInOf(who), keepMs: keepMs(who, policy) }), checkStartResult),

    touch: (who, policy, { idleMs, graceMs = 0 }) =>
      ask(
        () =>
          store.touch(who.id, {
            idleMs,
            policy,
            graceMs,
            keepMs: keepMs(who, policy),
            ...(!strict && { enrol: signInOf(who) }),
          }),
        (answer) => checkVerdict(answer, policy),
      ),

    peek: (who, policy) =>
      ask(
        () => store.touch(who.id, { idleMs: null, policy, graceMs: 0, keepMs: keepMs(who, policy) }),
        (answer) => checkVerdict(answer, policy),
      ),

    end: (who, policy, reason) => ask(() => store.end(who.id, { reason, keepMs: keepMs(who, policy) }), checkEnded),
  };
}

/**
 * An opaque tag of whose session it is, 96 bits in base64url: with a secret, the same for all sessions of one person,
 * on every process that has the secret; else of this session and person only.
 */
export async function ownerTag({ id, subject }: Identity, secret?: string): Promise<string> {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  if (secret !== undefined && subject !== undefined) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', utf8(secret), hmac, false, ['sign']);
    return tag(await crypto.subtle.sign(hmac, key, utf8(`session-security owner ${subject}`)));
  }
  return tag(await crypto.subtle.digest('SHA-256', utf8(JSON.stringify(['session-security owner', id, subject]))));
}

const tag = (digest: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(digest, 0, 12)))
    .replaceAll('+', '-')
    .replaceAll('/', '_');

const signInOf = ({ createdAt, subject }: Identity): SignIn => ({
  ...(createdAt !== undefined && { createdAt }),
  ...(subject !== undefined && { subject }),
});

async function ask<T>(question: () => Promise<unknown>, check: (answer: unknown) => T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the store was silent for ${STORE_TIMEOUT_MS} ms`)), STORE_TIMEOUT_MS);
  });
  try {
    return check(await Promise.race([question(), silence]));
  } catch (cause) {
    throw new StoreFault('the store cannot tell', { cause });
  } finally {
    clearTimeout(timer);
  }
}
