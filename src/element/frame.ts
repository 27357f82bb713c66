/** For a page in a frame of another origin: it reports activity to the guarded page around it. */
import { DEFAULT_EVENTS, watchActivity } from './activity.js';
import { frameReport, isOrigin } from './frame-report.js';

/** The guarded page needs no more than it draws: its countdown has seconds. */
const EVERY_MS = 1_000;

/**
 * Reports input in this page, and in its same-origin frames, to those pages around it that are of the given origins; at
 * most once a second, and nothing but when it was. The guarded page names this page's origin in `frame-origins`.
 *
 * @param origins - Origins of the guarded pages, such as `['https://app.example']`.
 * @param signal - Ends the reporting.
 * @throws {TypeError} Where one of them is not an http(s) origin.
 */
export function reportActivity(origins: readonly string[], signal = new AbortController().signal): void {
  const wrong = origins.length > 0 ? origins.find((origin) => !isOrigin(origin)) : '';
  if (wrong !== undefined)
    throw new TypeError(`session-security/frame: "${wrong}" is no origin. Name some such as "https://app.example".`);
  let toldAt = -Infinity;
  const onInput = (ageMs: number): void => {
    if (performance.now() - toldAt < EVERY_MS) return;
    toldAt = performance.now();
    tell(origins, frameReport(Date.now() - ageMs));
  };
  watchActivity(DEFAULT_EVENTS, onInput, signal);
}

/** The browser delivers to no other origin than the one named; where it says which is whose, nothing is sent in vain. */
function tell(origins: readonly string[], report: object): void {
  const { ancestorOrigins } = location as Partial<Location>;
  let view: Window = window;
  for (let level = 0; view !== view.parent; level += 1) {
    view = view.parent;
    const known = ancestorOrigins?.[level];
    for (const origin of origins) if (known === undefined || known === origin) view.postMessage(report, origin);
  }
}
