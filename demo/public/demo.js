/** What the intranet's pages do by themselves: load news in the background or listen to them, fill in a demo account, and
 * serve the element where a mode of the picture's menu asks for it. */

import { applyMode, showModes } from './modes.js';
import { showOwnWarnings } from './own-warning.js';

const POLL_MS = 5_000;

applyMode();
const modes = document.getElementById('modes');
if (modes) showModes(modes);
const guard = /** @type {Parameters<typeof showOwnWarnings>[0] | null} */ (document.querySelector('session-security'));
if (guard) showOwnWarnings(guard);

// Back on a page that was locked, with a new session: its forms still bear the former one's token against forgery.
guard?.addEventListener('session-resume', async () => {
  const { token } = await (await fetch('/api/token')).json();
  for (const field of document.querySelectorAll('input[name=token]')) {
    /** @type {HTMLInputElement} */ (field).value = token;
  }
});

const news = document.getElementById('news');
if (news) {
  const headline = /** @type {HTMLElement} */ (news.querySelector('.headline'));
  const when = /** @type {HTMLElement} */ (news.querySelector('.when'));

  const say = (/** @type {string} */ words) => {
    when.textContent = `${words} ${new Date().toLocaleTimeString('en-GB')}`;
  };

  // As in many an intranet. The server does not take these requests for activity.
  const poll = async () => {
    try {
      const response = await fetch('/api/news');
      if (!response.ok) throw new Error(String(response.status));
      headline.textContent = (await response.json()).headline;
      say('updated');
    } catch {
      say('no update at');
    }
    setTimeout(poll, POLL_MS);
  };

  // Nor the stream, which it closes when the session ends.
  const listen = () => {
    const stream = new EventSource('/api/news/live');
    stream.addEventListener('message', ({ data }) => {
      headline.textContent = data;
      say('live,');
    });
    stream.addEventListener('error', () => say('the stream ended at'));
  };

  if ('live' in news.dataset) listen();
  else void poll();
}

for (const button of document.querySelectorAll('button[data-username]')) {
  button.addEventListener('click', () => {
    const { username = '', password = '' } = /** @type {HTMLElement} */ (button).dataset;
    for (const [name, value] of Object.entries({ username, password })) {
      /** @type {HTMLInputElement} */ (document.querySelector(`input[name="${name}"]`)).value = value;
    }
    /** @type {HTMLElement} */ (document.querySelector('button.main')).focus();
  });
}
