/** Forms that a script sends by `submit()`, which no event announces. */

const listeners = new Set<(form: HTMLFormElement) => void>();
let restore: (() => void) | undefined;

/** Calls `listener` before each is sent. The page has its own `submit()` back once nobody listens any more. */
export function watchScriptedSubmits(listener: (form: HTMLFormElement) => void, signal: AbortSignal): void {
  restore ??= replaceSubmit();
  listeners.add(listener);
  signal.addEventListener('abort', () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    restore?.();
    // A minifier puts both functions into one, and then it would hold the first listener.
    restore = undefined;
  });
}

function replaceSubmit(): () => void {
  const { prototype } = HTMLFormElement;
  const original = Reflect.get(prototype, 'submit');
  const submit = function (this: HTMLFormElement): void {
    for (const listener of listeners) listener(this);
    original.call(this);
  };
  prototype.submit = submit;
  return () => {
    if (Reflect.get(prototype, 'submit') === submit) prototype.submit = original;
  };
}
