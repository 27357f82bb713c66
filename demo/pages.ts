/** The intranet's pages. `html` escapes whatever is put into it. */
import { html } from 'hono/html';
import type { User } from './app.js';
import type { Config } from './config.js';
import { FAULTS } from './faults.js';
import { ACCOUNTS, CONDITIONS, type Item } from './records.js';

type Html = ReturnType<typeof html>;

interface Page {
  title: string;
  user: User | null;
  path?: string;
  /** What guards this page: the one tag this demo is about. */
  guard?: Html | null;
  /** Whether the news come in a stream, not by polling. */
  live?: boolean;
  main: Html;
}

/** Attributes only: the limits come from the server, "Sign out now" posts to `sign-out-url`. */
const GUARD = html`<session-security
  ping-url="/session/ping"
  sign-in-url="/sign-in"
  sign-out-url="/session/sign-out"
></session-security>`;

/** With an own form, where an application's CSRF field would be. */
const FORM_GUARD = html`<session-security ping-url="/session/ping" sign-in-url="/sign-in">
  <form slot="sign-out" method="post" action="/session/sign-out"><button>Sign out now</button></form>
</session-security>`;

export const layout = ({ title, user, path, guard = user && GUARD, live = false, main }: Page): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Millbrook</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/demo.css" />
        <link rel="stylesheet" href="/assets/panel.css" />
        <script type="module" src="/assets/session-security.js"></script>
        <script type="module" src="/assets/demo.js"></script>
        <script type="module" src="/assets/panel.js"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="28" height="28" />Millbrook</a>
          <nav aria-label="Main">
            ${link('/', 'Register', path)} ${link('/how', 'Things to try', path)}
            ${link('/playground', 'Playground', path)} ${link('/static', 'Static page', path)}
          </nav>
          ${user ? signedInAs(user) : html`<p class="who"><a href="/sign-in">Sign in</a></p>`}
        </header>
        <main id="main" tabindex="-1">${main}</main>
        ${user && html`<p class="news" id="news" ${live ? html`data-live` : ''}><span class="headline">…</span> <span class="when"></span></p>`}
        ${panel()} ${guard}
      </body>
    </html>`;

const link = (href: string, text: string, path: string | undefined): Html =>
  html`<a href="${href}" ${href === path ? html`aria-current="page"` : ''}>${text}</a>`;

const signedInAs = (user: User): Html =>
  html`<form class="who" method="post" action="/session/sign-out">
    <a href="/account">${user.name}</a>
    <button class="quiet">Sign out</button>
  </form>`;

export const signIn = (shown: { next: string; user: User | null; username?: unknown; failed?: boolean }): Html =>
  layout({
    title: 'Sign in',
    user: null,
    main: html`<div class="card narrow">
      <h1>Sign in</h1>
      ${shown.user && html`<p class="note">You are signed in as ${shown.user.name}. <a href="/">Back to the register</a></p>`}
      ${shown.failed && html`<p class="fault" role="alert">The name and the password don’t match. Those below do.</p>`}
      <form method="post" action="/sign-in" class="fields">
        <input type="hidden" name="next" value="${shown.next}" />
        <label
          >Name
          <input
            name="username"
            autocomplete="username"
            autocapitalize="none"
            required
            value="${typeof shown.username === 'string' ? shown.username : ''}"
          />
        </label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
        <button class="main">Sign in</button>
      </form>
      <h2>Demo accounts</h2>
      <ul class="accounts">
        ${ACCOUNTS.map(
          ({ id, password }) =>
            html`<li>
              <span><code>${id}</code> with password <code>${password}</code></span>
              <button type="button" class="quiet" data-username="${id}" data-password="${password}">
                Fill in<span class="unseen"> ${id}’s</span>
              </button>
            </li>`,
        )}
      </ul>
    </div>`,
  });

export const list = (user: User, items: Item[], words: string): Html =>
  layout({
    title: 'Equipment register',
    user,
    path: '/',
    main: html`<div class="head">
        <h1>Equipment register</h1>
        <form role="search" class="search">
          <label class="unseen" for="q">Search the register</label>
          <input id="q" name="q" type="search" placeholder="Name, number or place" value="${words}" />
          <button>Search</button>
        </form>
      </div>
      ${items.length === 0 ? html`<p class="card">Nothing matches “${words}”. <a href="/">Show everything</a></p>` : itemTable(items)}`,
  });

const itemTable = (items: Item[]): Html =>
  html`<table class="items">
    <caption class="unseen">
      ${items.length} pieces of equipment
    </caption>
    <thead>
      <tr>
        <th scope="col">Number</th>
        <th scope="col">Equipment</th>
        <th scope="col">Place</th>
        <th scope="col">Condition</th>
        <th scope="col">Checked</th>
      </tr>
    </thead>
    <tbody>
      ${items.map(
        (item) =>
          html`<tr>
            <td class="number">${item.id}</td>
            <th scope="row"><a href="/records/${item.id}">${item.name}</a></th>
            <td class="place">${item.place}</td>
            <td>${badge(item.condition)}</td>
            <td class="checked">${day(item.checked)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

const badge = (condition: Item['condition']): Html =>
  html`<span class="badge c${CONDITIONS.indexOf(condition)}">${condition}</span>`;

const day = (date: string): Html =>
  html`<time datetime="${date}">
    ${new Date(date).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })}
  </time>`;

export const record = (user: User, item: Item, shown: { token: string; saved?: boolean; fault?: string }): Html =>
  layout({
    title: item.name,
    user,
    guard: FORM_GUARD,
    live: true,
    main: html`<p class="crumb"><a href="/">Equipment register</a> / ${item.id}</p>
      <h1>${item.name}</h1>
      ${shown.saved && html`<p class="note" role="status">Saved.</p>`}
      ${shown.fault && html`<p class="fault" role="alert">${shown.fault}</p>`}
      <form method="post" action="/records/${item.id}" class="card fields two">
        <input type="hidden" name="token" value="${shown.token}" />
        <label>Place <input name="place" required maxlength="80" value="${item.place}" /></label>
        <label>Last check <input name="checked" type="date" required value="${item.checked}" /></label>
        <label
          >Condition
          <select name="condition">
            ${CONDITIONS.map((one) => html`<option ${one === item.condition ? 'selected' : ''}>${one}</option>`)}
          </select>
        </label>
        <label class="wide">Notes <textarea name="notes" rows="5" maxlength="2000">${item.notes}</textarea></label>
        <p class="wide actions">
          <button class="main">Save</button>
          <span class="faint"
            >${item.changed ? `Last changed by ${item.changed.by} at ${item.changed.at.toLocaleTimeString('en-GB')}` : ''}</span
          >
        </p>
      </form>`,
  });

export const account = (user: User, ageMs: number, { expireAfter, lifetime }: Config['policy']): Html =>
  layout({
    title: 'Your account',
    user,
    path: '/account',
    main: html`<h1>Your account</h1>
      <div class="card narrow">
        <p>
          ${user.name}, you signed in here ${Math.round(ageMs / 60_000)} minutes ago. The session ends after
          ${expireAfter} seconds without activity${lifetime === undefined ? '' : `, and after ${lifetime} in any case`}.
        </p>
        <form method="post" action="/account/sign-out-everywhere">
          <p>In other browsers you may be signed in as well.</p>
          <button>Sign out everywhere</button>
        </form>
      </div>`,
  });

export const how = (user: User | null, { warnAfter, expireAfter, lifetime }: Config['policy']): Html =>
  layout({
    title: 'Things to try',
    user,
    path: '/how',
    main: html`<div class="prose">
      <h1>Things to try</h1>
      <p>
        Here a session is warned of after ${warnAfter} seconds without input and over after
        ${expireAfter}${lifetime === undefined ? '' : `, and after ${lifetime} in any case`}. The picture below shows
        what each tab believes and what the server knows.
      </p>
      <ol>
        <li>
          <strong>Do nothing.</strong> The news below the page go on loading, and the server’s curve climbs all the
          same: polling keeps nobody signed in.
        </li>
        <li>
          <strong>Move the mouse while the warning shows.</strong> The session is extended once the server has confirmed
          it.
        </li>
        <li>
          <strong>Open a second tab</strong> in a window of its own and work in one of them only. It tells the other
          that you are there, and one of them tells the server for both. Wait for the warning, and answer it in one
          window: it goes in both.
        </li>
        <li><strong>Sign out in one tab.</strong> The others are concealed at once.</li>
        <li>
          <strong>Sign in as somebody else</strong> in a second window. The first shows nothing of its page any more.
        </li>
        <li><strong>Break the server</strong> with the menu in the picture, and go on working, or don’t.</li>
        <li><strong>End the session on the server.</strong> The pages find out at their next ping.</li>
        <li>
          <strong>Sign out everywhere</strong> on <a href="/account">your account’s page</a>, with another browser
          signed in as well. The news on a record’s page, which come in a stream, stop at once.
        </li>
        <li>
          <strong>Read the <a href="/demo/audit">audit trail</a></strong> of what you have just done.
        </li>
        <li>
          <strong>Change the element</strong>, here by one click or with the menu in the picture. It stays so on all
          pages: lock it, say, and wait on <a href="/records/EQ-101">a record</a> in whose notes you have written.
          <ul class="modes" id="modes" aria-label="The element"></ul>
        </li>
        <li><strong>Close the lid</strong> of your laptop for a minute.</li>
      </ol>
      <p>
        Other limits come from the environment: <code>WARN_AFTER=540 EXPIRE_AFTER=600 LIFETIME=43200 npm start</code>.
      </p>
    </div>`,
  });

export const singleSignOnEnded = (): Html =>
  layout({
    title: 'Signed out everywhere',
    user: null,
    main: html`<div class="card narrow">
      <h1>Signed out of single sign-on</h1>
      <p>
        Here the identity provider would have ended its own session, and would have led back to a page that signs nobody
        in by itself.
      </p>
      <p><a href="/sign-in">Sign in</a></p>
    </div>`,
  });

/** The picture alone, to lie open beside the tabs it shows. It guards nothing, hence it is never concealed. */
export const panelOnly = (user: User | null): Html =>
  layout({
    title: 'Watch the tabs',
    user,
    path: '/demo',
    guard: null,
    main: html` <div class="prose">
      <h1>Watch the tabs</h1>
      <p>
        Open this page in a window of its own: it shows every tab of this browser, and is not one of those that are
        guarded.
      </p>
    </div>`,
  });

export const notFound = (user: User | null): Html =>
  layout({
    title: 'Not found',
    user,
    main: html`<h1>Not found</h1>
      <p>There is no such page. <a href="/">Back to the register</a></p>`,
  });

export const staticSignedOut = (): Html =>
  layout({
    title: 'Signed out',
    user: null,
    main: html`<div class="card narrow">
      <h1>Signed out</h1>
      <p>An application would have ended its session here, and would now ask you to sign in.</p>
      <p><a href="/static">Back to the static page</a></p>
    </div>`,
  });

const panel = (): Html =>
  html`<details class="panel" id="panel">
    <summary>The session’s picture</summary>
    <div class="panel-tools">
      <label
        >The server
        <select id="fault">
          ${Object.entries(FAULTS).map(([mode, words]) => html`<option value="${mode}">${words}</option>`)}
        </select>
      </label>
      <label
        >The element
        <select id="mode"></select
      ></label>
      <button type="button" id="revoke" class="quiet">End the session on the server</button>
      <ul class="legend" aria-label="Legend">
        <li><i class="key idle"></i>idle time</li>
        <li><i class="key input"></i>input, page</li>
        <li><i class="key fetch"></i>fetch</li>
        <li><i class="key ping"></i>ping</li>
        <li><i class="key shared"></i>another tab’s answer</li>
        <li><i class="key told"></i>told the other tabs</li>
        <li><i class="key failed"></i>no answer</li>
      </ul>
    </div>
    <div class="lanes-scroll">
      <table class="lanes">
        <thead>
          <tr>
            <th scope="col">Tab</th>
            <th scope="col">Phase</th>
            <th scope="col">Idle</th>
            <th scope="col">Left</th>
            <th scope="col" id="axis">Now and before</th>
          </tr>
        </thead>
        <tbody id="lanes"></tbody>
      </table>
    </div>
  </details>`;
