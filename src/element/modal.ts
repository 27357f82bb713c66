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
  show(dialog);
  const open = new AbortController();
  keepOnTop(dialog, open.signal);
  return () => {
    open.abort();
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

/** How long the page must leave it at that before the dialog is opened again: two that fight must not block the page. */
const SETTLED_MS = 200;

/** What is opened later lies above, and takes the focus if it is modal. */
function keepOnTop(dialog: HTMLDialogElement, signal: AbortSignal): void {
  const { host } = dialog.getRootNode() as ShadowRoot;
  let timer: ReturnType<typeof setTimeout>;
  const onEvent = ({ type, target }: Event): void => {
    if (host.contains(target as Node)) return;
    if (type !== 'focusin' && !(target as Partial<Element>).matches?.(':modal, :popover-open, :fullscreen')) return;
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
