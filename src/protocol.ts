/**
 * What goes over the wire and between tabs, version 1, and its strict parsing.
 * Pure. All durations are milliseconds; a parser never throws and never returns what it has not checked.
 */
import { END_REASONS, type EndReason, type Limits } from './policy.js';

export const VERSION = 1;

/** A ping: "the last input was `idleMs` ago", or, without it, a mere question. */
export interface Ping {
  idleMs: number | null;
  /** Whose page reports: a server whose session is somebody else's takes the ping for a question. */
  owner: string | null;
}

/** A server's answer to a ping. */
export type Reply = LiveReply | { state: 'ended'; reason: EndReason } | { state: 'none' };

export interface LiveReply extends Limits {
  state: 'live';
  /** Time since the latest activity the server knows of, rounded up. */
  idleMs: number;
  /** What is left of the lifetime, rounded down; `null` where there is none. */
  lifetimeLeftMs: number | null;
  /** Opaque; the same for the same person. `null` from a server that sends none. */
  owner: string | null;
}

/**
 * What one tab tells the others of the same origin; `at` and `reports` are wall-clock times, since a message may lie in
 * a frozen tab for an hour. Nothing of it says who is signed in: the reply has no owner.
 */
export type TabMessage =
  | { type: 'activity'; at: number }
  /** The server's word on a question asked at `at`, which told of the activity at `reports`. */
  | { type: 'answer'; at: number; reply: LiveReply; reports: number | null }
  | { type: 'ended'; at: number; reason: EndReason; by: 'server' | 'clock' | 'person' };

const OWNER = /^[\w-]{1,64}$/;

export function serializePing({ idleMs, owner }: Ping): string {
  return JSON.stringify({
    v: VERSION,
    ...(idleMs !== null && { idleMs: Math.ceil(idleMs) }),
    ...(owner !== null && { owner }),
  });
}

/** The ping in a decoded JSON body, or what is wrong with it, for the client's developer to read. */
export function parsePing(body: unknown): Ping | { fault: string } {
  if (!isRecord(body)) return { fault: 'the body is not a JSON object' };
  const unknown = Object.keys(body).find((key) => key !== 'v' && key !== 'idleMs' && key !== 'owner');
  if (unknown !== undefined) return { fault: 'the ping has a field other than "v", "idleMs" and "owner"' };
  const { v, idleMs, owner } = ownFields(body);
  if (v !== VERSION) return { fault: `"v" is not ${String(VERSION)}, the version this server speaks` };
  if (idleMs !== undefined && !isDuration(idleMs))
    return { fault: '"idleMs" is not a whole number of milliseconds from 0 up' };
  if (owner !== undefined && !isOwner(owner))
    return { fault: '"owner" is not a tag of 1 to 64 letters, digits, "-" and "_"' };
  return { idleMs: idleMs ?? null, owner: owner ?? null };
}

export function serializeReply(reply: Reply): string {
  const body: Record<string, unknown> = { v: VERSION, ...reply };
  if (reply.state === 'live') {
    body['idleMs'] = Math.ceil(reply.idleMs);
    body['lifetimeLeftMs'] = reply.lifetimeLeftMs === null ? null : Math.max(0, Math.floor(reply.lifetimeLeftMs));
    if (reply.owner === null) delete body['owner'];
  }
  return JSON.stringify(body);
}

/** The reply in a decoded JSON body; `null` for anything else. Unknown fields are passed over, for later servers. */
export function parseReply(body: unknown): Reply | null {
  if (!isRecord(body)) return null;
  const fields = ownFields(body);
  if (fields['v'] !== VERSION) return null;
  switch (fields['state']) {
    case 'none':
      return { state: 'none' };
    case 'ended':
      return isEndReason(fields['reason']) ? { state: 'ended', reason: fields['reason'] } : null;
    case 'live':
      return parseLive(fields);
    default:
      return null;
  }
}

function parseLive(fields: Record<string, unknown>, isLimit = isDuration): LiveReply | null {
  const { idleMs, warnAfterMs, expireAfterMs, lifetimeLeftMs = null, owner = null } = fields;
  if (!isDuration(idleMs) || !isLimit(warnAfterMs) || !isLimit(expireAfterMs)) return null;
  if (warnAfterMs === 0 || (warnAfterMs >= expireAfterMs && warnAfterMs < Infinity)) return null;
  if (lifetimeLeftMs !== null && !isDuration(lifetimeLeftMs)) return null;
  if (owner !== null && !isOwner(owner)) return null;
  return { state: 'live', idleMs, warnAfterMs, expireAfterMs, lifetimeLeftMs, owner };
}

/** Tells sessions apart without naming them: 32 bits of a hash (FNV-1a) of an owner's tag; `null` where none is known. */
export function tagOf(owner: string | null): number | null {
  if (owner === null) return null;
  const hashed = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return new TextEncoder().encode(owner).reduce(hashed, 0x811c9dc5);
}

export const serializeTabMessage = (message: TabMessage, tag: number | null): object => ({
  v: VERSION,
  tag,
  ...message,
});

/** A message on the channel, which any script of the origin can write to; `null` for anything else. */
export function parseTabMessage(data: unknown): { message: TabMessage; tag: number | null } | null {
  if (!isRecord(data)) return null;
  const { v, tag, type, at, reply, reports, reason, by } = ownFields(data);
  if (v !== VERSION || !isTime(at) || (tag !== null && !isTime(tag))) return null;
  if (type === 'activity') return { message: { type, at }, tag };
  if (type === 'ended' && isEndReason(reason) && (by === 'server' || by === 'clock' || by === 'person')) {
    return { message: { type, at, reason, by }, tag };
  }
  const live = type === 'answer' && isRecord(reply) ? parseLive(ownFields(reply), isLimitOrNone) : null;
  if (!live || (reports !== null && !isTime(reports))) return null;
  return { message: { type: 'answer', at, reply: { ...live, owner: null }, reports }, tag };
}

const isTime = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only what the message itself says: nothing inherited, whatever somebody did to `Object.prototype`. */
const ownFields = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.assign(Object.create(null) as Record<string, unknown>, value);

const isDuration = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Between tabs: who asks a server that names no limits (N4) hands on none. */
const isLimitOrNone = (value: unknown): value is number => value === Infinity || isDuration(value);

const isOwner = (value: unknown): value is string => typeof value === 'string' && OWNER.test(value);

const isEndReason = (value: unknown): value is EndReason => (END_REASONS as readonly unknown[]).includes(value);
