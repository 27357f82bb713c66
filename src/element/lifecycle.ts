/** When a page may have slept, and when it goes: the moments at which timers cannot be trusted. */

/** `restored` from the back/forward cache, and `kept` in it. */
export type Moment = { type: 'woke'; restored: boolean } | { type: 'online' } | { type: 'leave'; kept: boolean };

export function watchLifecycle(listener: (moment: Moment) => void, signal: AbortSignal): void {
  const onEvent = (event: Event): void => {
    const { type, target } = event;
    if (type === 'online') listener({ type });
    else if (type === 'pagehide') listener({ type: 'leave', kept: (event as PageTransitionEvent).persisted });
    // `focus` is captured from every field as well: only the window's own tells of a return.
    else if (type !== 'focus' || target === window)
      listener({ type: 'woke', restored: (event as PageTransitionEvent).persisted });
  };
  for (const type of ['visibilitychange', 'resume', 'focus', 'pageshow', 'online', 'pagehide'])
    window.addEventListener(type, onEvent, { capture: true, signal });
}

/** Runs `start` when a person sees the page: at once, or when a page made ready in advance is opened. */
export function whenActivated(start: () => void, signal: AbortSignal): void {
  if ((document as Document & { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', start, { once: true, signal });
  } else {
    start();
  }
}
