import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { localesOf } from '../../src/element/cdn.js';
import { languageFor } from '../../src/element/languages.js';
import { languages, load } from '../../src/element/loader.js';
import { duration, english, replaceTexts, withTime, type Messages } from '../../src/element/messages.js';

const FOLDER = new URL('../../src/element/locales/', import.meta.url);
const files = readdirSync(FOLDER).map((file) => file.replace(/\.ts$/, ''));
const RIGHT_TO_LEFT = ['ar', 'fa', 'he'];
/** Needed by a language that some browser's Intl doesn't know. */
type Optional = 'seconds' | 'minutes';
const names = (Object.keys(english) as (keyof Messages)[]).filter(
  (name): name is Exclude<keyof Messages, Optional> => name !== 'seconds' && name !== 'minutes',
);
const texts = names.filter((name) => name !== 'lang' && name !== 'dir');

describe('the languages', () => {
  it('[W10] are 35 at least, and every file of them is on offer', () => {
    assert.ok(files.length >= 35, `${files.length} files`);
    assert.deepEqual([...languages].sort(), [...files].sort());
  });

  it('[W10] what is on offer is loaded from a file each, and another not at all', async () => {
    await assert.rejects(load('xx'), RangeError);
  });

  for (const file of files) {
    describe(file, () => {
      const loading = load(file);

      it('[W10] says whether a native speaker has reviewed it', () => {
        assert.match(
          readFileSync(new URL(`${file}.ts`, FOLDER), 'utf8'),
          /^\/\*\* [A-Z][^.]+\. (No native speaker has reviewed it yet|Reviewed by a native speaker)\. \*\/\n/,
        );
      });

      it('[W10] has every text and no other', async () => {
        const { seconds, minutes, ...messages } = await loading;
        assert.deepEqual(Object.keys(messages).sort(), [...names].sort());
        // Chromium doesn't know it.
        if (file === 'eu') assert.deepEqual([seconds, minutes], ['{time} segundo', '{time} minutu']);
        else assert.deepEqual([seconds, minutes], [undefined, undefined]);
        assert.deepEqual(
          names.filter((name) => typeof messages[name] !== 'string' || messages[name].trim() === ''),
          [],
        );
      });

      it('[W10] bears the tag of its file, and its direction', async () => {
        const { lang, dir } = await loading;
        assert.equal(lang, file);
        assert.deepEqual(Intl.getCanonicalLocales(lang), [lang]);
        assert.equal(dir, RIGHT_TO_LEFT.includes(lang) ? 'rtl' : 'ltr');
      });

      it('[W10] has no English left in it', async () => {
        const messages = await loading;
        assert.deepEqual(
          texts.filter((name) => messages[name] === english[name]),
          [],
        );
      });

      it('[W10] has {time} where English has it, once, and nowhere else', async () => {
        const messages = await loading;
        const count = (text: string): number => text.split('{time}').length - 1;
        for (const name of texts) {
          assert.equal(count(messages[name]), count(english[name]), `${name}: ${messages[name]}`);
          assert.doesNotMatch(messages[name].replace('{time}', ''), /[{}<>]/, name);
        }
      });

      it('[W10] is typed cleanly: no space too many, no straight apostrophe, no three dots', async () => {
        const messages = await loading;
        for (const name of texts) {
          assert.doesNotMatch(messages[name], /^\s|\s$|\s\s|'|"|\.\.\./, name);
          assert.equal(messages[name], messages[name].normalize('NFC'), name);
        }
      });

      it('[W10] ends as English does, with a full stop or without', async () => {
        const messages = await loading;
        const ending = (text: string): string =>
          /[.。।]$/.test(text) ? 'stop' : text.endsWith('…') ? 'ellipsis' : /[?？؟;]$/.test(text) ? 'question' : 'none';
        for (const name of texts) assert.equal(ending(messages[name]), ending(english[name]), messages[name]);
      });

      it('[W10] writes durations and plurals by Intl, in its own words', async () => {
        const messages = await loading;
        const { left } = messages;
        for (const seconds of [1, 2, 5, 21, 45, 60, 120, 300]) {
          const time = duration(seconds * 1000, messages);
          // "1 minute" is French, too.
          if (seconds < 60) assert.notEqual(time, duration(seconds * 1000, english));
          assert.ok(withTime(left, time).includes(time), left);
        }
      });
    });
  }

  it('[W10] durations are in digits where Intl does not know the language', () => {
    assert.deepEqual(Intl.NumberFormat.supportedLocalesOf('tlh'), []);
    assert.deepEqual(
      [5_000, 60_000, 125_000].map((ms) => duration(ms, { ...english, lang: 'tlh' })),
      ['0:05', '1:00', '2:05'],
    );
  });

  it('[W10] durations are in the texts’ own words, if they have any, where Intl does not know the language', () => {
    const klingon = { ...english, lang: 'tlh', seconds: '{time} lup', minutes: '{time} tup' };
    assert.deepEqual(
      [1_000, 45_000, 60_000, 125_000].map((ms) => duration(ms, klingon)),
      ['1 lup', '45 lup', '1 tup', '2 tup'],
    );
    assert.equal(duration(45_000, { ...klingon, lang: 'en' }), '45 seconds');
  });

  it('[W10] durations need no Intl.DurationFormat', () => {
    const newer = Object.getOwnPropertyDescriptor(Intl, 'DurationFormat');
    Reflect.deleteProperty(Intl, 'DurationFormat');
    try {
      assert.deepEqual(
        [1, 2, 5].map((minutes) => duration(minutes * 60_000, { ...english, lang: 'pl' })),
        ['1 minuta', '2 minuty', '5 minut'],
      );
    } finally {
      if (newer) Object.defineProperty(Intl, 'DurationFormat', newer);
    }
  });
});

describe('the choice of a language', () => {
  const choices: [asked: string, given: string | undefined][] = [
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-AT-1996', 'de'],
    ['pt', 'pt'],
    ['pt-PT', 'pt'],
    ['pt-br', 'pt-BR'],
    ['pt-Latn-BR', 'pt-BR'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-Hans-TW', 'zh-Hans'],
    ['no', 'nb'],
    ['nn-NO', 'nb'],
    ['nb', 'nb'],
    ['iw', 'he'],
    ['in', 'id'],
    ['en', undefined],
    ['en-GB', undefined],
    ['is', undefined],
    ['', undefined],
    ['de_DE', undefined],
    ['constructor', undefined],
    ['x-private', undefined],
    ['../../de', undefined],
  ];
  for (const [asked, given] of choices) {
    it(`[W10] lang="${asked}" is given ${given ?? 'English'}`, () => {
      assert.equal(languageFor(asked), given);
    });
  }
});

describe('the folder of the languages, for one file on a CDN', () => {
  const CDN = 'https://cdn.example/npm/session-security';
  const bare = `${CDN}@1.2.3/dist/cdn/locales/`;
  const addresses: [file: string, folder: string | undefined][] = [
    [`${CDN}@1.2.3/dist/cdn/session-security.js`, bare],
    [`${CDN}@1.2.0/dist/cdn/session-security.js`, `${CDN}@1.2.0/dist/cdn/locales/`],
    [`${CDN}@1.2.3/dist/cdn/session-security.min.js`, bare],
    [CDN, bare],
    [`${CDN}?module`, bare],
    [`${CDN}@1`, bare],
    [`${CDN}@latest`, bare],
    [`${CDN}@1.2.3`, bare],
    ['https://a.example/static/session-security.js?v=7#x', 'https://a.example/static/locales/'],
    ['https://a.example/static/session-security-1.2.3.js', undefined],
    ['https://a.example/static/bundle.4f2a.js', undefined],
    ['https://a.example/combine/npm/session-security,npm/lit', undefined],
    ['https://a.example/npm/my-session-security', undefined],
    ['https://a.example/npm/session-security/+esm', undefined],
    ['https://a.example/npm/session-security/', undefined],
    ['https://a.example/', undefined],
    ['blob:https://a.example/0b7f2c7e', undefined],
    ['data:text/javascript,0', undefined],
  ];
  for (const [file, folder] of addresses) {
    it(`[W10] ${file} → ${folder ?? 'none'}`, () => {
      assert.equal(localesOf(file, '1.2.3')?.href, folder);
    });
  }
});

describe('texts of the page', () => {
  const refusedIn = (own: unknown): [Messages, string[]] => {
    const refused: string[] = [];
    return [replaceTexts(english, own, (name) => refused.push(name)), refused];
  };

  it('[W9] replace those they name, and leave the others', () => {
    const [messages, refused] = refusedIn({ stay: 'Stay', lang: 'is' });
    assert.deepEqual(messages, { ...english, stay: 'Stay', lang: 'is' });
    assert.deepEqual(refused, []);
  });

  const faults: [what: string, own: unknown, refused: string[]][] = [
    ['an unknown name', { stai: 'Stay' }, ['stai']],
    ['a name that every object has', { constructor: 'Stay', toString: 'Stay' }, ['constructor', 'toString']],
    ['what is no string', { stay: 5, signOut: null }, ['stay', 'signOut']],
    ['a lang that is no tag, at which the countdown would fail', { lang: 'de_DE' }, ['lang']],
    ['a list', ['Stay'], ['0']],
  ];
  for (const [what, own, expected] of faults) {
    it(`[W9] ${what} is refused by name, and nothing changes`, () => {
      assert.deepEqual(refusedIn(own), [english, expected]);
    });
  }

  it('[W9] none at all change nothing', () => {
    for (const own of [null, undefined, 5]) assert.deepEqual(refusedIn(own), [english, []]);
  });
});
