/**
 * The page in the playground's frame: its clock runs as fast as is asked, its server is a few lines below, and the element
 * in it knows nothing of either.
 */

const settings = new URLSearchParams(location.search);
const SPEED = Number(settings.get('speed')) || 1;
/** A minute that is over in a second could neither be seen nor answered. */
const SPEED_WARNING = Math.min(SPEED, 5);

const startedAt = Date.now();
const runAt = speedUp();
pretendServer();
const guard = document.createElement('session-security');
for (const [name, value] of settings) {
  if (name.startsWith('attribute:')) guard.setAttribute(name.slice('attribute:'.length), value === 'on' ? '' : value);
}
watch();
document.body.append(guard);

/** @param {{ words?: string, phase?: string }} news */
function tell(news) {
  parent.postMessage({ atMs: Date.now() - startedAt, ...news }, location.origin);
}

/** What the element says of itself. */
function watch() {
  let before = '';
  guard.addEventListener('session-state', (event) => {
    const { state } = /** @type {Event & { state: { phase: string } }} */ (event);
    runAt(state.phase === 'active' ? SPEED : SPEED_WARNING);
    tell({ phase: state.phase, ...(state.phase !== before && { words: `phase: ${state.phase}` }) });
    before = state.phase;
  });
  for (const type of ['session-warning', 'session-extend', 'session-end', 'session-resume']) {
    guard.addEventListener(type, (event) => {
      const { reason, cause } = /** @type {Event & { reason?: string, cause?: string }} */ (event);
      tell({ words: `event: ${[type, reason ?? cause].filter(Boolean).join(', ')}` });
    });
  }
}

/** Takes over all by which the element can know the time, and gives what changes its speed. */
function speedUp() {
  const [wall, mono] = [Date.now.bind(Date), performance.now.bind(performance)];
  let speed = SPEED;
  /** From where on that holds: each clock's time, and what was shown then. */
  let from = { wall: wall(), mono: mono(), shownWall: wall(), shownMono: mono() };
  const shown = (/** @type {number} */ now) => from.shownMono + (now - from.mono) * speed;
  Date.now = () => Math.round(from.shownWall + (wall() - from.wall) * speed);
  performance.now = () => shown(mono());
  const timeStamp = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp')?.get;
  Object.defineProperty(Event.prototype, 'timeStamp', {
    get() {
      return shown(timeStamp?.call(this));
    },
  });
  for (const name of /** @type {const} */ (['setTimeout', 'setInterval'])) {
    const timer = /** @type {(run: () => void, ms?: number) => number} */ (window[name].bind(window));
    Object.assign(window, { [name]: (/** @type {() => void} */ run, ms = 0) => timer(run, ms / speed) });
  }
  return (/** @type {number} */ wanted) => {
    from = { wall: wall(), mono: mono(), shownWall: Date.now(), shownMono: performance.now() };
    speed = wanted;
  };
}

/** Answers pings as version 1 of the protocol has it. Whatever else is asked for goes its way. */
function pretendServer() {
  const seconds = (/** @type {string} */ name) => (Number(settings.get(name)) || Infinity) * 1_000;
  const [warnAfterMs, expireAfterMs, lifetimeMs] = [seconds('warn'), seconds('expire'), seconds('lifetime')];
  const mode = settings.get('server');
  let activeAt = Date.now();
  const fetched = window.fetch.bind(window);
  window.fetch = async (address, init) => {
    const pingUrl = guard.getAttribute('ping-url');
    if (pingUrl === null || String(address) !== new URL(pingUrl, document.baseURI).href) return fetched(address, init);
    const { idleMs } = /** @type {{ idleMs?: number }} */ (JSON.parse(String(init?.body ?? '{}')));
    const asked = idleMs === undefined ? 'asks' : `tells of activity ${Math.round(idleMs / 1_000)} s ago`;
    if (mode === 'slow') await new Promise((done) => void setTimeout(() => done(null), 4_000));
    if (mode === 'down') {
      tell({ words: `ping: ${asked} – no answer` });
      throw new TypeError('The server is pretended to be down.');
    }
    const reply = answer(idleMs);
    tell({ words: `ping: ${asked} – ${reply.state}` });
    return Response.json({ v: 1, ...reply });
  };

  /** @param {number | undefined} idleMs */
  function answer(idleMs) {
    if (mode === 'none') return { state: 'none' };
    if (mode === 'revoked') return { state: 'ended', reason: 'revoked' };
    const now = Date.now();
    if (now - startedAt >= lifetimeMs) return { state: 'ended', reason: 'lifetime' };
    if (now - activeAt >= expireAfterMs) return { state: 'ended', reason: 'idle' };
    if (idleMs !== undefined) activeAt = Math.max(activeAt, now - idleMs);
    const lifetimeLeftMs = lifetimeMs === Infinity ? null : lifetimeMs - (now - startedAt);
    // A limit that is left empty is no number in JSON, and no reply: the log tells what the element makes of that.
    return { state: 'live', idleMs: now - activeAt, warnAfterMs, expireAfterMs, lifetimeLeftMs };
  }
}
