/** Real input anywhere on the page, however the page treats its events. */

/** What counts as activity unless `events` says otherwise. */
export const DEFAULT_EVENTS: readonly string[] = [
  'pointermove',
  'pointerdown',
  'wheel',
  'scroll',
  'touchstart',
  'touchmove',
  'keydown',
  'click',
  'input',
  'compositionupdate',
];

/**
 * Calls `listener` for each event that a person caused. Captured on the window, so that neither a shadow root nor
 * `stopPropagation` hides any, and passive, so that scrolling never waits.
 */
export function watchActivity(types: readonly string[], listener: (event: Event) => void, signal: AbortSignal): void {
  let place: string | undefined;
  let isPressed = false;
  const onEvent = (event: Event): void => {
    const { type, isTrusted, screenX, screenY, buttons } = event as PointerEvent;
    if (!isTrusted) return;
    let counts = types.includes(type);
    if (type.startsWith('pointer')) {
      const before = place;
      place = `${String(screenX)} ${String(screenY)}`;
      isPressed = buttons > 0;
      // Browsers send moves for a pointer at rest when the page under it changes.
      if (type === 'pointermove') counts &&= before !== undefined && before !== place;
    }
    // A scroll event does not tell who scrolled; wheels, keys and fingers are heard themselves, a dragged scrollbar is not.
    if (type === 'scroll') counts &&= isPressed;
    if (counts) listener(event);
  };
  for (const type of ['pointerdown', 'pointerup', 'pointercancel', 'pointermove', ...types])
    window.addEventListener(type, onEvent, { capture: true, passive: true, signal });
}
