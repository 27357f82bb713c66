/** Registers `<session-security>` and teaches it to React's JSX: `import 'session-security/react'`. React 19 or later. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { SessionSecurity } from '../dist/index.js';
import type { SessionSecurityAttributes, SessionSecurityListeners } from './attributes.js';

export * from '../dist/index.js';

type Standard = Omit<
  DetailedHTMLProps<HTMLAttributes<SessionSecurity>, SessionSecurity>,
  keyof SessionSecurityAttributes<boolean>
>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'session-security': Standard & SessionSecurityAttributes<boolean> & SessionSecurityListeners;
    }
  }
}
