/** Which language the element speaks: that of the page around it. English is built in; any other is loaded when used. */
import { languages, load } from './loader.js';
import { english, parseTag, type Messages } from './messages.js';

/** The texts in the language of the nearest `lang`: English until they are there, and where they are not to be had. */
export class Words {
  messages: Messages = english;
  #lang = '';

  /** Looks where the element is now; `changed` is called once the texts of another language are there. */
  follow(element: Element, changed: () => void): void {
    const lang = nearestLang(element);
    if (lang === this.#lang) return;
    this.#lang = lang;
    const language = languageFor(lang);
    const loading = language ? load(language).catch(() => english) : Promise.resolve(english);
    void loading.then((messages) => {
      if (lang !== this.#lang) return;
      this.messages = messages;
      changed();
    });
  }
}

/** The language of those on offer that a BCP 47 tag asks for: `de-AT` is given `de`, `zh-TW` `zh-Hant`, `in` `id`. */
export function languageFor(lang: string): string | undefined {
  const tag = parseTag(lang);
  if (!tag) return undefined;
  const { language, region } = tag;
  const offered = (name: string) => languages.find((one) => one === name);
  return (
    offered(`${language}-${region}`) ??
    // Only where it decides: a browser that looks up the script for the first time takes several milliseconds.
    (languages.some((name) => name.startsWith(`${language}-`))
      ? offered(`${language}-${tag.maximize().script}`)
      : undefined) ??
    // All of Norway's languages are nearer to Bokmål than to English.
    offered(language.replace(/^n[no]$/, 'nb'))
  );
}

/** The `lang` that holds for an element, as HTML has it: its own or its nearest ancestor's, out of shadow trees too. */
function nearestLang(element: Element): string {
  const speaker = element.closest('[lang]');
  if (speaker) return speaker.getAttribute('lang') ?? '';
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? nearestLang(root.host) : '';
}
