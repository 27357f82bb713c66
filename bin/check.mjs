// @ts-check
/** The rules of docs/protocol.md, each tried on a server that speaks it. */
import { setTimeout as delay } from 'node:timers/promises';
import { open } from './ask.mjs';

/**
 * @typedef {import('./ask.mjs').Answer} Answer
 * @typedef {object} Options
 * @property {string} [cookie] of a session that nobody else uses meanwhile
 * @property {Record<string, string>} [headers] of each request
 * @property {URL} [signOut] ends that session, by POST
 * @property {boolean} [expire] whether to wait until it has expired
 * @property {boolean} [compat] whether the ping of django-session-security is spoken as well
 *
 * @typedef {object} Result
 * @property {string} rule
 * @property {'holds' | 'broken' | 'untried'} state
 * @property {string} detail what was seen, and what to mend; why it was not tried
 *
 * @typedef {object} Rule
 * @property {string} rule
 * @property {string} mend
 * @property {(server: ReturnType<typeof open>, options: Options) => Promise<void>} attempt throws a {@link Breach}
 * @property {(options: Options) => string | false} [unless] why it cannot be tried
 */

/** What a server did that it must not. */
class Breach extends Error {}

/** @type {(holds: unknown, seen: string) => asserts holds} */
function hold(holds, seen) {
  if (!holds) throw new Breach(seen);
}

/** How far clocks, and the time that an answer takes, may blur a duration. */
const BLUR_MS = 150;

/** Smaller steps of activity need not be stored. */
const STEP_MS = 1_000;

const FOREIGN = 'https://elsewhere.example';

const MALFORMED = [
  '',
  '{',
  'null',
  '[]',
  '{}',
  '{"v":2}',
  '{"v":"1"}',
  '{"v":1,"idleMs":-1}',
  '{"v":1,"idleMs":0.5}',
  '{"v":1,"idleMs":"0"}',
  '{"v":1,"idleMs":null}',
  '{"v":1,"idleMs":9007199254740992}',
  '{"v":1,"idleFor":0}',
  '{"v":1,"idleMs":0,"owner":"a b"}',
  `{"v":1,"idleMs":0${' '.repeat(1_024)}}`,
];

/** @type {[string, Record<string, string>][]} Where a ping may come from that must not extend anything. */
const ELSEWHERE = [
  ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site', Origin: FOREIGN }],
  ['Sec-Fetch-Site: same-site', { 'Sec-Fetch-Site': 'same-site', Origin: FOREIGN }],
  ['Sec-Fetch-Site: none', { 'Sec-Fetch-Site': 'none' }],
  [`Origin: ${FOREIGN} without Sec-Fetch-Site`, { Origin: FOREIGN }],
  ['Origin: null without Sec-Fetch-Site', { Origin: 'null' }],
  ['neither Origin nor Sec-Fetch-Site', {}],
];

/** @param {Options} options */
const withoutCookie = ({ cookie }) => cookie === undefined && 'needs --cookie';

