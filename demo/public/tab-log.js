/**
 * What one tab has lived through of late: phases, idle time, input and pings. It looks and listens only.
 *
 * A tab reports when it is asked, by a message that a panel sends: timers of hidden tabs are throttled, messages are not.
 *
 * @typedef {{ at: number, phase: string }} PhaseChange  `phase` is one of the element's, or "none" on a page without it.
 * @typedef {{ at: number, activeAt: number }} Activity  from `at` on, the tab took `activeAt` for the last activity.
 * @typedef {{ from: number, to: number | null, kind: string, failed: boolean, sent: boolean }} Question
 *   A question to the server; `sent` if this tab made the request itself, else another tab's answer served.
 * @typedef {{ at: number, type: string }} News  what this tab has told the others.
 * @typedef {{ phase: string, reason: string | null, idleMs: number, remainingMs: number, warnAfterMs: number,
 *   expireAfterMs: number, asking: string | null, unreachable: boolean }} State  what the element tells of itself.
 * @typedef {{ id: string, born: number, at: number, title: string, hidden: boolean, state: State | null,
 *   phases: PhaseChange[], activities: Activity[], inputs: number[], questions: Question[], told: News[] }} Report
 */

const CHANNEL = 'demo-panel';
const STORAGE = 'demo-panel-tab';
const KEPT_MS = 20 * 60_000;
const INPUT = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove'];

/** @returns {{ report: () => Report, onreport: (listener: (report: Report) => void) => void, ask: () => void }} */
export function startTabLog() {
  /** @type {(Element & { state: State }) | null} */
  const guard = document.querySelector('session-security');
  const log = {
    ...{ id: randomId(), born: Date.now(), phases: [], activities: [], inputs: [], questions: [], told: [] },
    ...recall(),
  };
  /** @type {BroadcastChannel | null} */
  let channel = null;
  /** @type {((report: Report) => void) | null} */
  let listener = null;

  const state = () => guard?.state ?? null;

  function look() {
    const at = Date.now();
    const now = state();
    const phase = now?.phase ?? 'none';
    if (log.phases.at(-1)?.phase !== phase) log.phases.push({ at, phase });
    if (now) {
      const activeAt = at - now.idleMs;
      const known = log.activities.at(-1)?.activeAt ?? -Infinity;
      // Less than that is rounding.
      if (Math.abs(activeAt - known) > 200) log.activities.push({ at, activeAt });
    }
    for (const list of [log.phases, log.activities]) while (list[1] && list[1].at < at - KEPT_MS) list.shift();
    while (log.inputs[0] && log.inputs[0] < at - KEPT_MS) log.inputs.shift();
    while (log.told[0] && log.told[0].at < at - KEPT_MS) log.told.shift();
    while (log.questions[0] && log.questions[0].from < at - KEPT_MS) log.questions.shift();
  }

  guard?.addEventListener('session-state', lookForQuestions);
  function lookForQuestions() {
    look();
    const now = state();
    const open = log.questions.at(-1)?.to === null ? log.questions.at(-1) : undefined;
    if (open && open.kind !== now?.asking) Object.assign(open, { to: Date.now(), failed: now?.unreachable ?? false });
    if (now?.asking && open?.kind !== now.asking) {
      log.questions.push({ from: Date.now(), to: null, kind: now.asking, failed: false, sent: true });
    }
  }

  for (const type of INPUT) {
    window.addEventListener(
      type,
      (event) => {
        const at = Date.now();
        if (event.isTrusted && at - (log.inputs.at(-1) ?? 0) > 300) log.inputs.push(at);
      },
      { capture: true, passive: true },
    );
  }

  const pingUrl = guard?.getAttribute('ping-url');
  if (pingUrl) {
    // The element asks its first question before this script runs; the browser has a record of it.
    new PerformanceObserver((entries, observer) => {
      for (const { name, startTime, duration, responseStatus } of /** @type {PerformanceResourceTiming[]} */ (
        entries.getEntries()
      )) {
        if (new URL(name).pathname !== pingUrl) continue;
        observer.disconnect();
        const from = Date.now() - (performance.now() - startTime);
        const isKnown = log.questions.some((/** @type {Question} */ one) => Math.abs(one.from - from) < 250);
        const failed = responseStatus !== 200;
        if (!isKnown) log.questions.push({ from, to: from + duration, kind: 'connect', failed, sent: true });
      }
    }).observe({ type: 'resource', buffered: true });
    overhear(`session-security ${new URL(pingUrl, document.baseURI)}`);
  }

  /** What the element tells the other tabs of its application, and what it hears from them. */
  function overhear(/** @type {string} */ name) {
    const { postMessage } = BroadcastChannel.prototype;
    BroadcastChannel.prototype.postMessage = function (message) {
      if (this.name === name) log.told.push({ at: Date.now(), type: message.type });
      postMessage.call(this, message);
    };
    const ear = new BroadcastChannel(name);
    ear.onmessage = ({ data }) => {
      const at = Date.now();
      const isOwn = log.told.some((/** @type {News} */ news) => news.type === data.type && at - news.at < 50);
      if (data.type === 'answer' && !isOwn)
        log.questions.push({ from: at, to: at, kind: 'answer', failed: false, sent: false });
    };
    window.addEventListener('pagehide', () => ear.close());
  }

  /** @returns {Report} */
  function report() {
    look();
    return {
      ...log,
      at: Date.now(),
      title: document.title.split(' · ')[0] ?? '',
      hidden: document.hidden,
      state: state(),
    };
  }

  function open() {
    channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }) => {
      if (data === 'look') channel?.postMessage(report());
      else if (typeof data?.id === 'string') listener?.(data);
    };
  }

  // The lane goes on over a navigation. Taken out at once, so that a duplicated tab doesn't begin with the same identity.
  function recall() {
    const text = sessionStorage.getItem(STORAGE);
    sessionStorage.removeItem(STORAGE);
    return text ? JSON.parse(text) : null;
  }

  open();
  lookForQuestions();
  window.addEventListener('pagehide', () => {
    for (const question of log.questions) question.to ??= Date.now();
    sessionStorage.setItem(STORAGE, JSON.stringify(log));
    channel?.close();
  });
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    Object.assign(log, recall() ?? log);
    open();
  });

  return {
    report,
    onreport: (to) => (listener = to),
    ask: () => channel?.postMessage('look'),
  };
}

// Not randomUUID, which plain http lacks.
const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
