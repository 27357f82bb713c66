import { useEffect, useRef, useState } from 'react';
import type { SessionSecurity } from 'session-security/react';
import 'session-security/react';

export function App() {
  const session = useRef<SessionSecurity>(null);
  const [heard, setHeard] = useState('');
  // React 19 takes over what the server has rendered, but adds no listener of a custom event to it.
  useEffect(() => {
    const stop = new AbortController();
    session.current?.addEventListener('session-warning', (event) => setHeard(event.cause), stop);
    return () => stop.abort();
  }, []);
  return (
    <>
      <h1>Rendered on a server</h1>
      <session-security ref={session} warn-after={5} expire-after={60} sign-in-url="/signed-out" lock={false}>
        <form slot="sign-out" method="post" action="/sign-out" />
      </session-security>
      <p id="heard">{heard}</p>
    </>
  );
}
