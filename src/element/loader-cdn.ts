/**
 * Where the languages come from when the element is one file for a script tag: the build puts this in the place of
 * loader.ts. They are fetched as JSON, and nothing but texts is taken from them: who answers for an address cannot run
 * code on the page, whatever the integrity of the file itself was held to.
 */
import { localesOf } from './cdn.js';
import { english, replaceTexts, type Messages } from './messages.js';

/** Put in by the build; the languages with spaces between them. */
declare const VERSION: string;
declare const LANGUAGES: string;

export const languages: readonly string[] = LANGUAGES.split(' ');

/** @throws if it cannot be loaded. */
export async function load(language: string): Promise<Messages> {
  // Without a folder this throws.
  const address = new URL(`${language}.json`, localesOf(import.meta.url, VERSION));
  const response = await fetch(address, { priority: 'low' });
  return replaceTexts(english, await response.json(), () => undefined);
}
