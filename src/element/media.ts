/** Media that somebody listens to or watches. */
import { watchWindows } from './windows.js';

/** Calls `listener` several times a second while media plays that can be heard, and never while none does. */
export function watchMedia(listener: () => void, signal: AbortSignal): void {
  const onTime = ({ isTrusted, target }: Event): void => {
    const { paused, muted, volume } = target as HTMLMediaElement;
    if (isTrusted && !paused && !muted && volume > 0) listener();
  };
  watchWindows((view, signal) => {
    const options = { capture: true, passive: true, signal };
    view.addEventListener('timeupdate', onTime, options);
    // It is not heard out of a shadow tree: so it is listened for in those where a person has chosen something.
    const onChoice = (event: Event): void => {
      for (const root of event.composedPath())
        if ((root as Node).nodeType === Node.DOCUMENT_FRAGMENT_NODE)
          root.addEventListener('timeupdate', onTime, options);
    };
    for (const type of ['click', 'keydown']) view.addEventListener(type, onChoice, options);
  }, signal);
}
