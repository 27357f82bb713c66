/** Registers `<session-security>`. Importing it twice, or on a server, is safe. */
import { SessionSecurity } from './element/session-security.js';

if (typeof customElements !== 'undefined') {
  const registered = customElements.get('session-security');
  if (!registered) customElements.define('session-security', SessionSecurity);
  else if (registered !== SessionSecurity) {
    throw new Error(
      'session-security: <session-security> is already registered by another class; it stays as it is. Load the script once.',
    );
  }
}

export * from './element/session-security.js';
