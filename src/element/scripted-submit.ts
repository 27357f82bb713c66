/** Forms that a script sends by `submit()`, which no event announces. */

type Listener = (form: HTMLFormElement) => void;

interface Watch {
  listeners: Set<Listener>;
  /** Gives the page its own `submit()` back. */
  restore: () => void;
}

/** Of each `submit()` that stands in for a page's own. */
const watches = new WeakMap<HTMLFormElement['submit'], Watch>();

/** Calls `listener` before each is sent. The page has its own `submit()` back once nobody listens any more. */
export function watchScriptedSubmits(listener: Listener, signal: AbortSignal): void {
  const { listeners, restore } = watches.get(Reflect.get(HTMLFormElement.prototype, 'submit')) ?? replaceSubmit();
  listeners.add(listener);
  signal.addEventListener('abort', () => {
    listeners.delete(listener);
    if (listeners.size === 0) restore();
  });
}

function replaceSubmit(): Watch {
  const { prototype } = HTMLFormElement;
  const original = Reflect.get(prototype, 'submit');
  const listeners = new Set<Listener>();
  const submit = function (this: HTMLFormElement): void {
    for (const listener of listeners) listener(this);
    original.call(this);
  };
  const restore = (): void => {
    if (Reflect.get(prototype, 'submit') === submit) prototype.submit = original;
  };
  prototype.submit = submit;
  const watch = { listeners, restore };
  watches.set(submit, watch);
  return watch;
}
