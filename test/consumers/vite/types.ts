/** What TypeScript knows of the element without a framework. */
import type { SessionSecurity } from 'session-security';

const session: SessionSecurity = document.createElement('session-security');
session.warnAfter = 540;
session.extendOn = 'button';
session.extend();
session.addEventListener('session-end', ({ reason }) => {
  const known: 'idle' | 'lifetime' | 'signed-out' | 'revoked' | 'replaced' = reason;
  return known;
});
document
  .querySelector('session-security')
  ?.addEventListener('session-state', ({ state }) => state.remainingMs.toFixed());

// @ts-expect-error Seconds are a number.
session.warnAfter = 'soon';
// @ts-expect-error There is no such choice.
session.extendOn = 'blink';
// @ts-expect-error An end has no such thing.
session.addEventListener('session-end', (event) => event.remainingMs);
