/**
 * Concealment: nothing of the page can be seen, heard, printed or used until it is revealed, exactly as it was.
 * Synchronous, because it must be drawn before the next frame.
 */
import { css } from 'lit';
import { trees, watchWindows } from './windows.js';

const STILL = css`
  * {
    transition: none !important;
  }
`.styleSheet as CSSStyleSheet;

/** What the opaque dialog leaves open: print, and what the page puts on top of it. In a layer, `!important` beats the page's. */
const HIDDEN = css`
  @layer {
    * {
      visibility: hidden !important;
    }
    @media print {
      :root {
        display: none !important;
      }
    }
  }
`.styleSheet as CSSStyleSheet;

const INPUT =
  'keydown keypress keyup beforeinput paste drop pointerdown pointerup mousedown mouseup click touchstart touchend wheel';

/** Leaves nothing but the dialog. Returns what reveals the page again. */
export function conceal(dialog: HTMLDialogElement): () => void {
  const concealed = new AbortController();
  let { title } = document;
  const coverTitle = (): void => {
    if (concealed.signal.aborted || document.title === location.host) return;
    ({ title } = document);
    document.title = location.host;
  };
  coverTitle();
  // The page goes on, and may tell in it what has come in. In a task of its own, so that two who fight block nothing.
  const titles = new MutationObserver(() => setTimeout(coverTitle));
  titles.observe(document, { childList: true, characterData: true, subtree: true });
  document.adoptedStyleSheets.push(STILL, HIDDEN);
  const playing = new Set<HTMLMediaElement>();
  dialog.addEventListener('click', (event) => event.stopPropagation(), { signal: concealed.signal });
  watchWindows((view, signal) => {
    silence(view, playing, signal);
    holdInput(view, dialog, signal);
  }, concealed.signal);

  return () => {
    without(HIDDEN);
    // With a transition on its visibility an element could not take the focus back at once.
    queueMicrotask(() => {
      without(STILL);
    });
    concealed.abort();
    titles.disconnect();
    if (document.title === location.host) document.title = title;
    for (const media of playing) media.play().catch(() => undefined);
  };
}

function without(unwanted: CSSStyleSheet): void {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== unwanted);
}

/** What plays, and what would begin to; only what is in a closed shadow tree, or in no tree at all, cannot be found. */
function silence({ document }: Window, playing: Set<HTMLMediaElement>, signal: AbortSignal): void {
  const pause = (media: HTMLMediaElement): void => {
    playing.add(media);
    media.pause();
  };
  if (document.pictureInPictureElement) void document.exitPictureInPicture();
  for (const tree of trees(document)) {
    for (const media of tree.querySelectorAll<HTMLMediaElement>('audio, video')) if (!media.paused) pause(media);
    tree.addEventListener('play', ({ target }) => pause(target as HTMLMediaElement), { capture: true, signal });
  }
}

/**
 * Input goes to the curtain or nowhere. Held on the window, ahead of the application's listeners, and on the document,
 * for the one event that is under way when the curtain falls.
 */
function holdInput(view: Window, dialog: HTMLDialogElement, signal: AbortSignal): void {
  const hold = (event: Event): void => {
    const { isTrusted, type, key } = event as KeyboardEvent;
    const isWithin = event.composedPath().includes(dialog);
    // The curtain's link leaves by itself, lest the page hold it back.
    if (!isTrusted || (isWithin && type === 'click')) return;
    event.stopImmediatePropagation();
    // Tab leads nowhere but into the dialog, from wherever the focus has gone. A press on the curtain's empty part would
    // take the focus out of it; Escape may close a dialog of the page's below.
    if ((!isWithin && key !== 'Tab') || type === 'mousedown' || key === 'Escape') event.preventDefault();
  };
  for (const target of [view, view.document])
    for (const type of INPUT.split(' ')) target.addEventListener(type, hold, { capture: true, passive: false, signal });
}
