/** One sign-in's life in the store, whatever framework asks: begin, touch, peek, move, end. */
import type { EndReason, Policy } from '../policy.js';
import {
  type ActivityStore,
  checkEnded,
  checkSessions,
  checkStartResult,
  checkVerdict,
  EndedInPart,
  type EndedVerdict,
  type LiveVerdict,
  type SignIn,
  StoreFault,
  type StartResult,
  type Touch,
  type Verdict,
} from './store.js';

/** Which sign-in a request belongs to. */
export interface Identity extends SignIn {
  /** The session's id; never sent to anybody, and in a shared store only as a hash. */
  id: string;
}

/** Why a session is over that somebody has ended: it was not its limits. */
export type EndedBy = Exclude<EndReason, 'idle' | 'lifetime'>;

/** Each rejects with {@link StoreFault}, and with nothing else. */
export interface Sessions {
  /** `replaces`: whose place it takes, for the witness. */
  begin(who: Identity, policy: Policy, replaces?: Identity): Promise<StartResult>;
  /** `null`: not begun, where only {@link begin} begins a session. */
  touch(who: Identity, policy: Policy, report: Report): Promise<Verdict | null>;
  /** Asks, and neither counts as activity nor begins a session. */
  peek(who: Identity, policy: Policy): Promise<Verdict | null>;
  /** Ends the session, and tells how it stood, for {@link resume}. Not live: there is nothing to go on with. */
  leave(who: Identity, policy: Policy): Promise<Left | EndedVerdict | null>;
  /** Goes on with what was left under another id, as old and as idle as it was. */
  resume(who: Identity, policy: Policy, left: Left): Promise<void>;
  /** `true` for the one call that ended it. Without a policy its record is kept for the longest. */
  end(who: Identity, policy: Policy | null, reason: EndedBy): Promise<boolean>;
  /** Ends all sessions of the subject, and tells which. `null`: the store does not know whose they are. */
  endAll(subject: string, policy: Policy | null, reason: EndedBy): Promise<readonly string[]> | null;
}

export interface Report {
  /** How long ago somebody was active, in milliseconds; `null`: nobody says. */
  idleMs: number | null;
  /** See {@link Touch.graceMs}. 0 by default. */
  graceMs?: number;
}

export interface Left extends LiveVerdict {
  who: Identity;
  /** When it was asked how it stood, by the monotonic clock of this process. */
  askedAt: number;
}

/**
 * Told what the store says of beginnings and ends, also where the answer comes too late for whoever asked. The answer
 * waits for it.
 */
export interface Witness {
  began(who: Identity, replaces: Identity | undefined): Promise<void>;
  /** `first`: nobody was told before. */
  over(who: Identity, reason: EndReason, first: boolean): Promise<void>;
  /** All that this call ended, by the SHA-256 of their ids in base64url. */
  allOver(subject: string, reason: EndedBy, sessions: readonly string[]): Promise<void>;
}

/** A request cannot wait for longer, and a person no less than a request. */
const STORE_TIMEOUT_MS = 3_000;

/** The longest a browser keeps a cookie: RFC 6265bis, 5.5. */
const COOKIE_LIFE_MS = 400 * 86_400_000;

/** Under which nothing ends by itself, in 300 years. */
const ENDLESS: Policy = { warnAfterMs: 1e13 - 60_000, expireAfterMs: 1e13, lifetimeMs: null };

/** With `strict` only `begin` begins a session; else it is also enrolled when it is first seen. */
export function createSessions(store: ActivityStore, strict: boolean, witness: Witness): Sessions {
  // A record may go once nothing can mistake its session for a new one: in strict mode, and where its age is known,
  // the lifetime sees to that. Else the cookie may come back for as long as a browser keeps it.
  const keepMs = (createdAt: number | undefined, policy: Policy | null) =>
    policy && policy.lifetimeMs !== null && (strict || createdAt !== undefined) ? policy.lifetimeMs : COOKIE_LIFE_MS;

  const touch = (
    who: Identity,
    touch: Omit<Touch, 'keepMs'>,
    policy = touch.policy,
    replaces?: Identity,
  ): Promise<Verdict | null> =>
    ask(
      () => store.touch(who.id, { ...touch, keepMs: keepMs(who.createdAt, policy) }),
      (answer) => checkVerdict(answer, touch.policy),
      async (verdict) => {
        if (verdict?.live === false) await witness.over(who, verdict.reason, verdict.first);
        else if (verdict?.first) await witness.began(who, replaces);
      },
    );

  const sessions: Sessions = {
    begin: (who, policy, replaces) =>
      ask(
        () => store.start(who.id, { ...signInOf(who), keepMs: keepMs(who.createdAt, policy) }),
        checkStartResult,
        async (result) => {
          if (result === 'started') await witness.began(who, replaces);
        },
      ),

    touch: (who, policy, { idleMs, graceMs = 0 }) =>
      touch(who, { idleMs, policy, graceMs, ...(!strict && { enrol: signInOf(who) }) }),

    peek: (who, policy) => touch(who, { idleMs: null, policy, graceMs: 0 }),

    async leave(who, policy) {
      const askedAt = performance.now();
      const verdict = await sessions.peek(who, policy);
      if (verdict?.live === false) return verdict;
      const first = await sessions.end(who, policy, 'replaced');
      // Somebody else has ended it in between: ended it stays.
      if (!first) return { live: false, reason: 'replaced', first };
      return verdict && { ...verdict, who, askedAt };
    },

    async resume(who, policy, { idleMs, ageMs, askedAt, who: replaces }) {
      const sinceMs = performance.now() - askedAt;
      const was = (ms: number) => ({ idleMs: Math.ceil(ms + sinceMs), policy: ENDLESS, graceMs: 0 });
      // In durations, as the store's clock need not be ours. What it enrols is as idle as it is old; then the activity.
      const enrol = who.subject === undefined ? {} : { subject: who.subject };
      await touch(who, { ...was(ageMs), enrol }, policy, replaces);
      await touch(who, was(idleMs), policy);
    },

    end: (who, policy, reason) =>
      ask(
        () => store.end(who.id, { reason, keepMs: keepMs(who.createdAt, policy) }),
        checkEnded,
        (first) => witness.over(who, reason, first),
      ),

    endAll: (subject, policy, reason) =>
      store.endAll
        ? ask(
            async () => store.endAll?.(subject, { reason, keepMs: keepMs(undefined, policy) }),
            checkSessions,
            (sessions) => witness.allOver(subject, reason, sessions),
            async (error) => {
              if (error instanceof EndedInPart) await witness.allOver(subject, reason, checkSessions(error.sessions));
            },
          )
        : null,
  };
  return sessions;
}

const signInOf = ({ createdAt, subject }: Identity): SignIn => ({
  ...(createdAt !== undefined && { createdAt }),
  ...(subject !== undefined && { subject }),
});

async function ask<T>(
  question: () => Promise<unknown>,
  check: (answer: unknown) => T,
  witnessed: (answer: T) => Promise<void>,
  failed: (error: unknown) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the store was silent for ${STORE_TIMEOUT_MS} ms`)), STORE_TIMEOUT_MS);
  });
  const answered = async () => {
    let given: unknown;
    try {
      given = await question();
    } catch (error) {
      await failed(error);
      throw error;
    }
    const answer = check(given);
    await witnessed(answer);
    return answer;
  };
  try {
    return await Promise.race([answered(), silence]);
  } catch (cause) {
    throw new StoreFault('the store cannot tell', { cause });
  } finally {
    clearTimeout(timer);
  }
}
