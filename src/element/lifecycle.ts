/** When a page may have slept, and when it goes: the moments at which timers cannot be trusted. */

export type Moment = 'woke' | 'restored' | 'online' | 'left';

export function watchLifecycle(listener: (moment: Moment) => void, signal: AbortSignal): void {
  const on = (target: EventTarget, type: string, moment: (event: Event) => Moment | null): void => {
    const onEvent = (event: Event): void => {
      const found = moment(event);
      if (found) listener(found);
    };
    target.addEventListener(type, onEvent, { capture: true, signal });
  };
  on(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? 'woke' : null));
  on(document, 'resume', () => 'woke');
  // `focus` is captured from every field as well: only the window's own tells of a return.
  on(window, 'focus', ({ target }) => (target === window ? 'woke' : null));
  on(window, 'pageshow', (event) => ((event as PageTransitionEvent).persisted ? 'restored' : null));
  on(window, 'online', () => 'online');
  on(window, 'pagehide', () => 'left');
}

/** Runs `start` when a person sees the page: at once, or when a page made ready in advance is opened. */
export function whenActivated(start: () => void, signal: AbortSignal): void {
  if ((document as Document & { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', start, { once: true, signal });
  } else {
    start();
  }
}
