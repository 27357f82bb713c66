/** The element's one dialog, as the warning or as the curtain before a concealed page. What opens it is in modal.ts. */
import { css, html, nothing, type CSSResult, type TemplateResult } from 'lit';
import type { SessionState } from './events.js';
import { clock, duration, withTime, type Messages } from './messages.js';

export interface View {
  /** `null`: there is nothing to say. */
  state: SessionState | null;
  /** What was left when the warning opened: the ring is full at this, and the description says it. */
  totalMs: number;
  extendOn: 'any' | 'button';
  canSignOut: boolean;
  /** Where one signs in again. */
  signInHref: string;
  /** Signing in does not help. */
  isLooped: boolean;
}

export interface Choices {
  /** To stay; where the lifetime ends, to carry on until then. */
  extend(): void;
  /** To leave; where the lifetime ends, to sign in again. */
  signOut(): void;
  /** Something else than a choice has closed the dialog, or changed what is in its slot. */
  update(): void;
  /** To sign in again, from a page that has ended. */
  leave(): void;
}

/** Always the same `<dialog>`, empty while there is nothing to say. */
export function dialogTemplate(view: View, choices: Choices, messages: Messages): TemplateResult {
  const { state, extendOn } = view;
  const escape = (event: Event): void => {
    event.preventDefault();
    if (extendOn === 'any') choices.extend();
  };
  return html`
    <dialog
      id=${state?.concealed ? 'curtain' : 'warning'}
      part=${state?.concealed ? 'curtain' : 'dialog'}
      role="alertdialog"
      aria-labelledby="title"
      aria-describedby="opened text"
      lang=${messages.lang}
      dir=${messages.dir}
      @cancel=${escape}
      @close=${() => choices.update()}
    >
      ${!state ? nothing : state.concealed ? curtain(state, view, choices, messages) : warning(state, view, choices, messages)}
    </dialog>
    <slot name="sign-out" hidden @slotchange=${() => choices.update()}></slot>
  `;
}

/** The words are spoken as they come. */
function curtain(
  { phase, reason }: SessionState,
  { signInHref, isLooped }: View,
  choices: Choices,
  messages: Messages,
): TemplateResult {
  const isLocked = phase === 'locked';
  const leave = (event: Event): void => {
    event.preventDefault();
    choices.leave();
  };
  const link = isLocked
    ? html`<a part="button stay" href=${signInHref} target="_blank">${messages.lockedStay}</a>`
    : html`<a part="button stay" href=${signInHref} @click=${leave}>${messages.signInAgain}</a>`;
  return html`
    <div role="status">
      <h2 id="title" part="title">${isLocked ? messages.locked : reason ? messages.ended : messages.checking}</h2>
      <p>${reason && (isLooped ? messages.looped : messages[`ended-${reason}`])}</p>
      <p>${isLocked ? messages.lockedText : nothing}</p>
    </div>
    ${reason ? html`<div part="buttons">${link}</div>` : nothing}
  `;
}

function warning(
  { cause, remainingMs, status }: SessionState,
  { totalMs, extendOn, canSignOut }: View,
  choices: Choices,
  messages: Messages,
): TemplateResult {
  const counting = status === 'counting';
  const idle = cause === 'idle';
  const hint = idle && extendOn === 'any' ? ' ' + messages.anyHint : '';
  // Chinese and Japanese have no space between sentences.
  const text = (messages[`${cause}Text`] + hint).replace('。 ', '。');
  const left = (ms: number): string => withTime(messages.left, duration(ms, messages));
  const spokenMs = spoken(remainingMs);
  // The ring runs from the top, clockwise in every script, as clocks do. A warning of the lifetime may come while somebody
  // is typing: its title has the focus, lest a space that was meant for the page put it aside unread.
  return html`
    <svg part="countdown" viewBox="0 0 100 100" aria-hidden="true">
      <path part="track" d="M50 4a46 46 0 1 1-.01 0z" />
      <path
        part="ring"
        d="M50 4a46 46 0 1 1-.01 0z"
        pathLength="1"
        stroke-dasharray="${counting ? aSecondOn(remainingMs) / totalMs : 1} 1"
      />
      <text part="time" x="50" y="58">
        ${counting ? clock(remainingMs, messages.lang) : status === 'confirmed' ? '✓' : '…'}
      </text>
    </svg>
    <h2 id="title" part="title" tabindex="-1" ?autofocus=${!idle}>
      <slot name="${cause}-title">${messages[`${cause}Title`]}</slot>
    </h2>
    <div part="message">
      <p id="text" ?data-over=${!counting}><slot name="${cause}-text">${text}</slot></p>
      <p role="status" ?data-spoken=${counting}>
        ${counting ? (spokenMs < totalMs ? left(spokenMs) : '') : messages[status]}
      </p>
    </div>
    <p id="opened" hidden>${left(totalMs)}</p>
    <div part="buttons">
      <button part="button stay" autofocus @click=${() => choices.extend()}>
        ${idle ? messages.stay : messages.carryOn}
      </button>
      ${
        !canSignOut
          ? nothing
          : html`<button part="button sign-out" @click=${() => choices.signOut()}>
              ${idle ? messages.signOut : messages.signInAgain}
            </button>`
      }
    </div>
  `;
}

