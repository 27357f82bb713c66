import { render } from 'preact';
import { useState } from 'preact/hooks';
import 'session-security/preact';

function App() {
  const [heard, setHeard] = useState('');
  return (
    <>
      <h1>Preact</h1>
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

render(<App />, document.querySelector('#root')!);
