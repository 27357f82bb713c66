/** Leaving a page whose session is over: signing out on the server, and going to where one signs in again. */
import { watchScriptedSubmits } from './scripted-submit.js';

/** How the application signs out: its own form, or an address that takes a POST. */
export type SignOut = HTMLFormElement | URL;

/** Where to go after the end: to sign in, with the present place as `next`, or to the same address by GET. */
export function destination(signInUrl: URL | null, signOut: SignOut | null): URL {
  const here = new URL(location.href);
  here.hash = '';
  if (!signInUrl) return here;
  const url = new URL(signInUrl);
  const place = url.origin === here.origin ? here.pathname + here.search : here.href;
  // Nobody wants to come back to where one signs in, or out (E5), nor to what a browser could take for another host, now
  // or once somebody has decoded it.
  const address = addressOf(here);
  const isRefused = address === addressOf(url) || /^\/(\/|%2f|%5c|%0\w)/i.test(place);
  if (!isRefused && (!signOut || address !== addressOf(signOut))) url.searchParams.set('next', place);
  return url;
}

/** Leaves for good: no prompt about unsaved changes may keep an ended session's page open (E2). */
export function goTo(url: URL): void {
  forbidPrompts();
  location.replace(url.href);
}

/**
 * Has the page loaded anew for whoever is signed in now. It is emptied first, or the browser would fill its forms with
 * what the former person has entered.
 */
export function reload(): void {
  empty();
  location.reload();
}

/** Calls `listener` when a link or a form leads to where the application signs out, whoever made it (C2). */
export function watchSignOut(way: () => SignOut | null, listener: () => void, signal: AbortSignal): void {
  const onTaken = (taken: Element): void => {
    const signOut = way();
    const address = signOut && addressOf(signOut);
    if (taken === signOut || (address && addressOf(taken) === address)) listener();
  };
  const onEvent = (event: Event): void => {
    const taken = event.composedPath().find((target) => target instanceof Element && target.matches('a[href], form'));
    if (taken instanceof Element && (event.type === 'submit') === taken instanceof HTMLFormElement) onTaken(taken);
  };
  for (const type of ['click', 'submit']) window.addEventListener(type, onEvent, { capture: true, signal });
  watchScriptedSubmits(onTaken, signal);
}

/** Without its query. An attribute, because fields may be named "action"; `null` for a form that leads to its own page. */
function addressOf(way: Element | URL): string | null {
  const href = way instanceof URL ? way.href : (way.getAttribute('action') ?? way.getAttribute('href'));
  if (!href || !URL.canParse(href, document.baseURI)) return null;
  const { origin, pathname } = new URL(href, document.baseURI);
  return origin + pathname;
}

/** Signs out as a person would: the application's answer is the next page. */
export function submitSignOut(way: SignOut): void {
  const form = formOf(way);
  forbidPrompts();
  if (!form.isConnected) document.body.append(form);
  // Its fields may be named "requestSubmit".
  HTMLFormElement.prototype.requestSubmit.call(form);
}

/** Signs out behind the curtain, so that the server's session ends with the page (E8). Never throws, never waits long. */
export async function sendSignOut(way: SignOut, timeoutMs: number): Promise<void> {
  const form = formOf(way);
  // Attributes, because fields may be named "action" or "method".
  const url = new URL(form.getAttribute('action') ?? '', document.baseURI);
  const method = form.getAttribute('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET';
  const fields = new URLSearchParams(new FormData(form) as unknown as URLSearchParams);
  if (method === 'GET') url.search = fields.toString();
  await fetch(url, {
    method,
    body: method === 'GET' ? null : fields,
    keepalive: true,
    redirect: 'manual',
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => undefined);
}

function formOf(way: SignOut): HTMLFormElement {
  if (way instanceof HTMLFormElement) return way;
  const form = document.createElement('form');
  form.method = 'post';
  form.action = way.href;
  form.hidden = true;
  document.body.append(form);
  return form;
}

/**
 * Where somebody would ask whether to leave, the page is emptied first: `document.open()` takes all its listeners with
 * it (HTML, document open steps, 9), and there is no other way to be rid of those that other scripts have added.
 */
function forbidPrompts(): void {
  // No constructor makes this kind of event, and `returnValue` is how older listeners speak.
  /* eslint-disable @typescript-eslint/no-deprecated */
  const probe = document.createEvent('BeforeUnloadEvent');
  probe.initEvent('beforeunload', false, true);
  window.dispatchEvent(probe);
  if (frames.length === 0 && !probe.defaultPrevented && probe.returnValue === '') return;
  /* eslint-enable @typescript-eslint/no-deprecated */
  empty();
}

function empty(): void {
  document.open();
  document.close();
}
