/**
 * Ways to set the element up, for the buttons of "Things to try" and the picture's menu: each is nothing but attributes
 * on the tag, and is kept for all pages of this browser.
 */
const KEY = 'demo-mode';

/** @type {Record<string, { name: string, attributes: Record<string, string> }>} */
export const MODES = {
  standard: { name: 'as it comes', attributes: {} },
  button: { name: 'extends by its button only', attributes: { 'extend-on': 'button' } },
  lock: { name: 'locks the page at the end', attributes: { lock: '' } },
  discard: { name: 'asks before changes are lost', attributes: { 'confirm-form-discard': '' } },
  interface: { name: 'this page’s own warning', attributes: { 'data-own-interface': '' } },
  words: {
    name: 'own words and colours',
    attributes: {
      class: 'own-look',
      messages: JSON.stringify({ idleTitle: 'Still at the bench?', stay: 'I’m here' }),
    },
  },
  german: { name: 'in German', attributes: { lang: 'de' } },
  arabic: { name: 'in Arabic', attributes: { lang: 'ar' } },
  sso: { name: 'ends single sign-on, too', attributes: { 'end-session-url': '/sso/end' } },
  notify: { name: 'notifies by the system', attributes: { notify: '' } },
  debug: { name: 'explains itself on the console', attributes: { 'data-debug': '' } },
};

export const currentMode = () => {
  const mode = localStorage.getItem(KEY) ?? '';
  return Object.hasOwn(MODES, mode) ? mode : 'standard';
};

/** @param {string} mode */
export function changeMode(mode) {
  for (const name of Object.keys(MODES[currentMode()]?.attributes ?? {})) guard?.removeAttribute(name);
  localStorage.setItem(KEY, mode);
  applyMode();
}

const guard = document.querySelector('session-security');

export function applyMode() {
  for (const [name, value] of Object.entries(MODES[currentMode()]?.attributes ?? {})) guard?.setAttribute(name, value);
  // @ts-expect-error It is there once the package is built.
  if (guard?.hasAttribute('data-debug')) void import('./debug.js');
}

/** Buttons for them all, of which one is pressed. @param {Element} list */
export function showModes(list) {
  const buttons = Object.entries(MODES).map(([mode, { name }]) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset['mode'] = mode;
    button.textContent = name;
    button.addEventListener('click', () => {
      changeMode(mode);
      // Only a person's click may ask for it.
      if (mode === 'notify' && 'Notification' in window) void Notification.requestPermission();
      press();
    });
    return button;
  });
  const press = () => {
    for (const button of buttons) button.ariaPressed = String(button.dataset['mode'] === currentMode());
  };
  press();
  list.append(
    ...buttons.map((button) => {
      const item = document.createElement('li');
      item.append(button);
      return item;
    }),
  );
}
