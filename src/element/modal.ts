/**
 * Opens a native `<dialog>` on top of everything, with the focus in it. Returns what closes it and gives the focus back
 * to where it was.
 */
export function openModal(dialog: HTMLDialogElement): () => void {
  // To what has the focus inside a frame the browser doesn't give it back.
  const { activeElement } = document;
  const inFrame = (activeElement as HTMLIFrameElement | null)?.contentDocument?.activeElement;
  const focused = (inFrame ?? activeElement) as HTMLElement | null;
  // What a focused `contenteditable` would lose: its caret goes to the start. Text fields keep theirs by themselves.
  const selection = focused?.ownerDocument.getSelection();
  const caret = focused?.isContentEditable && selection?.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  dialog.showModal();
  return () => {
    dialog.close();
    if (inFrame) focused?.focus();
    if (!caret) return;
    selection?.removeAllRanges();
    selection?.addRange(caret);
  };
}
