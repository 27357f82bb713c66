/**
 * The folder of the languages, by the address that the one file for a script tag was loaded from. A neighbour's address
 * is not ours to know: what is "./locales/" to a CDN's bare address would be somebody else's package.
 *
 *     …/dist/cdn/session-security.js             …/dist/cdn/locales/      also a copy, as long as it keeps its name
 *     …/npm/session-security, …@1, …@1.2.3       …/npm/session-security@VERSION/dist/cdn/locales/
 *     anything else                              undefined: English it is
 */
export function localesOf(file: string, version: string): URL | undefined {
  const found = /\/session-security(?:(\.(?:min\.)?js)|@[^/]+)?$/.exec(new URL(file).pathname);
  return found ? new URL(found[1] ? './locales/' : `./session-security@${version}/dist/cdn/locales/`, file) : undefined;
}
