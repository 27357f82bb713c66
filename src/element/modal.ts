import { trees } from './windows.js';

/**
 * Opens a native `<dialog>` on top of everything, with the focus in it, and keeps it there. Returns what closes it and
 * gives the focus back to where it was.
 */
export function openModal(dialog: HTMLDialogElement): () => void {
  // To what has the focus inside a frame the browser doesn't give it back.
  const { activeElement } = document;
  const inFrame = (activeElement as HTMLIFrameElement | null)?.contentDocument?.activeElement;
  const focused = (inFrame ?? activeElement) as HTMLElement | null;
  // What a focused `contenteditable` would lose: its caret goes to the start. Text fields keep theirs by themselves.
  const selection = focused?.ownerDocument.getSelection();
  const caret = focused?.isContentEditable && selection?.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  const popovers = [...trees(document)].flatMap((tree) => [...tree.querySelectorAll<HTMLElement>(':popover-open')]);
  const open = new AbortController();
  keepInside(dialog, open.signal);
  show(dialog);
  keepOnTop(dialog, open.signal);
  return () => {
    open.abort();
    // The browser has closed them, and could not give the focus back into one. What is gone, or open otherwise, would throw.
    for (const popover of popovers)
      if (popover.isConnected && popover.matches('[popover]:not(:popover-open, [open], [popover=hint])'))
        popover.showPopover();
    dialog.close();
    if (inFrame) focused?.focus();
    if (!caret) return;
    selection?.removeAllRanges();
    selection?.addRange(caret);
  };
}

/** The focus goes to a button, which in a small window would scroll what the dialog says out of view. */
function show(dialog: HTMLDialogElement): void {
  dialog.showModal();
  dialog.scrollTop = 0;
}

/**
 * What is done in the dialog is none of the page's business: "press a key" must not set off a shortcut of the application,
 * nor may what looks like a choice outside of it close a dialog of the page's below, with what was entered there.
 */
function keepInside(dialog: HTMLDialogElement, signal: AbortSignal): void {
  const keep = (event: Event): void => {
    event.stopPropagation();
    if (event.type !== 'keydown' || (event as KeyboardEvent).key !== 'Escape') return;
    event.preventDefault();
    dialog.dispatchEvent(new Event('cancel'));
  };
  for (const type of ['keydown', 'keyup']) window.addEventListener(type, keep, { capture: true, signal });
  for (const type of ['focusin', 'pointerdown', 'mousedown', 'touchstart'])
    dialog.addEventListener(type, keep, { signal });
}

/** How long the page must leave it at that before the dialog is opened again: two that fight must not block the page. */
const SETTLED_MS = 200;

/** What is opened later lies above, and takes the focus if it is modal. */
function keepOnTop(dialog: HTMLDialogElement, signal: AbortSignal): void {
  const { localName } = (dialog.getRootNode() as ShadowRoot).host;
  let timer: ReturnType<typeof setTimeout>;
  const onEvent = (event: Event): void => {
    const path = event.composedPath() as Partial<Element>[];
    const isAbove =
      event.type === 'focusin'
        ? // Nor do two elements on one page fight each other.
          !dialog.matches(':focus-within') && !path.some((target) => target.localName === localName)
        : path[0]?.matches?.(':modal, :popover-open, :fullscreen');
    if (!isAbove) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (signal.aborted || !dialog.open) return;
      dialog.close();
      show(dialog);
    }, SETTLED_MS);
  };
  for (const type of ['focusin', 'toggle', 'fullscreenchange'])
    document.addEventListener(type, onEvent, { capture: true, signal });
}
