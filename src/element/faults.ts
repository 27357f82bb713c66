/**
 * What is wrong with a page's configuration, and the remedy, in words for its developer. Each sentence goes on from
 * what was found, such as `warn-after="-5"`.
 */
const seconds = 'is not a number of seconds above 0 and is ignored. Set it to one, such as "540".';
const address = 'is not an http(s) address and is ignored. Set it to a path or URL of your server.';

export const remedies = {
  'warn-after': seconds,
  'expire-after': seconds,
  'ping-url': address,
  'ping-method': 'is unknown; "post" is used. Set it to "post" or "get".',
  headers: 'is no JSON object of names and texts, and is ignored. Set it to one, such as {"X-CSRFToken": "…"}.',
  credentials: 'is unknown; "same-origin" is used. Set it to that, "include" or "omit".',
  'lock-for': seconds,
  'sign-in-url': address,
  'end-session-url': address,
  'sign-out-url': address,
  'extend-on': 'is unknown; "any" is used. Set it to "any" or "button".',
  messages: 'is no text of the element and is ignored. docs/languages.md names them all.',
  events: 'names no event, so nobody could stay signed in; the default list is used. Name some, or remove it.',
  'frame-origins': 'names what is no origin and is ignored. Name some such as "https://app.example", without a path.',
  'media-for': seconds,
  order: 'warns no sooner than it ends, and warn-after is ignored. Set it at least 20 seconds lower.',
  warning:
    'is too short; WCAG 2.2 (2.2.1) asks for at least 20. Lower warn-after, or raise expire-after, here or on the server.',
  limits:
    'and no limits from anywhere: 540 and 600 seconds are used. Set warn-after and expire-after, or a ping-url that tells them.',
  alone:
    'and no sign-out: with neither a ping-url nor a way to sign out the server would keep the session. ' +
    'Add ping-url, or a form in slot="sign-out", or sign-out-url.',
  lock: 'needs a server that tells who is back, and is ignored. Add a ping-url.',
  'sign-out': 'has no way to sign out. Add a form in slot="sign-out", or sign-out-url.',
  ping: 'is no reply. Check ping-url, the server’s route for it, and what stands between (a proxy, CSRF protection).',
};

export type Fault = keyof typeof remedies;
