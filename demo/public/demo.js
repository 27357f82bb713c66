/** What the intranet's pages do by themselves: load news in the background, and fill in a demo account. */

const POLL_MS = 5_000;

const news = document.getElementById('news');
if (news) {
  const headline = /** @type {HTMLElement} */ (news.querySelector('.headline'));
  const when = /** @type {HTMLElement} */ (news.querySelector('.when'));

  // As in many an intranet. The server does not take these requests for activity.
  const poll = async () => {
    try {
      const response = await fetch('/api/news');
      if (!response.ok) throw new Error(String(response.status));
      headline.textContent = (await response.json()).headline;
      when.textContent = `updated ${new Date().toLocaleTimeString('en-GB')}`;
    } catch {
      when.textContent = `no update at ${new Date().toLocaleTimeString('en-GB')}`;
    }
    setTimeout(poll, POLL_MS);
  };
  void poll();
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
