/** What the intranet's pages do by themselves: load news in the background or listen to them, and fill in a demo account. */

const POLL_MS = 5_000;

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
