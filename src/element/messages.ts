/**
 * What the element says. Every text is a plain string, so that a page can replace any of them from JSON; plurals are
 * not in the texts but in {@link duration}, where the platform knows them for every language.
 */

export interface Messages {
  /** BCP 47 tag and direction of the texts below, which may differ from the page's. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';

  /** The warning of inactivity: its title, and why the session will end. */
  readonly idleTitle: string;
  readonly idleText: string;
  /** How to stay, where any activity extends. */
  readonly anyHint: string;
  readonly stay: string;
  readonly signOut: string;

  /** The warning of an end that no activity moves. */
  readonly lifetimeTitle: string;
  readonly lifetimeText: string;
  readonly carryOn: string;
  readonly signInAgain: string;

  /** `{time}` is a duration, such as "45 seconds". */
  readonly left: string;
  /** Durations, for browsers whose Intl does not know the language: `{time}` is a number. Without them it is "0:45". */
  readonly seconds?: string;
  readonly minutes?: string;
  /** In the title of a hidden page. `{time}` is a time of day, such as "14:05". */
  readonly endsAt: string;
  /** Somebody was there, and the server has not yet confirmed it. */
  readonly confirming: string;
  /** The server does not answer. What is left of the session is then unknown, so this promises nothing. */
  readonly unreachable: string;
  readonly confirmed: string;

  /** On the curtain: while the server is asked, and once the session is over, with the reason. */
  readonly checking: string;
  readonly ended: string;
  readonly 'ended-idle': string;
  readonly 'ended-lifetime': string;
  readonly 'ended-signed-out': string;
  readonly 'ended-revoked': string;
  /** The server may not know whether it was somebody else. */
  readonly 'ended-replaced': string;

  /** On the curtain of a page that is kept until its user has signed in again elsewhere. */
  readonly locked: string;
  readonly lockedText: string;
  readonly lockedStay: string;
  /** On the curtain, once signing in has led to the end of the session again and again. */
  readonly looped: string;
}

export const english: Messages = {
  lang: 'en',
  dir: 'ltr',
  idleTitle: 'Are you still there?',
  idleText: 'To protect your information, you will be signed out when the time is up.',
  anyHint: 'Move the mouse, press a key or touch the screen to stay signed in.',
  stay: 'Stay signed in',
  signOut: 'Sign out now',
  lifetimeTitle: 'You will be signed out soon',
  lifetimeText: 'You can stay signed in only for a limited time. Save your work, then sign in again.',
  carryOn: 'Continue for now',
  signInAgain: 'Sign in again',
  left: '{time} left.',
  seconds: '',
  minutes: '',
  endsAt: 'Session ends at {time}',
  confirming: 'Checking with the server…',
  unreachable: 'The server can’t be reached. You may be signed out.',
  confirmed: 'You are still signed in.',
  checking: 'Checking that you are still signed in…',
  ended: 'You have been signed out',
  'ended-idle': 'There was no activity for a while.',
  'ended-lifetime': 'You can stay signed in only for a limited time.',
  'ended-signed-out': 'You signed out in this or another tab.',
  'ended-revoked': 'Your session is no longer valid.',
  'ended-replaced': 'Someone else signed in with this browser, or you signed in again.',
  locked: 'Sign in again to carry on',
  lockedText: 'Your work is kept on this page. Sign-in opens in a new window.',
  lockedStay: 'Sign in (new window)',
  looped: 'You keep being signed out right after signing in. Please contact the administrator of this site.',
};

/** The texts with the page's own in place of some. `refused` is told what is no text of the element's. */
export function replaceTexts(messages: Messages, own: unknown, refused: (name: string) => void): Messages {
  const texts: Record<string, unknown> = { ...messages };
  for (const [name, text] of Object.entries(own ?? {}) as [string, unknown][]) {
    const isText = Object.hasOwn(english, name) && typeof text === 'string' && (name !== 'lang' || parseTag(text));
    if (isText) texts[name] = text;
    else refused(name);
  }
  return texts as unknown as Messages;
}

/** `null` for what is no tag of BCP 47, at which Intl would throw. */
export function parseTag(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}

/** Puts a duration or a time of day where the text has `{time}`. */
export const withTime = (text: string, time: string): string => text.replace('{time}', time);

/**
 * "45 seconds", "1 minute", in the plural forms of the language; where the browser doesn't know it, in its own words, or
 * "0:45". From two minutes on it drops the seconds: never more than is left.
 */
export function duration(ms: number, messages: Messages): string {
  const { lang } = messages;
  const seconds = Math.ceil(ms / 1000);
  const unit = seconds > 119 || seconds === 60 ? 'minute' : 'second';
  const amount = unit === 'minute' ? Math.floor(seconds / 60) : seconds;
  if (Intl.NumberFormat.supportedLocalesOf(lang).length > 0)
    return amount.toLocaleString(lang, { style: 'unit', unit, unitDisplay: 'long' });
  const words = messages[`${unit}s`];
  return words ? withTime(words, String(amount)) : clock(ms, lang);
}

/** "0:45", in the digits of `lang`. */
export function clock(ms: number, lang: string): string {
  const seconds = Math.ceil(ms / 1000);
  const digits = (amount: number, minimumIntegerDigits: number): string =>
    amount.toLocaleString(lang, { minimumIntegerDigits });
  return `${digits(Math.floor(seconds / 60), 1)}:${digits(seconds % 60, 2)}`;
}
