/**
 * A native modal `<dialog>` that only its owner closes. Whatever else closes it (a second Escape, which Chromium obeys
 * in spite of `preventDefault`, or the page's script), it comes back.
 */
export class Modal {
  readonly #dialog: HTMLDialogElement;
  #caret: Range | null = null;
  #due = false;

  constructor(dialog: HTMLDialogElement) {
    this.#dialog = dialog;
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
    });
    dialog.addEventListener('close', () => {
      if (this.#due) this.open();
    });
  }

  /** On top of everything, with the focus in it. Does nothing while it is there. */
  open(): void {
    if (this.#dialog.matches(':modal') || !this.#dialog.isConnected) return;
    // A dialog that was moved in the document stays open, but not on top.
    this.#dialog.removeAttribute('open');
    if (!this.#due) this.#caret = caret();
    this.#due = true;
    this.#dialog.showModal();
  }

  /** The browser gives the focus back to where it was. */
  close(): void {
    if (!this.#due) return;
    this.#due = false;
    this.#dialog.close();
    if (!this.#caret) return;
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(this.#caret);
  }
}

/** What a focused `contenteditable` would lose: its caret goes to the start. Text fields keep theirs by themselves. */
function caret(): Range | null {
  const selection = getSelection();
  const editing = document.activeElement instanceof HTMLElement && document.activeElement.isContentEditable;
  return editing && selection?.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
}
