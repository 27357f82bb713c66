/** Real input anywhere on the page, however the page treats its events. */
import { watchWindows } from './windows.js';

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
  'beforeinput',
  'input',
  'compositionupdate',
  'paste',
  'dragover',
  'drop',
];

/** In pixels, and more. */
const WIDEST_SCREEN = 2 ** 20;

/** How far apart two movements are at most of which the second may wait. */
const KEPT_FOR_MS = 1_000;

/**
 * Calls `listener` for each event that a person caused, and says how long ago that was. Captured on the windows, so
 * that neither a shadow root nor `stopPropagation` hides any, and passive, so that scrolling never waits.
 *
 * While `mayWait()`, of the pointer's movements only the latest is kept, which costs next to nothing. It is looked at
 * before the next other event, or when somebody calls what is returned.
 */
export function watchActivity(
  types: readonly string[],
  listener: (ageMs: number, event: Event) => void,
  signal: AbortSignal,
  mayWait = () => false,
): () => void {
  const places: Record<string, number> = {};
  let isPressed = false;
  /** The latest movement, while nobody has looked at it. */
  let kept: Event | null = null;
  /** When the pointer last moved, by the clock that goes on while the machine sleeps. */
  let movedAt = 0;

  const look = (event: Event, ageMs: number): void => {
    const { type, pointerType, screenX, screenY, buttons, inputType } = event as PointerEvent & InputEvent;
    let counts = types.includes(type);
    if (/^(pointer|drag)/.test(type)) {
      const before = places[pointerType];
      // One number, since a text for each movement would be what it costs most.
      const place = (places[pointerType] = screenX + screenY * WIDEST_SCREEN);
      // Firefox leaves the button down in what it cancels for a drag.
      isPressed = buttons === 1 && !/cancel|drag/.test(type);
      // Browsers send moves for a pointer at rest when the page under it changes, and while it holds what it drags.
      if (/move|over/.test(type)) counts &&= before !== undefined && before !== place;
    }
    // A scroll event does not tell who scrolled; wheels, keys and fingers are heard themselves, a dragged scrollbar is not.
    if (type === 'scroll') counts &&= isPressed;
    // Text that a script inserts by `execCommand` comes without warning.
    if (inputType && type === 'input') counts &&= !types.includes('beforeinput');
    if (counts) listener(ageMs, event);
  };

  const lookAtKept = (): void => {
    const event = kept;
    kept = null;
    if (event) look(event, Math.max(performance.now() - event.timeStamp, Date.now() - movedAt));
  };

  const onEvent = (event: Event): void => {
    if (!event.isTrusted) return;
    lookAtKept();
    // In the clock of its own window, which began to run when that was opened.
    look(event, (event.currentTarget as Window).performance.now() - event.timeStamp);
  };

  const onMove = (event: Event): void => {
    // Those of a script would take the place of a person's.
    if (!event.isTrusted) return;
    const now = Date.now();
    // The first after a sleep may be too late, which must be found out at once.
    if (mayWait() && now - movedAt < KEPT_FOR_MS) kept = event;
    else onEvent(event);
    movedAt = now;
  };

  watchWindows((view, signal) => {
    for (const type of ['pointerdown', 'pointerup', 'pointercancel', 'pointermove', ...types]) {
      const waits = type === 'pointermove' && view === window;
      view.addEventListener(type, waits ? onMove : onEvent, { capture: true, passive: true, signal });
    }
  }, signal);
  return lookAtKept;
}
