/** Registers `<session-security>`. Importing it twice, or on a server, is safe. */
import { SessionSecurity } from './element/session-security.js';

// Another class under this name stays, and the platform throws a NotSupportedError.
if (typeof customElements !== 'undefined' && customElements.get('session-security') !== SessionSecurity)
  customElements.define('session-security', SessionSecurity);

export * from './element/session-security.js';
