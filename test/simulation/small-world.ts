/**
 * The smallest world with everything in it that tabs can disagree about: two of them, which are signed in, and a server.
 * Every order in which things can happen there is tried, to a depth, with the real machine; what was reached before, by
 * whatever way and at whatever time, is not tried again.
 */
import type { Event, Step } from '../../src/element/machine.js';
import type { Config, Mark, State } from '../../src/element/state.js';
import { leadMs, type EndReason, type Limits } from '../../src/policy.js';
import type { Reply, TabMessage } from '../../src/protocol.js';

/** The machine, as it is or with a fault planted in it. */
export interface Machine {
  step(state: State, event: Event, now: Mark): Step;
  begin(config: Config, since: Mark, now: Mark): State;
  isConcealed(state: State): boolean;
}

interface Tab {
  readonly state: State;
  /** When its timer is due. */
  readonly wakeAt: number;
  readonly isVisible: boolean;
  /** What is under way to the server, and since when. */
  readonly ping: { at: number; idleMs: number | null } | null;
  readonly inbox: readonly TabMessage[];
  /** The latest input was here, and since then the tab has never been hidden. */
  readonly isAttended: boolean;
}

interface World {
  readonly now: number;
  readonly tabs: readonly [Tab, Tab];
  readonly server: { readonly activeAt: number; readonly ended: EndReason | null };
  /** The latest real input anywhere. */
  readonly inputAt: number;
  readonly hasLost: boolean;
  readonly from: { world: World; event: string } | null;
}

type Index = 0 | 1;

const LIMITS: Limits = { warnAfterMs: 20_000, expireAfterMs: 26_000 };
const PING_MS = 10_000;
const EPOCH = 1_700_000_000_000;
const CONFIG: Config = {
  ...{ own: {}, canAsk: true, hasTabs: true, extendOn: 'any', lockForMs: null, atSignIn: false, fromHistory: false },
  timeoutMs: PING_MS,
};

export interface Found {
  states: number;
  /** What did not hold, and how it came to that; `null` if all did. */
  violation: string | null;
}

/** Breadth first, so that what is found is as short as can be. */
export function search(machine: Machine, depth: number): Found {
  let frontier = [beginning(machine)];
  const seen = new Set(frontier.map(fingerprint));
  for (let level = 0; level < depth; level++) {
    const next: World[] = [];
    for (const world of frontier)
      for (const successor of successors(machine, world)) {
        const print = fingerprint(successor);
        if (seen.has(print)) continue;
        seen.add(print);
        const fault = faultIn(machine, successor);
        if (fault !== null) return { states: seen.size, violation: `${fault}\n\n${story(successor)}` };
        next.push(successor);
      }
    frontier = next;
  }
  return { states: seen.size, violation: null };
}

const mark = (now: number): Mark => ({ wall: EPOCH + now, mono: now });

function beginning(machine: Machine): World {
  const state = machine.begin(CONFIG, mark(0), mark(0));
  const tab: Tab = { state, wakeAt: 0, isVisible: true, ping: null, inbox: [], isAttended: true };
  let world: World = {
    ...{ now: 0, tabs: [tab, tab], server: { activeAt: 0, ended: null } },
    ...{ inputAt: 0, hasLost: false, from: null },
  };
  for (const i of [0, 1] as const) world = answer(machine, send(machine, world, i, { type: 'deadline' }), i);
  return { ...world, tabs: [emptied(world.tabs[0]), emptied(world.tabs[1])], from: null };
}

const emptied = (tab: Tab): Tab => ({ ...tab, inbox: [] });

// What can happen

function* successors(machine: Machine, world: World): Iterable<World> {
  for (const i of [0, 1] as const)
    for (const [event, next] of happenings(machine, world, i))
      yield { ...turned(machine, next), from: { world, event: `tab ${i + 1} ${event}` } };
  const later = goOn(machine, world);
  if (later) yield { ...turned(machine, later), from: { world, event: 'time goes on' } };
}

/** Whoever waits for a turn alone has it at once. */
function turned(machine: Machine, world: World): World {
  const [one, other] = [mayAsk(world, 0), mayAsk(world, 1)];
  return one === other ? world : send(machine, world, one ? 0 : 1, { type: 'claimed' });
}

function* happenings(machine: Machine, world: World, i: Index): Iterable<[string, World]> {
  const { state, isVisible, ping, inbox } = world.tabs[i];
  const { now } = world;
  if (inbox.length > 0) yield ['hears of the other', deliver(machine, world, i)];
  if (mayAsk(world, 0) && mayAsk(world, 1)) yield ['has its turn to ask', send(machine, world, i, { type: 'claimed' })];
  if (ping) {
    yield ['is answered', answer(machine, world, i)];
    yield ['asks, and the question is lost', lose(machine, world, i)];
    yield ['asks, and the answer is lost', lose(machine, touched(world, ping), i)];
  }
  if (isOver(state)) return;
  if (isVisible) {
    yield ['is hidden', replace(world, i, { isVisible: false, isAttended: false })];
    if (!machine.isConcealed(state)) {
      yield ['has input', input(machine, world, i)];
      const ended = { ...world, server: { ...world.server, ended: world.server.ended ?? ('signed-out' as const) } };
      yield ['signs out', send(machine, ended, i, { type: 'sign-out' })];
    }
  } else {
    const shown = replace(world, i, { isVisible: true, wakeAt: Math.max(world.tabs[i].wakeAt, now) });
    yield ['is seen', send(machine, shown, i, { type: 'woke' })];
  }
}

