/**
 * Concealment: nothing of the page can be seen, heard, printed or used until it is revealed, exactly as it was.
 * Imperative and synchronous, because it must be drawn before the next frame, and may be needed before Lit's first.
 */
import { css, html, nothing, render, type CSSResult } from 'lit';
import { Modal } from './modal.js';

type Undo = () => void;

export interface Explanation {
  heading: string;
  words?: string;
  link?: { href: string; label: string; target?: string } | null;
  lang: string;
  dir: string;
}

export class Curtain {
  readonly #dialog = document.createElement('dialog');
  readonly #modal = new Modal(this.#dialog);
  #undo: Undo[] = [];

  constructor(root: ShadowRoot) {
    Object.assign(this.#dialog, { id: 'curtain', part: 'curtain', role: 'alertdialog', ariaLabel: location.host });
    root.append(this.#dialog);
  }

  get concealed(): boolean {
    return this.#undo.length > 0;
  }

  /** Without words at first: a quick answer must not flash any. Again after a move in the document, which took it off the top. */
  conceal(): void {
    if (this.concealed) {
      this.#modal.open();
      return;
    }
    this.#undo = [
      adopt(STILL),
      keepScroll(),
      this.#cover(),
      adopt(HIDDEN),
      holdInput(this.#dialog),
      coverTitle(),
      silence(),
    ];
  }

  reveal(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    render(nothing, this.#dialog);
  }

  /** Says why. The words are spoken as they come; the link takes the focus. */
  explain({ heading, words, link, lang, dir }: Explanation): void {
    Object.assign(this.#dialog, { lang, dir });
    render(
      html`
        <div role="status">
          <h2 part="title">${heading}</h2>
          <p>${words}</p>
        </div>
        ${
          link
            ? html`<div part="buttons">
                <a part="button stay" href=${link.href} target=${link.target ?? nothing}>${link.label}</a>
              </div>`
            : nothing
        }
      `,
      this.#dialog,
    );
    this.#dialog.querySelector('a')?.focus();
  }

  #cover(): Undo {
    this.#modal.open();
    return () => {
      this.#modal.close();
    };
  }
}

function keepScroll(): Undo {
  const { scrollX: left, scrollY: top } = window;
  return () => {
    scrollTo({ left, top, behavior: 'instant' });
  };
}

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
`;

/** With a transition on its visibility an element would go late, and could not take the focus back at once. */
const STILL = css`
  * {
    transition: none !important;
  }
`;

function adopt({ styleSheet }: CSSResult): Undo {
  if (styleSheet) document.adoptedStyleSheets = [...document.adoptedStyleSheets, styleSheet];
  return () => {
    if (styleSheet) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== styleSheet);
  };
}

const INPUT =
  'keydown keypress keyup beforeinput paste drop pointerdown pointerup mousedown mouseup click touchstart touchend wheel';

/**
 * Input goes to the curtain or nowhere. Held on the window, ahead of the application's listeners, and on the document,
 * for the one event that is under way when the curtain falls.
 */
function holdInput(dialog: HTMLDialogElement): Undo {
  const controller = new AbortController();
  const hold = (event: Event): void => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    const ours = event.composedPath().includes(dialog);
    // A press on the curtain's empty part would take the focus out of it; Escape may close a dialog of the page's below.
    if (!ours || event.type === 'mousedown' || (event as KeyboardEvent).key === 'Escape') event.preventDefault();
  };
  for (const target of [window, document])
    for (const type of INPUT.split(' '))
      target.addEventListener(type, hold, { capture: true, passive: false, signal: controller.signal });
  return () => {
    controller.abort();
  };
}

function coverTitle(): Undo {
  const title = document.title;
  document.title = location.host;
  const cover = document.title;
  return () => {
    if (document.title === cover) document.title = title;
  };
}

function silence(): Undo {
  if (document.fullscreenElement) void document.exitFullscreen();
  if (document.pictureInPictureElement) void document.exitPictureInPicture();
  const playing = [...document.querySelectorAll<HTMLMediaElement>('audio, video')].filter((media) => !media.paused);
  for (const media of playing) media.pause();
  return () => {
    for (const media of playing) media.play().catch(() => undefined);
  };
}

export const curtainStyles: CSSResult = css`
  #curtain {
    width: 100%;
    height: 100%;
    max-width: none;
    max-height: none;
    border: 0;
    border-radius: 0;
  }
  #curtain[open] {
    display: grid;
    place-content: safe center;
    justify-items: center;
  }
  #curtain::backdrop {
    background: var(--surface);
  }
`;
