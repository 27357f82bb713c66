/** Registers `<session-security>` and teaches it to Preact's JSX: `import 'session-security/preact'`. */
import type { HTMLAttributes } from 'preact';
import type { SessionSecurity } from '../dist/index.js';
import type { SessionSecurityAttributes, SessionSecurityListeners } from './attributes.js';

export * from '../dist/index.js';

type Standard = Omit<HTMLAttributes<SessionSecurity>, keyof SessionSecurityAttributes<boolean>>;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'session-security': Standard & SessionSecurityAttributes<boolean> & SessionSecurityListeners;
    }
  }
}