/** The ring takes a second to move, so it is aimed at where it shall be by then. */
const aSecondOn = (ms: number): number => Math.max(0, ms - 1000);

/** What a screen reader was told last: whole minutes, then steps of a quarter of one. */
function spoken(ms: number): number {
  const stepMs = ms > 60_000 ? 60_000 : 15_000;
  return Math.ceil(ms / stepMs) * stepMs;
}

export const dialogStyles: CSSResult = css`
  :host {
    all: initial;
    display: contents !important;
    color-scheme: inherit;
    font-family: inherit;
  }
  dialog {
    --accent: var(--session-security-accent, light-dark(#0b57d0, #a8c7fa));
    --surface: var(--session-security-surface, light-dark(#fff, #202328));
    --radius: var(--session-security-radius, 0.75em);
    box-sizing: border-box;
    width: 27em;
    padding: 1.75em;
    border: 1px solid #8884;
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--session-security-text, CanvasText);
    line-height: 1.5;
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
    /* A Japanese line does not begin with "ー". */
    line-break: strict;
    visibility: visible;
  }
  dialog::backdrop {
    /* No blur: with the ring in motion it would be drawn anew in each frame, at the cost of a core where there is no GPU. */
    background: var(--session-security-backdrop, #0f172ab3);
  }
  #curtain {
    min-width: 100%;
    min-height: 100%;
    border: 0;
    border-radius: 0;
  }
  #curtain[open] {
    display: grid;
    place-content: safe center;
    justify-items: center;
  }
  /* A quick answer must not flash any words (C8). */
  [role='status']:only-child {
    animation: late 1s;
  }
  @keyframes late {
    0%,
    99% {
      visibility: hidden;
    }
  }
  svg {
    width: min(6em, 20vh);
    color: var(--accent);
    forced-color-adjust: auto;
  }
  path {
    fill: none;
    stroke: currentColor;
    stroke-width: 6;
    stroke-linecap: round;
  }
  [part='track'] {
    opacity: 0.2;
  }
  @media not (prefers-reduced-motion) {
    [part='ring'] {
      transition: stroke-dasharray 1s steps(4);
    }
  }
  text {
    fill: currentColor;
    font-size: 1.5em;
    font-variant-numeric: tabular-nums;
    text-anchor: middle;
  }
  h2,
  p {
    margin: 0.5em 0 0;
  }
  h2 {
    font-size: 1.3em;
    outline: 0;
  }
  [part='message'] {
    display: grid;
    place-items: center;
  }
  [part='message'] > * {
    grid-area: 1/1;
  }
  [data-over] {
    visibility: hidden;
  }
  [data-spoken] {
    position: absolute;
    clip-path: inset(50%);
  }
  [part='buttons'] {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75em;
    margin-top: 1.5em;
  }
  [part~='button'] {
    flex: 10em;
    padding: 0.5em;
    border: 2px solid var(--accent);
    border-radius: var(--radius);
    background: none;
    color: var(--accent);
    font: inherit;
    font-weight: 600;
    text-decoration: none;
    outline-offset: 2px;
  }
  [part~='stay'] {
    background: var(--accent);
    color: var(--session-security-on-accent, var(--surface));
  }
`;
