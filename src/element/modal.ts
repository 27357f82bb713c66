/**
 * Opens a native `<dialog>` on top of everything, with the focus in it. Returns what closes it and gives the focus back
 * to where it was.
 */
export function openModal(dialog: HTMLDialogElement): () => void {
  // What a focused `contenteditable` would lose: its caret goes to the start. Text fields keep theirs by themselves.
  const isEditing = (document.activeElement as HTMLElement | null)?.isContentEditable;
  const selection = getSelection();
  const caret = isEditing && selection?.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  dialog.showModal();
  return () => {
    dialog.close();
    if (!caret) return;
    selection?.removeAllRanges();
    selection?.addRange(caret);
  };
}
