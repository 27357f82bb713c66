/**
 * The session's picture: one lane a tab, the server's below them. It asks the tabs and the server what they know,
 * four times and once a second, only while it is open and to be seen; the server does not take its questions for activity.
 */
import { drawLane } from './lane.js';
import { changeMode, currentMode, MODES } from './modes.js';
import { startTabLog } from './tab-log.js';

const DRAW_MS = 250;
const SERVER_MS = 1_000;
const SILENT_MS = 2_500;
const SHORTEST_SPAN_MS = 90_000;
const OPEN_KEY = 'demo-panel-open';
const SERVER_KEY = 'demo-panel-server';

/** @template {Element} T @param {string} selector @param {ParentNode} [root] @returns {T} */
const find = (selector, root = document) => /** @type {T} */ (root.querySelector(selector));

const own = startTabLog();
const panel = /** @type {HTMLDetailsElement} */ (find('#panel'));
const fault = /** @type {HTMLSelectElement} */ (find('#fault'));
const body = find('#lanes');

/** @type {Map<string, import('./tab-log.js').Report>} the latest report of each tab */
const tabs = new Map();
/** @type {Map<string, HTMLTableRowElement>} */
const rows = new Map();
/** What the server said, second by second. Its latest answer is `view`; `null` where it gave none. */
const server = {
  /** @type {import('./tab-log.js').PhaseChange[]} */ phases: [],
  /** @type {import('./tab-log.js').Activity[]} */ activities: [],
  /** @type {{ at: number, kind: string, status: number | null }[]} */ requests: [],
  at: 0,
  /** @type {any} */ view: null,
  limits: { warnAfterMs: 30_000, expireAfterMs: 60_000 },
};
Object.assign(server, JSON.parse(sessionStorage.getItem(SERVER_KEY) ?? '{}'));

own.onreport((report) => tabs.set(report.id, report));

const spanMs = () => Math.max(SHORTEST_SPAN_MS, server.limits.expireAfterMs * 1.5);
const watched = () => panel.open && document.visibilityState === 'visible';

setInterval(() => {
  if (!watched()) return;
  own.ask();
  draw();
}, DRAW_MS);

async function watchServer() {
  if (watched()) await askServer();
  setTimeout(watchServer, SERVER_MS);
}
void watchServer();

async function askServer() {
  /** @type {any} */
  let view = null;
  try {
    const response = await fetch(`/demo/server-view?span=${spanMs()}`, { signal: AbortSignal.timeout(4 * SERVER_MS) });
    if (response.ok) view = await response.json();
  } catch {
    // The lane says that the server gives no answer.
  }
  const at = Date.now();
  server.view = view;
  server.at = at;
  const phase = serverPhase(view);
  if (server.phases.at(-1)?.phase !== phase) server.phases.push({ at, phase });
  if (view && document.activeElement !== fault) fault.value = view.fault;
  if (view) server.limits = view.limits;
  const session = view?.session;
  // Durations from the server become times here, by this browser's clock.
  if (session) server.requests = session.requests.map((/** @type {any} */ one) => ({ ...one, at: at - one.agoMs }));
  if (session?.live) {
    const activeAt = at - session.idleMs;
    if (Math.abs(activeAt - (server.activities.at(-1)?.activeAt ?? -Infinity)) > 200)
      server.activities.push({ at, activeAt });
  }
  const oldest = at - spanMs();
  for (const list of [server.phases, server.activities]) while (list[1] && list[1].at < oldest) list.shift();
}

function serverPhase(/** @type {any} */ view) {
  if (!view) return 'unknown';
  if (!view.session) return 'none';
  if (!view.session.live) return 'ended';
  return view.session.idleMs < view.limits.warnAfterMs ? 'active' : 'warning';
}

function draw() {
  const now = Date.now();
  const here = own.report();
  tabs.set(here.id, here);
  for (const [id, { at }] of tabs) if (at < now - spanMs()) forget(id);
  const lanes = [...tabs.values()].sort((a, b) => a.born - b.born);
  find('#axis').textContent = `The last ${Math.round(spanMs() / 1000)} seconds, now on the right`;
  lanes.forEach((report) => drawTab(report, report.id === here.id, now));
  drawServer(now);
}

/** @param {import('./tab-log.js').Report} report @param {boolean} isHere @param {number} now */
function drawTab(report, isHere, now) {
  const silent = now - report.at > SILENT_MS;
  const { state } = report;
  const row = rowOf(report.id);
  say(row, {
    name: report.title,
    detail: isHere
      ? 'this tab'
      : silent
        ? `silent for ${seconds(now - report.at)}`
        : report.hidden
          ? 'hidden'
          : 'visible',
    phase: silent ? 'unknown' : (state?.phase ?? 'none'),
    words: silent ? 'closed or asleep' : state ? tabWords(state) : 'not guarded',
    idle: state && !silent && state.phase !== 'dormant' ? seconds(state.idleMs) : '–',
    left: state && !silent && ['active', 'warning'].includes(state.phase) ? seconds(state.remainingMs) : '–',
  });
  const limits = state && state.expireAfterMs > 0 ? state : server.limits;
  drawLane(
    find('canvas', row),
    {
      phases: report.phases,
      activities: report.activities,
      until: silent ? report.at : now,
      inputs: report.inputs,
      fetches: [],
      told: report.told,
      pings: report.questions.map(({ from, to, kind, failed, sent }) => ({
        from,
        to,
        label: kind,
        look: failed ? 'failed' : sent ? 'sent' : 'shared',
      })),
      warnAfterMs: limits.warnAfterMs,
      expireAfterMs: limits.expireAfterMs,
    },
    { now, spanMs: spanMs() },
  );
}

