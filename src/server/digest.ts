/** SHA-256 (FIPS 180-4), and how it is written down. */

export const sha256 = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/** In base64url: all that a shared store is told of a session's id, and of whose it is. */
export async function digest(text: string): Promise<string> {
  return btoa(String.fromCharCode(...(await sha256(text))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '');
}

/** What {@link digest} has written. */
export const bytesOf = (digest: string): Uint8Array =>
  Uint8Array.from(atob(digest.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

/** As `sha256sum` prints it. */
export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
