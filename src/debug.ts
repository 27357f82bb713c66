/**
 * Explains on the console what the elements of a page do, and why. Importing it is all there is to it: twice does no
 * harm, nor does it on a server. For developers only: it changes nothing that the element does.
 */
import type { SessionState } from './element/events.js';
import { cancelled, explain } from './element/explain.js';
import type { SessionSecurity } from './element/session-security.js';

const DONE = Symbol.for('session-security/debug');

function start(): void {
  const known = new WeakMap<Element, SessionState>();
  const say = (element: Element, line: string): void => {
    console.info(`<session-security${element.id && `#${element.id}`}> ${line}`);
  };
  const tell = (element: Element, state: SessionState): void => {
    for (const line of explain(state, known.get(element) ?? null)) say(element, line);
    known.set(element, state);
  };
  for (const element of document.querySelectorAll<SessionSecurity>('session-security'))
    if (element.state) tell(element, element.state);
  // Captured, so that the application hides none; retargeted where the element is in a shadow tree.
  window.addEventListener(
    'session-state',
    (event) => {
      const { state } = event as Event & { state: SessionState };
      tell(event.composedPath()[0] as Element, state);
    },
    true,
  );
  for (const type of ['session-warning', 'session-end'] as const)
    window.addEventListener(
      type,
      (event) => {
        const element = event.composedPath()[0] as Element;
        // By then everybody has heard of it.
        queueMicrotask(() => {
          if (event.defaultPrevented) say(element, cancelled[type]);
        });
      },
      true,
    );
}

if (typeof document !== 'undefined' && !(DONE in globalThis)) {
  Object.assign(globalThis, { [DONE]: true });
  start();
}
