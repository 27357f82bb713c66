/** Tells who looks at another tab, or at no browser at all, until when the session lasts (W8). */
import type { SessionState } from './events.js';
import { withTime, type Messages } from './messages.js';

export class Notice {
  #said: string | null = null;
  #title = '';
  #notification: Notification | null = null;

  /** Says it once, while a warning shows on a hidden page, and takes it back when that is over. */
  follow(state: SessionState | null, messages: Messages, notifies: boolean): void {
    const isDue = document.hidden && state?.phase === 'warning' && !state.concealed;
    if (!isDue) this.#takeBack();
    else if (this.#said === null)
      this.#say(withTime(messages.endsAt, timeIn(state.remainingMs, messages.lang)), notifies);
  }

  #say(text: string, notifies: boolean): void {
    this.#title = document.title;
    this.#said = document.title = text;
    try {
      if (notifies && Notification.permission === 'granted')
        this.#notification = new Notification(this.#title, { body: text, tag: 'session-security' });
    } catch {
      // Some browsers know none, or leave this to service workers.
    }
  }

  #takeBack(): void {
    // The page may have a new title by now.
    if (this.#said !== null && document.title === this.#said) document.title = this.#title;
    this.#said = null;
    this.#notification?.close();
    this.#notification = null;
  }
}

/** The time of day in so many milliseconds: "14:05". */
const timeIn = (ms: number, lang: string): string =>
  new Date(Date.now() + ms).toLocaleTimeString(lang, { timeStyle: 'short' });
