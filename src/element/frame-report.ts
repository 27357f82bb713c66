/** What a cross-origin frame says of its person's activity, and who is believed. */

/** By the wall clock, which both share: a duration would grow young in a page that lay frozen. */
export const frameReport = (lastInputAt: number): object => ({
  sessionSecurity: 1,
  lastInputAt: Math.floor(lastInputAt),
});

/** An older report is no news; one from further ahead is not of this clock. */
const OLDEST_MS = 60_000;
const FURTHEST_AHEAD_MS = 1_000;

/** Whether it is an http(s) origin and nothing more, such as `https://app.example`. */
export const isOrigin = (value: string): boolean =>
  /^https?:[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;

/** Calls `listener` for each activity that a frame of this page, whose origin is named, reports. */
export function hearFrames(origins: readonly string[], listener: (ageMs: number) => void, signal: AbortSignal): void {
  const onMessage = ({ isTrusted, origin, source, data }: MessageEvent): void => {
    if (!isTrusted || !origins.includes(origin) || !isWithinPage(source)) return;
    const { sessionSecurity, lastInputAt } = (data ?? {}) as { sessionSecurity?: unknown; lastInputAt?: unknown };
    if (sessionSecurity !== 1 || !Number.isSafeInteger(lastInputAt)) return;
    const ageMs = Date.now() - (lastInputAt as number);
    if (ageMs >= -FURTHEST_AHEAD_MS && ageMs <= OLDEST_MS) listener(ageMs);
  };
  window.addEventListener('message', onMessage, { capture: true, signal });
}

/** Not this window itself, nor one that it has opened. */
function isWithinPage(source: MessageEventSource | null): boolean {
  let view = source as Window | null | undefined;
  while (view && view !== view.parent) {
    view = view.parent;
    if (view === window) return true;
  }
  return false;
}
