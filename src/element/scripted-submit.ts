/** Forms that a script sends by `submit()`, which no event announces. */

const listeners = new Set<(form: HTMLFormElement) => void>();
let restore: () => void;

/** Calls `listener` before each is sent. The page has its own `submit()` back once nobody listens any more. */
export function watchScriptedSubmits(listener: (form: HTMLFormElement) => void, signal: AbortSignal): void {
  const { prototype } = HTMLFormElement;
  if (listeners.size === 0) {
    const original = Reflect.get(prototype, 'submit');
    const submit = function (this: HTMLFormElement): void {
      for (const listener of listeners) listener(this);
      original.call(this);
    };
    prototype.submit = submit;
    restore = () => {
      if (Reflect.get(prototype, 'submit') === submit) prototype.submit = original;
    };
  }
  listeners.add(listener);
  signal.addEventListener('abort', () => {
    listeners.delete(listener);
    if (listeners.size === 0) restore();
  });
}
