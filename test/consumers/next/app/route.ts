// A page would be a component; the tag in it is the same.
export const GET = () =>
  new Response(
    `<!doctype html>
    <title>Next</title>
    <link rel="icon" href="data:," />
    <script type="module" src="https://cdn.jsdelivr.net/npm/session-security"></script>
    <h1>Next</h1>
    <session-security ping-url="/session/ping" sign-in-url="/sign-in" sign-out-url="/session/sign-out"></session-security>`,
    { headers: { 'Content-Type': 'text/html; charset=utf-8' } },
  );
