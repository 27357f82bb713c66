/** The routes that the element talks to: ping and sign-out. docs/protocol.md states them. */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { findTargetHandler } from 'hono/utils/handler';
import { leadMs } from '../policy.js';
import { parsePing, type Ping, type Reply, serializeReply } from '../protocol.js';
import { type BodyBounds, readBody } from './body.js';
import { createDjangoPing } from './compat.js';
import type { Guard } from './guard.js';
import { isNavigation, isTrusted } from './origin.js';
import { refuse, refuseForNow, signInLocation } from './refusal.js';
import { StoreFault } from './store.js';

/** A ping of version 1 is a hundred bytes. The element waits for no answer longer than that. */
const PING_BODY: BodyBounds = { maxBytes: 1_024, timeoutMs: 10_000 };

/** Handlers of these routes, in any application: the gate lets pass what is routed to them. */
const ownHandlers = new WeakSet();

export const isOwnRoute = (c: Context): boolean =>
  // Hono wraps the handlers of an application with an error handler of its own.
  matchedRoutes(c).some(({ handler }) => ownHandlers.has(findTargetHandler(handler)));

export function createRoutes(guard: Guard): Hono {
  const trustedOnly = refuseUntrusted(guard);
  const ping = (c: Context) => answerPing(c, guard);
  const out = (c: Context) => signOut(c, guard);
  const isCompatible = guard.options.compat === 'django';
  const djangoPing = createDjangoPing(guard);
  const noPing = refuseMethod(guard, isCompatible ? 'GET, POST' : 'POST');
  const noSignOut = refuseMethod(guard, 'POST');
  for (const handler of [ping, djangoPing, noPing, out, noSignOut]) ownHandlers.add(handler);
  const routes = new Hono();
  routes.post('/ping', trustedOnly, ping);
  routes.post('/sign-out', trustedOnly, out);
  if (isCompatible) routes.get('/ping', djangoPing);
  routes.all('/ping', noPing);
  routes.all('/sign-out', noSignOut);
  return routes;
}

async function answerPing(c: Context, guard: Guard): Promise<Response> {
  const ping = await readPing(c);
  if ('fault' in ping) {
    const detail = `This is no ping: ${ping.fault}.`;
    guard.tellRefused(c, 'malformed', detail);
    return refuse(c, 400, detail);
  }
  const visitor = await guard.visitor(c);
  if (visitor === null) return reply(c, { state: 'none' });
  const { who, policy } = visitor;
  const owner = await guard.ownerTag(who);
  // What somebody else's page reports is no activity in this session.
  const idleMs = ping.owner === null || ping.owner === owner ? ping.idleMs : null;
  const verdict = await guard.ask(c, (sessions) => sessions.touch(who, policy, { idleMs, graceMs: leadMs(policy) }));
  if (verdict instanceof StoreFault) return refuseForNow(c);
  if (!verdict?.live) {
    await guard.dismiss(c, verdict);
    return reply(c, verdict ? { state: 'ended', reason: verdict.reason } : { state: 'none' });
  }
  // A report may be the repetition of one whose answer, with its cookie, was lost.
  if (idleMs !== null) await guard.renew(c, policy);
  const { lifetimeMs, ...limits } = policy;
  const lifetimeLeftMs = lifetimeMs === null ? null : lifetimeMs - verdict.ageMs;
  return reply(c, { state: 'live', idleMs: verdict.idleMs, ...limits, lifetimeLeftMs, owner });
}

async function readPing(c: Context): Promise<Ping | { fault: string }> {
  const [type = ''] = (c.req.header('Content-Type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') return { fault: 'the content type is not application/json' };
  const body = await readBody(c, PING_BODY);
  if ('fault' in body) return body;
  try {
    return parsePing(JSON.parse(body.text));
  } catch {
    return { fault: 'the body is not JSON' };
  }
}

async function signOut(c: Context, guard: Guard): Promise<Response> {
  // Without asking for the policy: whoever wants to leave must not be kept by what cannot tell how long they may stay.
  const who = await guard.identify(c);
  if (who !== null) {
    const ended = await guard.ask(c, (sessions) => sessions.end(who, guard.commonPolicy, 'signed-out'));
    await guard.destroy(c);
    if (ended instanceof StoreFault) return refuseForNow(c);
  }
  return isNavigation(c.req.raw)
    ? c.redirect(signInLocation(c, guard.options.signInUrl ?? '/'), 303)
    : c.body(null, 204);
}

const refuseUntrusted =
  (guard: Guard): MiddlewareHandler =>
  async (c, next) => {
    c.header('Cache-Control', 'no-store');
    if (isTrusted(c.req.raw, guard.options.origins ?? [])) return next();
    const detail = 'The request comes from a page of another origin, or does not say from which.';
    guard.tellRefused(c, 'origin', detail);
    return refuse(c, 403, `${detail} See the option "origins".`);
  };

const reply = (c: Context, answer: Reply): Response =>
  c.body(serializeReply(answer), 200, { 'Content-Type': 'application/json' });

const refuseMethod =
  (guard: Guard, allowed: string) =>
  (c: Context): Response => {
    guard.tellRefused(c, 'method', `The method is not ${allowed.replace(', ', ' or ')}.`);
    return c.body(null, 405, { Allow: allowed, 'Cache-Control': 'no-store' });
  };
