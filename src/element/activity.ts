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
  const moved = movement();
  const isPressed = press(signal);
  const onEvent = (event: Event): void => {
    if (!event.isTrusted) return;
    if (event.type === 'pointermove' && !moved(event as PointerEvent)) return;
    // A scroll event does not tell who scrolled; wheels, keys and fingers are heard themselves, a dragged scrollbar is not.
    if (event.type === 'scroll' && !isPressed()) return;
    listener(event);
  };
  for (const type of types) window.addEventListener(type, onEvent, { capture: true, passive: true, signal });
}

/** Browsers send moves for a pointer at rest when the page under it changes. */
function movement(): (event: PointerEvent) => boolean {
  let x = NaN;
  let y = NaN;
  return ({ screenX, screenY }) => {
    const moved = (screenX !== x || screenY !== y) && !Number.isNaN(x);
    x = screenX;
    y = screenY;
    return moved;
  };
}

function press(signal: AbortSignal): () => boolean {
  let pressed = false;
  const follow = (event: PointerEvent): void => {
    pressed = event.buttons > 0;
  };
  for (const type of ['pointerdown', 'pointerup', 'pointermove'] as const) {
    window.addEventListener(type, follow, { capture: true, passive: true, signal });
  }
  return () => pressed;
}
