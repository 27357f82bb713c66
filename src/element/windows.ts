/**
 * The windows in which a person may be at work on this page: its own, and those of its same-origin frames, nested ones
 * too, whenever they are added or navigated.
 */
export function watchWindows(watch: (view: Window, signal: AbortSignal) => void, signal: AbortSignal): void {
  const entered = new WeakMap<Document, AbortController>();

  const enter = (view: Window, signal: AbortSignal): void => {
    watch(view, signal);
    const { document } = view;
    const options = { capture: true, passive: true, signal };
    document.addEventListener('load', ({ target }) => enterFrame(target, true), options);
    // Loading is not heard out of a shadow tree, nor before its end: then the pointer or the focus shows the way.
    view.addEventListener('pointerover', (event) => enterFrame(event.composedPath()[0]), options);
    view.addEventListener('blur', () => setTimeout(() => enterFrame(focused(document))), options);
    for (const tree of trees(document))
      for (const frame of tree.querySelectorAll('iframe, frame, object')) enterFrame(frame);
  };

  const enterFrame = (frame: unknown, isLoaded = false): void => {
    // What is not of this origin has no document for us.
    const document = (frame as Partial<HTMLIFrameElement> | null | undefined)?.contentDocument;
    const view = document?.defaultView;
    if (!view || signal.aborted || (entered.has(document) && !isLoaded)) return;
    // A document that is written anew by `document.open()` has lost its listeners.
    entered.get(document)?.abort();
    const left = new AbortController();
    entered.set(document, left);
    const here = AbortSignal.any([signal, left.signal]);
    view.addEventListener(
      'pagehide',
      () => {
        left.abort();
        entered.delete(document);
        // By then the next document is there; or the same one, kept by the browser.
        setTimeout(() => enterFrame(frame));
      },
      { signal: here },
    );
    enter(view, here);
  };

  enter(window, signal);
}

/** A document, or a shadow tree, with all open shadow trees in it. */
export function* trees(tree: Document | ShadowRoot): Generator<Document | ShadowRoot> {
  yield tree;
  for (const { shadowRoot } of tree.querySelectorAll('*')) if (shadowRoot) yield* trees(shadowRoot);
}

function focused(root: Document | ShadowRoot): Element | null {
  const { activeElement } = root;
  return activeElement?.shadowRoot ? focused(activeElement.shadowRoot) : activeElement;
}
