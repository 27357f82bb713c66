/** Runs in each page before its own scripts, as plain JavaScript: notes when the warning goes and the page is concealed. */
{
  const now = () => performance.timeOrigin + performance.now();
  window.sawAt = { answered: 0, hidden: 0, concealed: 0 };

  const { fetch } = window;
  window.fetch = async (...request) => {
    const response = await fetch(...request);
    window.sawAt.answered = now();
    return response;
  };

  // An ended page stays, so that it can be asked.
  addEventListener('session-end', (event) => event.preventDefault());

  addEventListener('DOMContentLoaded', async () => {
    await customElements.whenDefined('session-security');
    const root = document.querySelector('session-security').shadowRoot;
    const isOpen = (id) => root.querySelector(`#${id}[open]`) !== null;
    let wasOpen = false;
    new MutationObserver(() => {
      if (wasOpen && !isOpen('warning')) window.sawAt.hidden = now();
      wasOpen = isOpen('warning');
      if (isOpen('curtain')) window.sawAt.concealed ||= now();
    }).observe(root, { subtree: true, childList: true, attributes: true });
  });
}
