/**
 * Activity in Redis (6 or later) or Valkey: for any number of processes. Each step is one script that touches one key,
 * so that a cluster runs it too, by the clock of the server that holds the key.
 */
import type { EndReason } from '../../policy.js';
import { digest } from '../digest.js';
import { SessionSecurityError } from '../error.js';
import { type ActivityStore, type SignIn, type StartResult, stepMs, type Verdict } from '../store.js';
import { endEach } from './end-each.js';

/** A client or cluster of ioredis, or of node-redis. */
export type RedisClient = IoRedis | NodeRedis;

interface IoRedis {
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

interface NodeRedis {
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

export interface RedisStoreOptions {
  /** What all keys begin with. `session-security:` by default; name another for a second application. */
  prefix?: string;
}

/**
 * Redis must not evict (`maxmemory-policy noeviction`): where it does, each call rejects and says so, since an ended
 * session that is forgotten could live again.
 *
 * @throws {SessionSecurityError} `invalid-option`, for a client of neither library.
 */
export function redisStore(
  client: RedisClient,
  { prefix = 'session-security:' }: RedisStoreOptions = {},
): ActivityStore {
  const run = runner(client);
  const sessionKey = async (id: string) => prefix + (await digest(id));
  let fit: Promise<void> | undefined;

  /** Once it is known to be fit it is not asked again, but after a failure it is. */
  async function checkFit(key: string): Promise<void> {
    fit ??= run(POLICY, key, []).then(refuseEviction);
    await fit.catch((error: unknown) => {
      fit = undefined;
      throw error;
    });
  }

  /**
   * The record of a session with a subject never outlives its entry in the subject's index. So a script that would
   * begin one, or put its end off, writes nothing and asks for the entry first; then it is run again.
   */
  async function change(script: Script, key: string, parameters: Parameter[]): Promise<string[]> {
    await checkFit(key);
    let indexedUntil = '';
    for (;;) {
      const [outcome = '', ...rest] = strings(await run(script, key, [...parameters, indexedUntil]));
      if (outcome !== 'index') return [outcome, ...rest];
      const [subject = '', until = ''] = rest;
      await run(INDEX, `${prefix}subject:${subject}`, [key.slice(prefix.length), until]);
      indexedUntil = until;
    }
  }

  return {
    async start(id, { keepMs, ...signIn }) {
      const [result] = await change(START, await sessionKey(id), [keepMs, ...(await signInOf(signIn))]);
      return result as StartResult;
    },

    async touch(id, { idleMs, policy, graceMs, keepMs, enrol }) {
      const limits = [policy.expireAfterMs, policy.lifetimeMs, graceMs, stepMs(policy)];
      const signIn = enrol ? ['enrol', ...(await signInOf(enrol))] : ['', '', ''];
      return toVerdict(await change(TOUCH, await sessionKey(id), [keepMs, idleMs, ...limits, ...signIn]));
    },

    async end(id, { reason, keepMs }) {
      const [result] = await change(END, await sessionKey(id), [keepMs, reason]);
      return result === 'first';
    },

    async endAll(subject, { reason, keepMs }) {
      const whose = await digest(subject);
      const index = `${prefix}subject:${whose}`;
      await checkFit(index);
      const sessions = strings(await run(MEMBERS, index, []));
      return endEach(sessions, {
        atOnce: ENDED_AT_ONCE,
        async end(session) {
          const [result] = strings(await run(END_OF_SUBJECT, prefix + session, [keepMs, reason, whose]));
          return result === 'other' ? null : result === 'first';
        },
        forget: async (over) => run(FORGET, index, over),
      });
    },
  };
}

type Parameter = string | number | null;

/** How many sessions of one person are ended at a time. */
const ENDED_AT_ONCE = 100;

class Script {
  readonly text: string;
  #sha1: Promise<string> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** By which Redis knows a script that it has run before. */
  get sha1(): Promise<string> {
    this.#sha1 ??= crypto.subtle
      .digest('SHA-1', new TextEncoder().encode(this.text))
      .then((bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join(''));
    return this.#sha1;
  }
}

function runner(client: RedisClient) {
  const { bySha1, byText } = commands(client);
  return async (script: Script, key: string, parameters: Parameter[]): Promise<unknown> => {
    const values = parameters.map((value) => (value === null ? '' : String(value)));
    try {
      return await bySha1(await script.sha1, key, values);
    } catch (error) {
      // A server that was restarted, or has not run it yet.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return byText(script.text, key, values);
    }
  };
}

type Command = (script: string, key: string, values: string[]) => Promise<unknown>;

function commands(client: RedisClient): { bySha1: Command; byText: Command } {
  if (typeof (client as NodeRedis | undefined)?.evalSha === 'function') {
    const nodeRedis = client as NodeRedis;
    return {
      bySha1: async (sha1, key, values) => nodeRedis.evalSha(sha1, { keys: [key], arguments: values }),
      byText: async (text, key, values) => nodeRedis.eval(text, { keys: [key], arguments: values }),
    };
  }
  if (typeof (client as IoRedis | undefined)?.evalsha === 'function') {
    const ioRedis = client as IoRedis;
    return {
      bySha1: async (sha1, key, values) => ioRedis.evalsha(sha1, 1, key, ...values),
      byText: async (text, key, values) => ioRedis.eval(text, 1, key, ...values),
    };
  }
  throw new SessionSecurityError(
    'invalid-option',
    'redisStore(): what was given is no client. Give a client or cluster of ioredis, or of node-redis.',
  );
}

const strings = (reply: unknown): string[] => (reply as unknown[]).map(String);

async function signInOf({ createdAt, subject }: SignIn): Promise<Parameter[]> {
  return [createdAt ?? null, subject === undefined ? null : await digest(subject)];
}

function toVerdict([outcome, ...rest]: string[]): Verdict | null {
  if (outcome === 'unknown') return null;
  if (outcome !== 'live') return { live: false, reason: rest[0] as EndReason, first: outcome === 'first' };
  const [idleMs = NaN, ageMs = NaN, movedMs = NaN] = rest.map(Number);
  return { live: true, idleMs, ageMs, movedMs, first: rest[3] === 'first' };
}

function refuseEviction(reply: unknown): void {
  const info = String(reply);
  const value = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const policy = value('maxmemory_policy');
  // Without a limit nothing is evicted, and who may not ask for it is trusted to have set it right.
  if (policy === undefined || policy === 'noeviction' || value('maxmemory') === '0') return;
  throw new Error(
    `redisStore(): this server evicts keys when its memory is full (maxmemory-policy ${policy}), and with them ended ` +
      'sessions, which could then live again. Set maxmemory-policy noeviction, or use a server that is for sessions alone.',
  );
}

/**
 * The record is a hash: c createdAt, a activeAt, s seenAt, d dropAt, e ended, u subject. KEYS[1] is its key, ARGV[1]
 * is keepMs. Names and order are those of store.ts and record.ts.
 */
const RECORD = `
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'c', 'a', 's', 'd', 'e', 'u')
local createdAt, activeAt, seenAt, dropAt = tonumber(known[1]), tonumber(known[2]), tonumber(known[3]), tonumber(known[4])
local ended, subject = known[5], known[6]
local now = math.max(clock, seenAt or clock)
local keepMs = tonumber(ARGV[1])

-- An empty argument is null.
local function text(value) return value ~= '' and value end
local function exactly(number) return string.format('%.17g', number) end

-- dropTime(). Returns what the index has to be told first.
local function putOff(indexedUntil)
  if dropAt and dropAt >= now + keepMs then return end
  dropAt = now + keepMs + keepMs / 8 + 60000
  if ended or not subject then return end
  if not indexedUntil or indexedUntil < now + keepMs then return {'index', subject, exactly(dropAt)} end
  dropAt = indexedUntil
end

local function write()
  redis.call('HSET', KEYS[1], 'c', createdAt, 'a', activeAt, 's', now, 'd', dropAt)
  if ended then redis.call('HSET', KEYS[1], 'e', ended) end
  if subject then redis.call('HSET', KEYS[1], 'u', subject) end
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', math.ceil(dropAt)))
end
`;

const START = new Script(`${RECORD}
if createdAt then return {ended and 'ended' or 'exists'} end
createdAt, activeAt, subject = math.min(tonumber(ARGV[2]) or now, now), now, text(ARGV[3])
local untold = putOff(tonumber(ARGV[4]))
if untold then return untold end
write()
return {'started'}
`);

const TOUCH = new Script(`${RECORD}
local idleMs, expireAfterMs, lifetimeMs = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local graceMs, stepMs = tonumber(ARGV[5]), tonumber(ARGV[6])
local enrol, began, whose, indexedUntil = text(ARGV[7]), tonumber(ARGV[8]), text(ARGV[9]), tonumber(ARGV[10])
if not createdAt and not enrol then return {'unknown'} end
if ended then return {'ended', ended} end

-- enrolled()
local before, keptUntil = activeAt, dropAt
if not createdAt then
  createdAt = math.min(began or now - (idleMs or 0), now)
  activeAt = idleMs and math.max(createdAt, now - idleMs) or createdAt
  before, subject = createdAt, whose
end

-- judge()
local deadline = activeAt + expireAfterMs
local reported = idleMs and math.max(activeAt, now - idleMs) or activeAt
local past = now >= deadline
local inTimeButLate = past and reported < deadline and now - deadline <= graceMs
local worthwhile = reported - activeAt >= stepMs
local latest = (inTimeButLate or (not past and worthwhile)) and reported or activeAt
if lifetimeMs and createdAt + lifetimeMs - now <= 0 then ended = 'lifetime'
elseif expireAfterMs - (now - latest) <= 0 then ended = 'idle'
else activeAt = latest end

local untold = putOff(indexedUntil)
if untold then return untold end
local moved, enrolled = activeAt > before, not seenAt
if enrolled or ended or moved or dropAt ~= keptUntil or now - seenAt >= stepMs then write() end
if ended then return {'first', ended} end
return {'live', exactly(now - activeAt), exactly(now - createdAt), exactly(activeAt - before), enrolled and 'first' or ''}
`);

const END_RECORD = `
if ended then return {'ended'} end
createdAt, activeAt, ended = createdAt or now, activeAt or now, ARGV[2]
putOff()
write()
return {'first'}
`;

const END = new Script(RECORD + END_RECORD);

const END_OF_SUBJECT = new Script(`${RECORD}
if not createdAt or subject ~= ARGV[3] then return {'other'} end
${END_RECORD}`);

/** A person's sessions, by the time until which they are kept; and a minute more, as servers' clocks differ. */
const INDEX = new Script(`
local session, keptUntil = ARGV[1], ARGV[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] * 1000 - 60000)
redis.call('ZADD', KEYS[1], 'GT', keptUntil, session)
local latest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', latest + 60000))
`);

const MEMBERS = new Script("return redis.call('ZRANGE', KEYS[1], 0, -1)");

const FORGET = new Script("return redis.call('ZREM', KEYS[1], unpack(ARGV))");

/** Asked of the server that holds KEYS[1]. Who may not ask gets no answer. */
const POLICY = new Script(`
local info = redis.pcall('INFO', 'memory')
return type(info) == 'string' and info or ''
`);
