/** What has changed in an element, and why, in words for the developer of its page. Pure. */
import type { SessionState } from './events.js';

type AskKind = NonNullable<SessionState['asking']>;

/** A sentence for each change. `before`: what was known until now; `null`: nothing was. */
export function explain(now: SessionState, before: SessionState | null): string[] {
  return [
    limits(now, before),
    answer(now, before),
    phase(now, before),
    concealment(now, before),
    status(now, before),
    question(now, before),
  ].filter((line) => line !== null);
}

/** What a canceled event has changed. */
export const cancelled = {
  'session-warning': 'shows no dialog: the application has cancelled session-warning, to show a warning of its own.',
  'session-end': 'does not leave the page: the application has cancelled session-end, to leave it by itself.',
} as const;

const seconds = (ms: number): string => `${String(Number((ms / 1000).toFixed(1)))} s`;

function limits(now: SessionState, before: SessionState | null): string | null {
  const { warnAfterMs, expireAfterMs } = now;
  if (before?.warnAfterMs === warnAfterMs && before.expireAfterMs === expireAfterMs) return null;
  const found = `warns after ${seconds(warnAfterMs)} of inactivity and ends after ${seconds(expireAfterMs)}`;
  return before
    ? `${found} from now on: the stricter of what the attributes and the server say.`
    : `${found}, as far as is known yet; idle for ${seconds(now.idleMs)}.`;
}

function answer(now: SessionState, before: SessionState | null): string | null {
  if (!before?.asking || now.asking === before.asking) return null;
  if (now.phase === 'ended' || now.phase === 'locked' || now.phase === 'dormant') return null;
  if (now.unreachable)
    return 'got no answer that it understands (no network, a time-out, a 5xx, a page of HTML …), and will ask again.';
  return (
    `heard that the session lives: idle for ${seconds(now.idleMs)}, ` +
    `${seconds(now.remainingMs)} left ${now.cause === 'idle' ? 'without activity' : 'of its lifetime'}.`
  );
}

const ENDINGS: Record<NonNullable<SessionState['reason']>, string> = {
  idle: 'nobody was active for as long as expire-after',
  lifetime: 'it has lasted as long as the server lets any session last',
  'signed-out': 'somebody has signed out, here or in another tab, or the server no longer knows who is signed in',
  revoked: 'the server has refused it (401, 440, a redirect to the sign-in page, or its own word)',
  replaced: 'the server named another owner than this page’s: somebody has signed in anew in this browser',
};

function phase(now: SessionState, before: SessionState | null): string | null {
  if (now.phase === before?.phase) return null;
  switch (now.phase) {
    case 'warning':
      return now.cause === 'idle'
        ? `warns: idle for ${seconds(now.idleMs)}, and the server knows of no more recent activity, or does not answer. ${seconds(now.remainingMs)} left.`
        : `warns: the lifetime ends in ${seconds(now.remainingMs)}, whatever anybody does.`;
    case 'ended':
      return `is over (${String(now.reason)}): ${ENDINGS[now.reason ?? 'idle']}.`;
    case 'locked':
      return `is over (${String(now.reason)}): ${ENDINGS[now.reason ?? 'idle']}. With \`lock\` the page is kept, concealed, until the same person is back.`;
    case 'dormant':
      return 'guards nothing: the server says that nobody is signed in. It wakes by check(), or by news from another tab.';
    case 'active':
      if (before?.phase === 'locked') return 'goes on: the same person has signed in again.';
      return before?.phase === 'warning'
        ? `takes back the warning: there was activity ${seconds(now.idleMs)} ago, and what has to be confirmed is.`
        : null;
  }
}

function concealment(now: SessionState, before: SessionState | null): string | null {
  if (now.concealed === (before?.concealed ?? false)) return null;
  if (!now.concealed) return 'shows the page again.';
  return now.phase === 'ended' || now.phase === 'locked'
    ? null
    : 'conceals the page until it is known whether the session is over: a deadline has passed, another tab has said so, or it came back from the browser’s cache.';
}

function status(now: SessionState, before: SessionState | null): string | null {
  if (now.phase !== 'warning' || before?.phase !== 'warning' || now.status === before.status) return null;
  const told: Record<SessionState['status'], string> = {
    counting: 'counts down again.',
    confirming: 'keeps the warning until the server has confirmed that somebody is there.',
    unreachable: 'keeps the warning: somebody is there, but the server cannot be told.',
    confirmed: 'is confirmed; the warning goes once the pointer rests outside the dialog.',
  };
  return told[now.status];
}

function question(now: SessionState, before: SessionState | null): string | null {
  if (!now.asking || now.asking === before?.asking) return null;
  const why: Record<AskKind, string> = {
    connect: 'the page is new',
    report: 'there is activity that it does not know of, and what it knows is getting old',
    warn: `idle has reached warn-after (${seconds(now.warnAfterMs)}); somebody may be active elsewhere`,
    extend: 'there was activity while the warning shows',
    expire: now.remainingMs > 0 ? 'only it knows whether the session lives' : expired(now),
    wake: 'the page was shown or focused, is online again, or heard something odd from another tab',
    check: 'check() or extend() was called, or the way to sign out was taken',
    leave: 'the page is left with activity that it does not know of',
  };
  return `asks the server: ${why[now.asking]}.`;
}

const expired = ({ cause, expireAfterMs }: SessionState): string =>
  cause === 'idle' ? `idle has reached expire-after (${seconds(expireAfterMs)})` : 'the lifetime is over';