/** A turn comes once what the other has told before giving it away has arrived. */
function mayAsk({ tabs }: World, i: Index): boolean {
  const { claim } = tabs[i].state;
  return claim?.granted === false && !tabs[1 - i]!.state.claim?.granted && tabs[i].inbox.length === 0;
}

function input(machine: Machine, world: World, i: Index): World {
  const { now } = world;
  const next = replace(replace(world, 0, { isAttended: i === 0 }), 1, { isAttended: i === 1 });
  return send(machine, { ...next, inputAt: now }, i, { type: 'activity', at: mark(now) });
}

function deliver(machine: Machine, world: World, i: Index): World {
  const [message, ...inbox] = world.tabs[i].inbox;
  return send(machine, replace(world, i, { inbox }), i, { type: 'told', message: message!, isStranger: false });
}

/** The server is asked, as its store does it: what is over is over, and only news moves the activity. */
function touched(world: World, { at, idleMs }: NonNullable<Tab['ping']>): World {
  const { now, server } = world;
  const isPast = now - server.activeAt >= LIMITS.expireAfterMs;
  const reported = idleMs === null ? -Infinity : at - idleMs;
  const isInTime = reported < server.activeAt + LIMITS.expireAfterMs;
  const isLate = now - server.activeAt >= LIMITS.expireAfterMs + leadMs(LIMITS);
  if (server.ended || (isPast && (!isInTime || isLate || idleMs === null)))
    return { ...world, server: { ...server, ended: server.ended ?? 'idle' } };
  return { ...world, server: { ...server, activeAt: Math.max(server.activeAt, reported) } };
}

function answer(machine: Machine, world: World, i: Index): World {
  const next = touched(world, world.tabs[i].ping!);
  const { activeAt, ended } = next.server;
  const lives = { state: 'live', idleMs: next.now - activeAt, ...LIMITS, lifetimeLeftMs: null, owner: 'ann' } as const;
  const reply: Reply = ended ? { state: 'ended', reason: ended } : lives;
  return send(machine, replace(next, i, { ping: null }), i, { type: 'reply', reply });
}

function lose(machine: Machine, world: World, i: Index): World {
  const next = { ...replace(world, i, { ping: null }), hasLost: true };
  return send(machine, next, i, { type: 'no-reply', jitter: 0, retryAfterMs: null });
}

/** To the next timer, or time-out. Messages and turns take no time; a tab that is hidden has no timers. */
function goOn(machine: Machine, world: World): World | null {
  const { tabs } = world;
  if (tabs.some(({ inbox }) => inbox.length > 0) || mayAsk(world, 0) || mayAsk(world, 1)) return null;
  const due = tabs.flatMap(({ wakeAt, isVisible, ping }) => [
    isVisible ? wakeAt : Infinity,
    ping ? ping.at + PING_MS : Infinity,
  ]);
  const now = Math.max(world.now, Math.min(...due));
  if (now === Infinity) return null;
  let next: World = { ...world, now };
  for (const i of [0, 1] as const) {
    const { ping, isVisible, wakeAt } = next.tabs[i];
    if (ping && ping.at + PING_MS <= now) next = lose(machine, next, i);
    else if (isVisible && wakeAt <= now) next = send(machine, next, i, { type: 'deadline' });
  }
  return next;
}

function send(machine: Machine, world: World, i: Index, event: Event): World {
  const { now } = world;
  const { state, effects, wakeInMs } = machine.step(world.tabs[i].state, event, mark(now));
  const wakeAt = wakeInMs === null ? Infinity : now + wakeInMs;
  let next = replace(world, i, { state, wakeAt, ...(!state.asking && { ping: null }) });
  for (const effect of effects) {
    if (effect.type === 'ping') next = replace(next, i, { ping: { at: now, idleMs: effect.idleMs } });
    const other = (1 - i) as Index;
    const { inbox } = next.tabs[other];
    // Where a page has gone, nobody hears.
    if (effect.type === 'tell' && !isOver(next.tabs[other].state))
      next = replace(next, other, { inbox: [...inbox, effect.message] });
  }
  return next;
}

function replace(world: World, i: Index, fields: Partial<Tab>): World {
  const tab = { ...world.tabs[i], ...fields };
  return { ...world, tabs: i === 0 ? [tab, world.tabs[1]] : [world.tabs[0], tab] };
}

const isOver = ({ phase }: State): boolean => phase === 'ended';

// What must hold