/** @type {Rule[]} In this order: the last ones end the session. */
const RULES = [
  {
    rule: 'Who is not signed in is answered 200 and {"v":1,"state":"none"}.',
    mend: 'Answer so whoever has no session, instead of an error or a redirect to the sign-in.',
    async attempt({ stranger }) {
      const answer = await stranger.ping({ v: 1 });
      hold(answer.status === 200, `It was ${answer.status}${to(answer)}.`);
      const { v, state } = answer.json() ?? {};
      hold(v === 1 && state === 'none', `It was ${answer.text}.`);
    },
  },
  {
    rule: 'An answer is application/json.',
    mend: 'Set Content-Type: application/json. HTML counts as an outage.',
    async attempt({ stranger }) {
      const { type } = await stranger.ping({ v: 1 });
      hold(type === 'application/json', `It was ${type || 'of no type'}.`);
    },
  },
  {
    rule: 'Answers and refusals bear Cache-Control: no-store.',
    mend: 'Set it on every answer of the ping, before anything can fail.',
    async attempt({ stranger }) {
      for (const [what, answer] of [
        ['the answer', await stranger.ping({ v: 1 })],
        ['a refused origin', await stranger.ping({ v: 1 }, { 'Sec-Fetch-Site': 'cross-site' })],
        ['a malformed ping', await stranger.send('POST', '{')],
        ['another method', await stranger.send('PUT', '{"v":1}')],
      ]) {
        const value = /** @type {Answer} */ (answer).header('cache-control');
        hold(/\bno-store\b/.test(value), `On ${String(what)} it was ${value || 'missing'}.`);
      }
    },
  },
  {
    rule: 'Parameters of the content type are allowed.',
    mend: 'Compare what stands before the first ";", in lower case.',
    async attempt({ stranger }) {
      const { status } = await stranger.ping({ v: 1 }, { 'Content-Type': 'Application/JSON; charset=utf-8' });
      hold(status === 200, `"Application/JSON; charset=utf-8" was answered ${status}.`);
    },
  },
  {
    rule: 'Other methods than POST are refused by 405, with Allow.',
    mend: 'Answer 405 with "Allow: POST". A ping that a link can send extends sessions from any page. For one that speaks GET ?idleFor=N as well, give --compat django.',
    async attempt({ stranger }, { compat = false }) {
      for (const method of compat ? ['PUT', 'DELETE'] : ['GET', 'PUT', 'DELETE']) {
        const answer = await stranger.send(method, method === 'GET' ? null : '{"v":1}');
        hold(answer.status === 405, `${method} was answered ${answer.status}.`);
        hold(/\bPOST\b/.test(answer.header('allow')), `The answer to ${method} does not allow POST.`);
      }
    },
  },
  {
    rule: 'What is no ping is refused by 400 and application/problem+json.',
    mend: 'Take exactly {"v":1}, with "idleMs" (whole, 0 to 2^53 - 1) and "owner" as options, in 1024 bytes at most.',
    async attempt({ stranger }) {
      for (const body of MALFORMED) refused(await stranger.send('POST', body), 400, shown(body));
      const typed = { 'Content-Type': 'text/plain' };
      refused(await stranger.ping({ v: 1 }, typed), 400, 'a ping as text/plain, which forms can send,');
    },
  },
  {
    rule: 'A ping from another origin is refused by 403 and application/problem+json.',
    mend: 'Take Origin if it is among the allowed; else Sec-Fetch-Site must be "same-origin"; else, without that header, the host of Origin that of the request.',
    async attempt({ stranger }) {
      for (const [what, headers] of ELSEWHERE) refused(await stranger.from(headers), 403, what);
    },
  },
  {
    rule: 'Without Sec-Fetch-Site, as on plain http, the own Origin is enough.',
    mend: 'Compare the host of Origin with that of the request, not the scheme: a proxy may change it.',
    async attempt({ stranger, origin }) {
      const { status } = await stranger.from({ Origin: origin });
      hold(status === 200, `It was answered ${status}.`);
    },
  },
  {
    rule: 'Who is signed in is answered "live", with limits that make sense.',
    mend: 'Durations are whole milliseconds from 0 up, 0 < warnAfterMs < expireAfterMs; "lifetimeLeftMs" may be null or absent, "owner" absent.',
    unless: withoutCookie,
    async attempt({ person }) {
      const answer = await person.ping({ v: 1 });
      hold(answer.status === 200, `It was ${answer.status}${to(answer)}.`);
      const reply = answer.json() ?? {};
      hold(reply.v === 1 && reply.state === 'live', `It was ${answer.text}. Is the cookie of a session that lives?`);
      const { idleMs, warnAfterMs, expireAfterMs, lifetimeLeftMs = null, owner } = reply;
      for (const [name, value] of Object.entries({ idleMs, warnAfterMs, expireAfterMs }))
        hold(isDuration(value), `"${name}" is ${JSON.stringify(value)}.`);
      hold(warnAfterMs > 0 && warnAfterMs < expireAfterMs, `The limits are ${warnAfterMs} and ${expireAfterMs}.`);
      hold(lifetimeLeftMs === null || isDuration(lifetimeLeftMs), `"lifetimeLeftMs" is ${lifetimeLeftMs}.`);
      hold(owner === undefined || /^[\w-]{1,64}$/.test(String(owner)), '"owner" is no tag of 1 to 64 letters.');
    },
  },
  {
    rule: 'A ping without "idleMs" only asks.',
    mend: 'Move the activity only by "idleMs". Make sure that no middleware counts the ping as a request of the person.',
    unless: withoutCookie,
    attempt: async ({ person }) => neverExtends(person, 'A question', () => person.ping({ v: 1 })),
  },
  {
    rule: 'A ping that is refused extends nothing.',
    mend: 'Check method, origin and body before the session is touched, by whatever middleware.',
    unless: withoutCookie,
    attempt: async ({ person }) =>
      neverExtends(person, 'What was refused', async () => {
        for (const [, headers] of ELSEWHERE) await person.from(headers, { v: 1, idleMs: 0 });
        for (const body of MALFORMED) await person.send('POST', body);
        await person.ping({ v: 1, idleMs: 0 }, { 'Content-Type': 'text/plain' });
        await person.send('PUT', '{"v":1,"idleMs":0}');
      }),
  },
  {
    rule: 'A ping that reports moves the activity to when it was, and never back.',
    mend: 'lastActivity = max(lastActivity, now - idleMs), in one atomic step.',
    unless: withoutCookie,
    async attempt({ person }) {
      await idleFor(person, STEP_MS + 700);
      const at = performance.now();
      const reported = await person.live({ v: 1, idleMs: 500 });
      const took = performance.now() - at;
      hold(reported.idleMs >= 500, `Told 500, it answered ${reported.idleMs}: a session must not be lengthened.`);
      hold(reported.idleMs <= 500 + took + BLUR_MS, `Told 500, it answered ${reported.idleMs}.`);
      const back = await person.live({ v: 1, idleMs: Number.MAX_SAFE_INTEGER });
      hold(back.idleMs <= 500 + performance.now() - at + BLUR_MS, `An old report moved it back to ${back.idleMs}.`);
    },
  },
  {
    rule: 'A report of somebody else’s page only asks.',
    mend: 'Pass over "idleMs" where "owner" is given and not that of the session.',
    unless: withoutCookie,
    async attempt({ person }) {
      const { owner } = await person.live({ v: 1 });
      // A server that sends none is never sent one.
      if (owner === undefined) return;
      await neverExtends(person, 'A report with another owner', () =>
        person.ping({ v: 1, idleMs: 0, owner: `not-${owner}`.slice(0, 64) }),
      );
      await idleFor(person, STEP_MS + 200);
      const before = await person.live({ v: 1 });
      const { idleMs } = await person.live({ v: 1, idleMs: 0, owner });
      hold(idleMs < before.idleMs, 'A report with the own owner moved nothing.');
    },
  },
  {
    rule: 'What is left of the lifetime goes down, whatever is reported.',
    mend: 'Reckon it from the sign-in, rounded down.',
    unless: withoutCookie,
    async attempt({ person }) {
      const before = await person.live({ v: 1 });
      if ((before.lifetimeLeftMs ?? null) === null) return;
      const at = performance.now();
      await delay(500);
      const elapsed = performance.now() - at;
      const after = await person.live({ v: 1, idleMs: 0 });
      hold(
        after.lifetimeLeftMs <= before.lifetimeLeftMs - elapsed + BLUR_MS,
        `It was ${before.lifetimeLeftMs}, and ${Math.round(elapsed)} ms later ${after.lifetimeLeftMs}.`,
      );
    },
  },
  {
    rule: 'GET ?idleFor=N is answered by whole seconds, or by "logout" where nobody is signed in.',
    mend: 'Answer the seconds since the latest activity as JSON, or "logout".',
    unless: ({ compat, cookie }) => (!compat && 'needs --compat django') || (cookie === undefined && 'needs --cookie'),
    async attempt({ person, stranger }) {
      const nobody = await stranger.get('?idleFor=0');
      hold(nobody.json() === 'logout', `To nobody it was ${nobody.text}.`);
      const { text } = await person.get('?idleFor=9999999999');
      hold(/^\d+$/.test(text), `It was ${text}.`);
    },
  },
  {
    rule: 'GET ?idleFor=N needs X-Requested-With and the own origin, and one number of 1 to 10 ASCII digits.',
    mend: 'Refuse it by 403 otherwise, and take any other value for a question.',
    unless: ({ compat, cookie }) => (!compat && 'needs --compat django') || (cookie === undefined && 'needs --cookie'),
    async attempt({ person, stranger }) {
      const bare = await stranger.get('?idleFor=0', { 'X-Requested-With': '' });
      hold(bare.status === 403, `Without X-Requested-With it was answered ${bare.status}.`);
      const foreign = await stranger.get('?idleFor=0', { 'Sec-Fetch-Site': 'cross-site' });
      hold(foreign.status === 403, `From another site it was answered ${foreign.status}.`);
      await neverExtends(person, 'A malformed idleFor', async () => {
        for (const query of ['', '?idleFor=', '?idleFor=-1', '?idleFor=0&idleFor=0', '?idleFor=%D9%A0', '?idleFor=0x0'])
          await person.get(query);
      });
    },
  },
  {
    rule: 'A session that was signed out stays ended, whatever is reported.',
    mend: 'Remember ended sessions, or refuse their cookie, and check that before the activity is merged, in the same step.',
    unless: ({ cookie, signOut }) => (cookie === undefined || signOut === undefined) && 'needs --cookie and --sign-out',
    async attempt({ person }, { signOut }) {
      const { status } = await person.signOut(/** @type {URL} */ (signOut));
      hold(status < 400, `The sign-out was answered ${status}.`);
      await staysEnded(person);
    },
  },
  {
    rule: 'A session that has expired stays ended, whatever is reported.',
    mend: 'Check the deadline before the activity is merged, in the same atomic step, and remember the end.',
    unless: ({ cookie, expire, signOut }) =>
      (cookie === undefined || !expire || signOut !== undefined) && 'needs --cookie and --expire, without --sign-out',
    async attempt({ person }) {
      const { idleMs, expireAfterMs } = await person.live({ v: 1 });
      await delay(expireAfterMs - idleMs + BLUR_MS);
      await staysEnded(person);
    },
  },
];

