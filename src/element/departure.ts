/** Leaving a page whose session is over: signing out on the server, and going to where one signs in again. */

/** How the application signs out: its own form, or an address that takes a POST. */
export type SignOut = HTMLFormElement | URL;

/** Where to go after the end: to sign in, with the present place as `next`, or to the same address by GET. */
export function destination(signInUrl: URL | null): URL {
  const here = new URL(location.href);
  here.hash = '';
  if (!signInUrl) return here;
  const url = new URL(signInUrl);
  const isOwn = url.origin === here.origin;
  if (!isOwn || url.pathname !== here.pathname)
    url.searchParams.set('next', isOwn ? here.pathname + here.search : here.href);
  return url;
}

/** Leaves for good: no prompt about unsaved changes may keep an ended session's page open (E2). */
export function goTo(url: URL): void {
  forbidPrompts();
  location.replace(url.href);
}

/** Signs out as a person would: the application's answer is the next page. */
export function submitSignOut(way: SignOut): void {
  forbidPrompts();
  if (way instanceof HTMLFormElement) {
    way.requestSubmit();
    return;
  }
  const form = document.createElement('form');
  form.method = 'post';
  form.action = way.href;
  form.hidden = true;
  document.body.append(form);
  form.submit();
}

/** Signs out behind the curtain, so that the server's session ends with the page (E8). Never throws, never waits long. */
export async function sendSignOut(way: SignOut, timeoutMs: number): Promise<void> {
  const { url, ...init } = request(way);
  const signal = AbortSignal.timeout(timeoutMs);
  await fetch(url, { ...init, keepalive: true, redirect: 'manual', cache: 'no-store', signal }).catch(() => undefined);
}

function request(way: SignOut): { url: string; method: string; body?: FormData | URLSearchParams } {
  if (!(way instanceof HTMLFormElement)) return { url: way.href, method: 'POST' };
  const data = new FormData(way);
  const fields = new URLSearchParams(
    [...data].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]),
  );
  // Read past fields that are named "action" or "method".
  const url = new URL(way.getAttribute('action') ?? '', document.baseURI);
  if (way.getAttribute('method')?.toLowerCase() !== 'post') {
    url.search = fields.toString();
    return { url: url.href, method: 'GET' };
  }
  return { url: url.href, method: 'POST', body: way.getAttribute('enctype') === 'multipart/form-data' ? data : fields };
}

/** Ahead of the page's own listeners, since those on the window run in the order: capturing first. */
function forbidPrompts(): void {
  const silence = (event: Event): void => {
    event.stopImmediatePropagation();
  };
  window.addEventListener('beforeunload', silence, { capture: true });
}
