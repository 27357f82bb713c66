import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'session-security/react';

function App() {
  const [heard, setHeard] = useState('');
  return (
    <>
      <h1>React</h1>
      <session-security
        warn-after={1}
        expire-after={30}
        sign-in-url="/signed-out"
        onsession-warning={(event) => setHeard(event.cause)}
      >
        <form slot="sign-out" method="post" action="/sign-out" />
      </session-security>
      <p id="heard">{heard}</p>
    </>
  );
}

createRoot(document.querySelector('#root')!).render(<App />);
