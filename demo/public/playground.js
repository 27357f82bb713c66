/** Puts what is set into the frame and into the tag to paste, and writes down what the frame tells. */

const form = /** @type {HTMLFormElement} */ (document.getElementById('settings'));
const frame = /** @type {HTMLIFrameElement} */ (document.getElementById('frame'));
const tag = /** @type {HTMLElement} */ (document.getElementById('tag'));
const log = /** @type {HTMLElement} */ (document.getElementById('log'));
const phase = /** @type {HTMLElement} */ (document.getElementById('phase'));

const PREFIX = 'attribute:';

form.addEventListener('change', begin);
form.addEventListener('submit', (event) => event.preventDefault());
document.getElementById('again')?.addEventListener('click', begin);
document.getElementById('copy')?.addEventListener('click', () => void navigator.clipboard.writeText(tag.textContent));
addEventListener('message', ({ origin, source, data }) => {
  if (origin !== location.origin || source !== frame.contentWindow) return;
  const { atMs, words, phase: now } = /** @type {{ atMs: number, words?: string, phase?: string }} */ (data);
  if (now !== undefined) phase.textContent = now;
  if (words !== undefined) note(atMs, words);
});
begin();

/** The frame is loaded anew, so that nothing of the former setting lives on in it. */
function begin() {
  const settings = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== '') settings.set(name, String(value));
  tag.textContent = tagOf(settings);
  log.replaceChildren();
  phase.textContent = '…';
  frame.src = `/playground/frame?${settings}`;
}

/** @param {URLSearchParams} settings */
function tagOf(settings) {
  const attributes = [...settings]
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), value])
    .map(([name, value]) =>
      value === 'on' ? name : `${name}="${value?.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
    );
  return attributes.length > 0
    ? `<session-security\n  ${attributes.join('\n  ')}\n></session-security>`
    : '<session-security></session-security>';
}

/** @param {number} atMs @param {string} words */
function note(atMs, words) {
  const line = document.createElement('li');
  const time = document.createElement('time');
  const seconds = Math.floor(atMs / 1_000);
  time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const text = document.createElement('span');
  text.textContent = words;
  line.append(time, text);
  log.prepend(line);
}
