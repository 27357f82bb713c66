// @ts-check
/** Requests as a browser would send them, and as it would not. Node's `fetch` has Fetch Metadata of its own making. */
import { once } from 'node:events';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} type the content type, without parameters
 * @property {string} text
 * @property {() => any} json `null` for what is none
 * @property {(name: string) => string} header empty where it is missing
 */

const TIMEOUT_MS = 10_000;

/**
 * @param {URL} url of the ping
 * @param {{ cookie?: string, headers?: Record<string, string> }} options
 */
export function open(url, { cookie, headers = {} }) {
  const own = {
    Origin: url.origin,
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'cors',
    'Sec-Fetch-Dest': 'empty',
  };
  return {
    origin: url.origin,
    stranger: visitor(headers),
    person: visitor({ ...headers, ...(cookie !== undefined && { Cookie: cookie }) }),
  };

  /** @param {Record<string, string>} always */
  function visitor(always) {
    const json = { 'Content-Type': 'application/json', Accept: '*/*' };
    /**
     * @param {string} method
     * @param {string | null} body
     * @param {Record<string, string>} [more]
     */
    const send = async (method, body, more = {}) => ask(url, method, body, { ...json, ...own, ...always, ...more });
    /**
     * @param {object} ping
     * @param {Record<string, string>} [more]
     */
    const ping = async (ping, more) => send('POST', JSON.stringify(ping), more);
    return {
      send,
      ping,
      /**
       * Without what a browser says of where a request comes from, but for `where`.
       *
       * @param {Record<string, string>} where
       * @param {object} [ping]
       */
      from: async (where, ping = { v: 1 }) => ask(url, 'POST', JSON.stringify(ping), { ...json, ...always, ...where }),
      /**
       * @param {object} body
       * @returns {Promise<any>} the reply
       */
      async live(body) {
        const answer = await ping(body);
        const reply = answer.json();
        if (reply?.state !== 'live')
          throw new Error(`the session did not live any more: ${answer.status} ${answer.text}`);
        return reply;
      },
      /**
       * @param {string} query
       * @param {Record<string, string>} [more]
       */
      get: async (query, more = {}) =>
        ask(new URL(query || '?', url), 'GET', null, {
          ...own,
          Accept: '*/*',
          'X-Requested-With': 'XMLHttpRequest',
          ...always,
          ...more,
        }),
      /** @param {URL} address */
      signOut: async (address) => ask(address, 'POST', '', { ...own, ...always }),
    };
  }
}

/**
 * @param {URL} url
 * @param {string} method
 * @param {string | null} body
 * @param {Record<string, string>} headers without those that are empty
 * @returns {Promise<Answer>}
 */
async function ask(url, method, body, headers) {
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
  if (body !== null) sent['Content-Length'] = String(Buffer.byteLength(body));
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = url.protocol === 'https:' ? overHttps : overHttp;
  // A connection of its own: a server may close one on which it has refused a body.
  const outgoing = request(url, { method, headers: sent, agent: false, signal });
  outgoing.end(body ?? undefined);
  const [incoming] = await once(outgoing, 'response', { signal });
  const text = Buffer.concat(await incoming.toArray()).toString();
  /** @param {string} name */
  const header = (name) => [incoming.headers[name] ?? ''].flat().join(', ');
  const [type = ''] = header('content-type').split(';');
  return {
    status: incoming.statusCode,
    type: type.trim().toLowerCase(),
    text,
    header,
    json() {
      try {
        return JSON.parse(text);
      } catch {
        return null;
      }
    },
  };
}