function tabWords(/** @type {import('./tab-log.js').State} */ state) {
  const reason = state.reason ? ` (${state.reason})` : '';
  const asking = state.asking ? `, asks: ${state.asking}` : '';
  return `${state.phase}${reason}${asking}${state.unreachable ? ', no answer' : ''}`;
}

function drawServer(/** @type {number} */ now) {
  const session = server.view?.session;
  const phase = serverPhase(server.view);
  const idleMs = session?.live ? session.idleMs + (now - server.at) : null;
  const row = rowOf('server');
  const ping = server.requests.findLast(({ kind }) => kind === 'ask' || kind === 'report');
  say(row, {
    name: 'Server',
    detail: ping ? `last ping ${seconds(now - ping.at)} ago` : 'no ping yet',
    phase,
    words: serverWords(phase, session),
    idle: idleMs === null ? '–' : seconds(idleMs),
    left: idleMs === null ? '–' : seconds(Math.max(0, server.limits.expireAfterMs - idleMs)),
  });
  const of = (/** @type {string[]} */ ...kinds) => server.requests.filter(({ kind }) => kinds.includes(kind));
  drawLane(
    find('canvas', row),
    {
      ...server.limits,
      phases: server.phases,
      activities: server.activities,
      until: now,
      inputs: of('navigation').map(({ at }) => at),
      fetches: of('fetch').map(({ at }) => at),
      told: [],
      pings: of('ask', 'report').map(({ at, kind, status }) => ({
        from: at,
        to: status === null ? null : at,
        label: kind,
        look: status === null || status === 200 ? 'sent' : 'failed',
      })),
    },
    { now, spanMs: spanMs() },
  );
}

function serverWords(/** @type {string} */ phase, /** @type {any} */ session) {
  if (phase === 'unknown') return 'no answer';
  if (phase === 'none') return 'nobody signed in';
  return phase === 'ended' ? `ended (${session.reason})` : `${phase}: ${session.user}`;
}

/** @returns {HTMLTableRowElement} */
function rowOf(/** @type {string} */ id) {
  let row = rows.get(id);
  if (!row) {
    row = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    name.append(labelled('strong', 'name'), labelled('span', 'detail'));
    const picture = document.createElement('td');
    const canvas = document.createElement('canvas');
    canvas.ariaHidden = 'true';
    picture.append(canvas);
    const phase = document.createElement('td');
    phase.append(labelled('span', 'phase'));
    row.append(name, phase, labelled('td', 'idle'), labelled('td', 'left'), picture);
    // The server's lane stays below those of the tabs.
    body.insertBefore(row, rows.get('server') ?? null);
    rows.set(id, row);
  }
  return row;
}

function labelled(/** @type {string} */ tag, /** @type {string} */ name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

/** @param {HTMLTableRowElement} row @param {{ phase: string, words: string, [cell: string]: string }} texts */
function say(row, { phase, words, ...texts }) {
  for (const [name, text] of Object.entries({ ...texts, phase: words })) {
    const cell = find(`.${name}`, row);
    if (cell.textContent !== text) cell.textContent = text;
  }
  row.dataset['phase'] = phase;
}

function forget(/** @type {string} */ id) {
  tabs.delete(id);
  rows.get(id)?.remove();
  rows.delete(id);
}

const seconds = (/** @type {number} */ ms) => `${Math.round(ms / 1000)} s`;

const post = (/** @type {string} */ url, /** @type {unknown} */ value = {}) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

fault.addEventListener('change', () => {
  void post('/demo/fault', { mode: fault.value });
  fault.blur();
});
const mode = /** @type {HTMLSelectElement} */ (find('#mode'));
mode.append(...Object.entries(MODES).map(([value, { name }]) => new Option(name, value)));
mode.value = currentMode();
mode.addEventListener('change', () => {
  changeMode(mode.value);
  mode.blur();
});
find('#revoke').addEventListener('click', () => void post('/demo/revoke'));

// Open from the start where there is room for it, unless somebody closed it.
const choice = localStorage.getItem(OPEN_KEY);
panel.open = choice ? choice === 'yes' : matchMedia('(min-width: 60rem) and (min-height: 40rem)').matches;
panel.addEventListener('toggle', () => {
  localStorage.setItem(OPEN_KEY, panel.open ? 'yes' : 'no');
  if (panel.open) void askServer().then(draw);
});
window.addEventListener('pagehide', () =>
  sessionStorage.setItem(SERVER_KEY, JSON.stringify({ ...server, view: null })),
);
