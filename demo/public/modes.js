/**
 * Ways to set the element up, for the picture's menu: each is nothing but attributes on the tag, and is kept for all
 * pages of this browser.
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
}
