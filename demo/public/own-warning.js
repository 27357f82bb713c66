/**
 * A warning of the page's own, in place of the element's dialog: all it needs is two events and the element's state. It
 * is no dialog, so that one can go on working while it shows.
 */

/** @typedef {{ remainingMs: number, status: string }} State */

/** @param {HTMLElement & { state: State, extend(): void, signOut(): void }} guard */
export function showOwnWarnings(guard) {
  guard.addEventListener('session-warning', (event) => {
    if (!guard.hasAttribute('data-own-interface')) return;
    event.preventDefault();
    const bar = createBar(guard);
    document.body.prepend(bar);
    const timer = setInterval(tell, 1_000);
    tell();

    function tell() {
      const { remainingMs, status } = guard.state;
      const words = status === 'counting' ? `${Math.ceil(remainingMs / 1_000)} seconds` : 'a moment: asking the server';
      /** @type {HTMLElement} */ (bar.querySelector('.left')).textContent = words;
    }
    for (const over of ['session-extend', 'session-end']) {
      guard.addEventListener(
        over,
        () => {
          clearInterval(timer);
          bar.remove();
        },
        { once: true },
      );
    }
  });
}

/** @param {{ extend(): void, signOut(): void }} guard */
function createBar(guard) {
  const bar = document.createElement('aside');
  bar.className = 'own-warning';
  const words = document.createElement('p');
  // Said once as it comes; the countdown beside it is for the eye.
  words.role = 'alert';
  words.textContent = 'You will be signed out soon.';
  const left = document.createElement('span');
  left.className = 'left';
  const [stay, leave] = ['Stay', 'Sign out'].map((text) => {
    const button = document.createElement('button');
    button.textContent = text;
    return button;
  });
  stay?.addEventListener('click', () => guard.extend());
  leave?.addEventListener('click', () => guard.signOut());
  bar.append(words, left, .../** @type {HTMLElement[]} */ ([stay, leave]));
  return bar;
}
