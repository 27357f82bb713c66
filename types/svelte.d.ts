/** Registers `<session-security>` and teaches it to Svelte's templates: `import 'session-security/svelte'`. */
import type { HTMLAttributes } from 'svelte/elements';
import type { SessionSecurity } from '../dist/index.js';
import type { SessionSecurityAttributes, SessionSecurityListeners } from './attributes.js';

export * from '../dist/index.js';

/** Svelte writes `false` as a text: give `undefined` for an attribute that is not to be there. */
type Flag = true | '';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'session-security': Omit<HTMLAttributes<SessionSecurity>, keyof SessionSecurityAttributes<Flag>> &
      SessionSecurityAttributes<Flag> &
      SessionSecurityListeners;
  }
}
