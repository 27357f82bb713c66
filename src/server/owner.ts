/** Whose session it is, told to pages by a tag that says no more than that. */
import type { Identity } from './session.js';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** How many tags are remembered, at some 200 bytes each. */
const MAX_TAGS = 10_000;

/**
 * Makes opaque tags of whose session it is, 96 bits in base64url: with a secret, the same for all sessions of one person,
 * on every process that has the secret; else of one session and person only.
 */
export function createOwnerTags(secret?: string): (who: Identity) => Promise<string> {
  const importKey = (secret: string) => crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['sign']);
  let key: Promise<CryptoKey> | undefined;
  /** Node has another thread make a tag, for which each ping would wait. */
  const made = new Map<string, string>();

  async function make(id: string, subject: string | undefined): Promise<ArrayBuffer> {
    if (secret !== undefined && subject !== undefined)
      return crypto.subtle.sign(HMAC, await (key ??= importKey(secret)), utf8(`session-security owner ${subject}`));
    return crypto.subtle.digest('SHA-256', utf8(JSON.stringify(['session-security owner', id, subject])));
  }

  return async ({ id, subject }) => {
    const whose = JSON.stringify(secret !== undefined && subject !== undefined ? [subject] : [id, subject]);
    const known = made.get(whose);
    if (known !== undefined) return known;
    const tag = base64url(await make(id, subject));
    if (made.size >= MAX_TAGS) made.clear();
    made.set(whose, tag);
    return tag;
  };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const base64url = (digest: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(digest, 0, 12)))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
