/**
 * Concealment: nothing of the page can be seen, heard, printed or used until it is revealed, exactly as it was.
 * Synchronous, because it must be drawn before the next frame.
 */
import { css } from 'lit';

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
  const { title } = document;
  document.title = location.host;
  document.adoptedStyleSheets.push(STILL, HIDDEN);
  if (document.pictureInPictureElement) void document.exitPictureInPicture();
  const playing = [...document.querySelectorAll<HTMLMediaElement>('audio, video')].filter((media) => !media.paused);
  for (const media of playing) media.pause();
  const holding = new AbortController();
  holdInput(dialog, holding.signal);

  return () => {
    without(HIDDEN);
    // With a transition on its visibility an element could not take the focus back at once.
    queueMicrotask(() => {
      without(STILL);
    });
    holding.abort();
    if (document.title === location.host) document.title = title;
    for (const media of playing) media.play().catch(() => undefined);
  };
}

function without(unwanted: CSSStyleSheet): void {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== unwanted);
}

/**
 * Input goes to the curtain or nowhere. Held on the window, ahead of the application's listeners, and on the document,
 * for the one event that is under way when the curtain falls.
 */
function holdInput(dialog: HTMLDialogElement, signal: AbortSignal): void {
  const hold = (event: Event): void => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    const ours = event.composedPath().includes(dialog);
    // A press on the curtain's empty part would take the focus out of it; Escape may close a dialog of the page's below.
    if (!ours || event.type === 'mousedown' || (event as KeyboardEvent).key === 'Escape') event.preventDefault();
  };
  for (const target of [window, document])
    for (const type of INPUT.split(' ')) target.addEventListener(type, hold, { capture: true, passive: false, signal });
}