/**
 * @param {URL} url of the ping
 * @param {Options} options
 * @returns {AsyncGenerator<Result>}
 * @throws {Error} where nobody answers, or nobody any more
 */
export async function* check(url, options) {
  const server = open(url, options);
  await server.stranger.ping({ v: 1 }).catch((error) => {
    throw isGone(error) ? new Error(`ECONNREFUSED: nobody listens at ${url.origin}. Start the server first.`) : error;
  });
  for (const { rule, mend, attempt, unless } of RULES) {
    const why = unless?.(options) ?? false;
    yield why === false ? await tried() : { rule, state: 'untried', detail: why };

    /** @returns {Promise<Result>} */
    async function tried() {
      try {
        await attempt(server, options);
        return { rule, state: 'holds', detail: '' };
      } catch (error) {
        // A server that has crashed is not to blame for the rules that it never heard.
        if (isGone(error))
          throw new Error(
            `nobody listens at ${url.origin} any more: what was sent before has ended the server. Its own log says why.`,
            { cause: error },
          );
        const seen =
          error instanceof Breach ? error.message : `No answer: ${String(error)}. The server’s own log may say why.`;
        return { rule, state: 'broken', detail: `${seen}\n${mend}` };
      }
    }
  }
}

/** @param {unknown} error */
const isGone = (error) => error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';

