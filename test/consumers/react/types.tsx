/** What TypeScript knows of the element in JSX. */
import { useRef } from 'react';
import type { SessionSecurity } from 'session-security/react';

export function Known({ isLocking }: { isLocking: boolean }) {
  const session = useRef<SessionSecurity>(null);
  return (
    <session-security
      ref={session}
      className="guard"
      ping-url="/session/ping"
      warn-after="540"
      lock={isLocking}
      headers={{ 'X-CSRF-Token': 'token' }}
      messages={{ stay: 'Carry on' }}
      onsession-end={(event) => {
        event.preventDefault();
        location.assign(`/signed-out?reason=${event.reason}`);
      }}
    >
      <strong slot="idle-title">Still there?</strong>
    </session-security>
  );
}

export const Refused = () => (
  <>
    {/* @ts-expect-error There is no such choice. */}
    <session-security extend-on="blink" />
    {/* @ts-expect-error Seconds are a number. */}
    <session-security warn-after="soon" />
    {/* @ts-expect-error There is no such text. */}
    <session-security messages={{ stey: 'Carry on' }} />
    {/* @ts-expect-error An end has no such thing. */}
    <session-security onsession-end={(event) => event.remainingMs} />
  </>
);
