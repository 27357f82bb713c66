/** Who sent a request, as far as its headers tell: whether it may act on a session, and whether it is a person's doing. */

/**
 * Whether a request may extend or end a session: only from the application's own pages, or from `origins`.
 *
 * Behind a proxy the scheme may differ, so without Fetch Metadata the hosts are compared; headers such as
 * X-Forwarded-Host are not believed.
 */
export function isTrusted({ headers, url }: Request, origins: readonly string[]): boolean {
  const origin = headers.get('Origin');
  if (origin !== null && origins.includes(origin)) return true;
  const site = headers.get('Sec-Fetch-Site');
  if (site !== null) return site === 'same-origin';
  return origin !== null && URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}

/** Whether it comes from another site's page. */
export function isCrossSite(request: Request, origins: readonly string[]): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  if (site !== null) return site === 'cross-site';
  return request.headers.has('Origin') && !isTrusted(request, origins);
}

/** Whether a browser wants a page, for a window or a frame. */
export function isNavigation(request: Request): boolean {
  const mode = request.headers.get('Sec-Fetch-Mode');
  return isPageMethod(request) && (mode === null ? looksLikeNavigation(request.headers) : mode === 'navigate');
}

/**
 * Whether somebody has just asked for a page: by a link, a form, the address bar, a reload. Not what scripts fetch, what
 * pages load, frames, nor what a browser fetches ahead of time. (W3C Fetch Metadata Request Headers)
 */
export function isUserNavigation(request: Request): boolean {
  const { headers } = request;
  if (!isPageMethod(request) || AHEAD_OF_TIME.some((name) => headers.has(name))) return false;
  if (!headers.has('Sec-Fetch-Mode')) return looksLikeNavigation(headers);
  if (headers.get('Sec-Fetch-Mode') !== 'navigate' || headers.get('Sec-Fetch-Dest') !== 'document') return false;
  const user = headers.get('Sec-Fetch-User');
  return user === '?1' || (user === null && isWebKit(headers));
}

const AHEAD_OF_TIME = ['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz'];

/** What libraries add to the requests by which they fetch HTML into a page. */
const MARKS_OF_SCRIPTS = [
  'X-Requested-With',
  'HX-Request',
  'Turbo-Frame',
  'X-Turbo-Request-Id',
  'X-PJAX',
  'X-Inertia',
  'X-Up-Version',
];

const isPageMethod = ({ method }: Request): boolean => method === 'GET' || method === 'POST';

/** For browsers, and connections, without Fetch Metadata. */
const looksLikeNavigation = (headers: Headers): boolean =>
  /\btext\/html\b/i.test(headers.get('Accept') ?? '') && !MARKS_OF_SCRIPTS.some((name) => headers.has(name));

/** WebKit sends Fetch Metadata but never `Sec-Fetch-User`. Blink bears WebKit's name, too, and its own beside it. */
function isWebKit(headers: Headers): boolean {
  const agent = headers.get('User-Agent') ?? '';
  return agent.includes('AppleWebKit/') && !/Chrom(e|ium)\//.test(agent);
}