function faultIn(machine: Machine, world: World): string | null {
  const { server, now, inputAt, from } = world;
  const before = from!.world;
  if (server.activeAt < before.server.activeAt) return '(c) the activity that the server knows of moves back';
  if (server.activeAt > inputAt) return '(c) the server knows of activity that there was not';
  if (before.server.ended && !server.ended) return '(c) an ended session lives';
  for (const i of [0, 1] as const) {
    // As it was left until now, and as it is.
    const fault = openIn(machine, before.tabs[i], now - before.inputAt) ?? faultOf(machine, world, i);
    if (fault !== null) return `${fault}: tab ${i + 1}`;
  }
  // For longer than a second nothing was under way from one to the other, and nothing due.
  const isSettled = isQuiet(before) && now - before.now > 1_000;
  const [one, other] = before.tabs.map(({ state }) => (machine.isConcealed(state) ? 'concealed' : state.phase));
  return isSettled && one !== other ? `(e) tab 1 is ${one}, tab 2 ${other}` : null;
}

function faultOf(machine: Machine, world: World, i: Index): string | null {
  const { state, isVisible, inbox, ping, wakeAt } = world.tabs[i];
  const { now, inputAt, server } = world;
  const idleMs = now - inputAt;
  const asked = world.from!.world.tabs[i].state.askedAt.mono;
  if (ping?.at === now && ping !== world.from!.world.tabs[i].ping && now - asked < 1_000 && asked !== now)
    return '(d) pings twice within a second';
  if (isOver(state)) {
    // What nobody has asked the server about is over all the same.
    if (server.ended || now - server.activeAt >= LIMITS.expireAfterMs || world.hasLost) return null;
    if (world.tabs.some(({ isAttended }) => isAttended) && idleMs < LIMITS.expireAfterMs - leadMs(LIMITS))
      return '(b) ends, though somebody is active';
    return '(b) ends, and the session lives';
  }
  if (!isVisible) return null;
  const isOpen = !machine.isConcealed(state);
  if (isOpen && server.ended === 'signed-out' && inbox.length === 0) return '(a) open after a sign-out';
  if (!isOpen && inbox.length === 0 && wakeAt === Infinity && !ping) return '(a) waits for nothing, concealed';
  return null;
}

const openIn = (machine: Machine, { state, isVisible }: Tab, idleMs: number): string | null =>
  isVisible && !machine.isConcealed(state) && idleMs > LIMITS.expireAfterMs + 1_000
    ? `(a) open, ${idleMs} ms after the last input`
    : null;

/** Nothing is under way, nothing was lost, and both can be seen. */
const isQuiet = ({ tabs, hasLost, now }: World): boolean =>
  !hasLost &&
  tabs.every(
    ({ state, isVisible, ping, inbox, wakeAt }) =>
      isVisible && !isOver(state) && !ping && inbox.length === 0 && !state.claim && wakeAt > now,
  );

// What was reached before

/** Ages instead of times; and which tab is which does not matter. 53 bits: of a million states none is taken for another. */
function fingerprint({ now, tabs, server, inputAt, hasLost }: World): number {
  const [one, other] = tabs.map((tab) => nameOf(tab, now)) as [string, string];
  const rest = `${now - server.activeAt} ${String(server.ended)} ${now - inputAt} ${String(hasLost)}`;
  return hash(one < other ? `${one}|${other}|${rest}` : `${other}|${one}|${rest}`);
}

/** What of a state never changes here, or no more matters. */
const CONSTANT: readonly string[] = ['config', 'server', 'limits', 'lifetime', 'lifetimeNoted', 'owner', 'lockedAt'];

/** Most happenings leave one of the tabs as it was. */
const names = new WeakMap<Tab, { now: number; name: string }>();

function nameOf(tab: Tab, now: number): string {
  const known = names.get(tab);
  if (known?.now === now) return known.name;
  const { state, wakeAt, isVisible, ping, inbox, isAttended } = tab;
  let name = isOver(state) ? 'over' : `${isVisible ? wakeAt - now : ''} ${String(isAttended)}`;
  if (!isOver(state)) {
    if (ping) name += ` ${now - ping.at} ${String(ping.idleMs)}`;
    for (const key in state) if (!CONSTANT.includes(key)) name += `,${inAges(state[key as keyof State], now)}`;
    for (const message of inbox) name += `,${inAges(message, now)}`;
  }
  names.set(tab, { now, name });
  return name;
}

function inAges(value: unknown, now: number): string {
  if (typeof value === 'number' && value > EPOCH / 2) return String(EPOCH + now - value);
  if (typeof value !== 'object' || value === null) return String(value);
  if ('mono' in value) return String(now - (value.mono as number));
  let parts = '';
  for (const key in value) parts += `${inAges((value as Record<string, unknown>)[key], now)};`;
  return parts;
}

/** cyrb53. */
function hash(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

function story(world: World): string {
  const told: string[] = [];
  for (let { from, now } = world; from; { from, now } = from.world)
    told.unshift(`${(now / 1_000).toFixed(3).padStart(9)}  ${from.event}`);
  return told.join('\n');
}
