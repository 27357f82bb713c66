/** The playground: the element in a frame, with every attribute to change, a server that is only pretended, and a faster clock. */
import { html } from 'hono/html';
import { readFileSync } from 'node:fs';
import type { User } from './app.js';
import { layout } from './pages.js';

type Html = ReturnType<typeof html>;

interface Attribute {
  name: string;
  description: string;
  type: { text: string };
}

interface Manifest {
  modules: { declarations: { tagName?: string; attributes?: Attribute[] }[] }[];
}

/** As the manifest has them, so that none is forgotten. */
const ATTRIBUTES = attributes();

/** What one begins with: a page in front of a server that knows the limits. */
const BEGINNING: Record<string, string> = {
  'ping-url': '/playground/ping',
  'sign-in-url': '/playground/signed-out',
  'sign-out-url': '/playground/sign-out',
};

export const playground = (user: User | null): Html =>
  layout({
    title: 'Playground',
    user,
    path: '/playground',
    guard: null,
    main: html`<link rel="stylesheet" href="/assets/playground.css" />
      <script type="module" src="/assets/playground.js"></script>
      <h1>Playground</h1>
      <div class="playground">
        <form id="settings" class="settings" autocomplete="off">
          <fieldset>
            <legend>Time and server</legend>
            <label
              >The clock runs
              <select name="speed">
                <option value="1">as it does</option>
                <option value="10">10 times as fast</option>
                <option value="60" selected>a minute in a second</option>
              </select>
            </label>
            <p>While it warns, no more than 5 times as fast.</p>
            <label
              >The server
              <select name="server">
                <option value="live">answers</option>
                <option value="slow">answers late</option>
                <option value="down">cannot be reached</option>
                <option value="revoked">has ended the session</option>
                <option value="none">knows of nobody signed in</option>
              </select>
            </label>
            ${limit('warn', 'Its limit to the warning', 540)} ${limit('expire', 'Its limit to the end', 600)}
            ${limit('lifetime', 'Its lifetime', '')}
          </fieldset>
          <fieldset>
            <legend>Attributes</legend>
            ${ATTRIBUTES.map(field)}
            <label
              ><span><code>lang</code></span>
              <input name="attribute:lang" placeholder="en" />
              <small>Language of the texts, such as <code>de</code> or <code>ar</code>.</small>
            </label>
          </fieldset>
        </form>
        <div class="stage">
          <h2 id="tag-title">The tag to paste</h2>
          <pre aria-labelledby="tag-title"><code id="tag"></code></pre>
          <p class="actions">
            <button type="button" id="copy" class="quiet">Copy</button>
            <button type="button" id="again" class="quiet">Begin anew</button>
            <output id="phase" class="badge">…</output>
          </p>
          <iframe id="frame" title="A page with the element"></iframe>
          <h2>What happened</h2>
          <ol id="log" class="log"></ol>
        </div>
      </div>`,
  });

/** The page in the frame. */
export const playgroundFrame = (): Html =>
  bare(
    'A guarded page',
    html`<h1>A guarded page</h1>
      <p>Move the mouse here, scroll, or type: that is activity. Or leave it alone.</p>
      <p>
        <label>Write something <input name="words" /></label>
      </p>
      <script type="module" src="/assets/playground-frame.js"></script>
      <script type="module" src="/assets/session-security.js"></script>`,
  );

export const playgroundSignedOut = (): Html =>
  bare(
    'Signed out',
    html`<h1>Signed out</h1>
      <p>Here would be the page to sign in. “Begin anew” leads back.</p>`,
  );

const bare = (title: string, main: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="/assets/demo.css" />
      </head>
      <body>
        <main>${main}</main>
      </body>
    </html>`;

const limit = (name: string, text: string, seconds: number | string): Html =>
  html`<label>${text} <input name="${name}" type="number" min="1" placeholder="none" value="${seconds}" /></label>`;

function field({ name, description, type }: Attribute): Html {
  const id = `attribute:${name}`;
  const head = html`<span><code>${name}</code></span>`;
  const foot = html`<small>${description.replaceAll('`', '')}</small>`;
  const choices = [...type.text.matchAll(/'([^']+)'/g)].map(([, choice]) => choice ?? '');
  if (type.text === 'boolean')
    return html`<label class="flag"><input name="${id}" type="checkbox" /> ${head} ${foot}</label>`;
  if (choices.length > 0)
    return html`<label
      >${head}
      <select name="${id}">
        <option value=""></option>
        ${choices.map((choice) => html`<option>${choice}</option>`)}
      </select>
      ${foot}</label
    >`;
  const kind = type.text.startsWith('number') ? html`type="number" min="1"` : '';
  return html`<label>${head} <input name="${id}" value="${BEGINNING[name] ?? ''}" ${kind} /> ${foot}</label>`;
}

function attributes(): Attribute[] {
  const manifest = JSON.parse(readFileSync(new URL('../custom-elements.json', import.meta.url), 'utf8')) as Manifest;
  const declarations = manifest.modules.flatMap((module) => module.declarations);
  return declarations.find(({ tagName }) => tagName === 'session-security')?.attributes ?? [];
}