/** @typedef {ReturnType<typeof open>['person']} Person */

/**
 * @param {Person} person
 * @param {number} ms
 */
async function idleFor(person, ms) {
  const { idleMs } = await person.live({ v: 1 });
  if (idleMs < ms) await delay(ms - idleMs);
}

/**
 * @param {Person} person
 * @param {string} what
 * @param {() => Promise<unknown>} act
 */
async function neverExtends(person, what, act) {
  // By now a step of activity would be worth storing.
  await idleFor(person, STEP_MS + 200);
  const before = await person.live({ v: 1 });
  const at = performance.now();
  await act();
  await delay(300);
  const elapsed = performance.now() - at;
  const { idleMs } = await person.live({ v: 1 });
  const least = Math.round(before.idleMs + elapsed);
  hold(idleMs >= least - BLUR_MS, `${what} moved the activity: idle for ${idleMs} ms instead of ${least}.`);
}

/** @param {Person} person */
async function staysEnded(person) {
  for (let times = 0; times < 2; times++) {
    const answer = await person.ping({ v: 1, idleMs: 0 });
    const state = answer.json()?.state;
    const isOver = state === 'ended' || state === 'none' || answer.status === 401;
    hold(
      isOver,
      `A report ${times === 0 ? 'just ' : 'once more '}after it was answered ${answer.status}, ${answer.text}.`,
    );
    if (state !== 'ended') continue;
    const { reason } = answer.json() ?? {};
    const reasons = ['idle', 'lifetime', 'signed-out', 'revoked', 'replaced'];
    hold(reasons.includes(reason), `Its reason is ${JSON.stringify(reason)}.`);
  }
}

/**
 * @param {Answer} answer
 * @param {number} status
 * @param {string} what
 */
function refused(answer, status, what) {
  hold(answer.status === status, `${what} was answered ${answer.status} instead of ${status}${to(answer)}.`);
  hold(answer.type === 'application/problem+json', `The ${status} is ${answer.type || 'of no type'}.`);
}

/** @param {Answer} answer */
const to = (answer) => (answer.header('location') === '' ? '' : `, leading to ${answer.header('location')}`);

/** @param {string} body */
const shown = (body) => (body === '' ? 'An empty body' : body.length > 100 ? 'A body of more than 1024 bytes' : body);

/** @param {unknown} value */
const isDuration = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
