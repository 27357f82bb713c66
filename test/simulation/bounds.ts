/**
 * The bounds of docs/how-it-works.md, held against the truth, which is kept here: who was really active, signed in or
 * out, and when. Each is named by its letter there; where it is less than what is promised there, it says why.
 */
import type { SessionState } from '../../src/element/events.js';
import type { Mark } from '../../src/element/state.js';
import { leadMs, reportAfterMs, type EndReason } from '../../src/policy.js';
import type { Verdict } from '../../src/server/store.js';
import type { Browser } from './browser.js';
import { KnownLimits } from './limits.js';
import { Lifetimes } from './lifetimes.js';
import { LockedPages } from './locked.js';
import type { Message, Page } from './page.js';
import type { Tab } from './tab.js';
import type { Answer, Request } from './server.js';
import { liveOf, roundedMs } from './wire.js';
import type { World } from './world.js';

const SECOND = 1_000;
/** What two clocks that drift apart by 1 in 10,000 each can differ by in the longest idle limit, and rounding. */
const BLUR_MS = 200;
const PING_MS = 10_000;
const DEFAULT_WARN_MS = 540_000;

interface Active {
  at: number;
  wall: number;
  mono: number;
  /** Where it was; `null` where it was a navigation, of which the server knows. */
  page: Page | null;
}

interface Session {
  begunAt: number;
  hasEnded: boolean;
  /** The store has forgotten it: what becomes of it then is not what anybody wants, but what is documented. */
  isForgotten: boolean;
  revokedAt: number | null;
  isTold: boolean;
  /** The latest activity that the store is known to know of. */
  storedAt: number;
}

interface Truth {
  /** The latest activity, by owner. */
  active: Map<string, Active>;
  /** When the server last said that the session lives, by owner. */
  live: Map<string, number>;
  /** When each failing request was sent. */
  troubles: number[];
  outages: { from: number; to: number }[];
  jumps: number[];
  /** The latest input in a page that has not heard of the server yet. */
  early: number;
  /** What was left when somebody gave input. */
  narrow: { at: number; leftMs: number }[];
  cookieSetAt: number;
  signOutAt: number;
  /** When a ping was answered last. */
  answeredAt: number;
  disagreeSince: number | null;
}

interface PageTruth {
  /** Must be concealed by then, and why. */
  hideBy: { at: number; why: string } | null;
  latest: { at: number; mono: number } | null;
  /** When it has pinged since the last answer, and what came that deserves an answer at once. */
  unanswered: number[];
  fresh: number[];
  /** The latest answer that another tab has got, and when that had asked. */
  handed: { askedAt: number; idleMs: number } | null;
  /** It was locked before the latest change. */
  wasLocked: boolean;
}

export class Bounds {
  readonly limits: KnownLimits;
  readonly #world: World;
  readonly #locked: LockedPages;
  readonly #lifetimes: Lifetimes;
  readonly #truths = new Map<Browser, Truth>();
  readonly #pages = new Map<Page, PageTruth>();
  readonly #sessions = new Map<string, Session>();

  constructor(world: World) {
    this.#world = world;
    this.limits = new KnownLimits(world);
    this.#locked = new LockedPages(world);
    this.#lifetimes = new Lifetimes(world);
  }

  get #now(): number {
    return this.#world.agenda.now;
  }

  #of(browser: Browser): Truth {
    let truth = this.#truths.get(browser);
    if (!truth) {
      truth = {
        ...{ active: new Map(), live: new Map(), troubles: [], outages: [], jumps: [], narrow: [], early: 0 },
        ...{ cookieSetAt: 0, signOutAt: -Infinity, answeredAt: -Infinity, disagreeSince: null },
      };
      this.#truths.set(browser, truth);
    }
    return truth;
  }

  #page(page: Page): PageTruth {
    let truth = this.#pages.get(page);
    if (!truth)
      this.#pages.set(
        page,
        (truth = { hideBy: null, latest: null, unanswered: [], fresh: [], handed: null, wasLocked: false }),
      );
    return truth;
  }

  // What is true

  /** Real input. It is activity unless the page is concealed, or only its button extends. */
  input(page: Page, isButton = false): void {
    const { browser } = page.tab;
    const ignored = this.#world.setting.extendOn === 'button' && page.view?.phase === 'warning' && !isButton;
    // Of a page that has not heard of the server yet: it counts for whoever is signed in.
    if (!page.wasLive) this.#of(browser).early = this.#now;
    if (page.owner === null || page.isConcealed || page.view?.phase === 'dormant' || ignored) return;
    if (this.#idleMs(page) >= this.#expireMs(page) + roundedMs(this.#world.setting.wire).back) return;
    const truth = this.#of(browser);
    truth.narrow.push({ at: this.#now, leftMs: this.#expireMs(page) - this.#idleMs(page) });
    truth.active.set(page.owner, { at: this.#now, ...browser.mark, page });
  }

  /** An event bears the monotonic time alone: how long a machine slept while a blocked page had it before it, nobody knows. */
  inputHeard({ owner, tab: { browser } }: Page, mono: number): void {
    const active = this.#of(browser).active.get(owner ?? '');
    if (active?.mono !== mono) return;
    active.wall = Math.max(active.wall, browser.wall - (browser.mono - mono));
    active.at = Math.max(active.at, this.#now - (browser.mono - mono));
  }

  /** The server was asked, or told. */
  touched(id: string, owner: string, request: Request, idleMs: number | null, verdict: Verdict): void {
    const session = this.#session(id);
    const browser = request.from;
    if (verdict.live && session.hasEnded && !session.isForgotten)
      this.#world.violated(`(c) the ended session ${id} lives`);
    if (!verdict.live) {
      if (verdict.reason === 'idle' && verdict.first) this.#endedIdle(browser, owner, session, `the server ends ${id}`);
      session.hasEnded = true;
      return;
    }
    if (request.path === '/page' && idleMs !== null)
      this.#of(browser).active.set(owner, { at: this.#now, ...browser.mark, page: null });
    const truth = this.#of(browser);
    truth.live.set(owner, this.#now);
    const known = truth.active.get(owner);
    const active = known?.at ?? 0;
    const latest = Math.max(active, truth.early, session.begunAt) + (this.#now - request.sentAt);
    const stored = this.#now - verdict.idleMs;
    const graceMs = request.path === '/ping' && idleMs !== null ? leadMs(this.limits.policy) : 0;
    const lateMs = this.#now - session.storedAt - this.limits.policy.expireAfterMs - graceMs;
    // Times of the store are whole milliseconds.
    if (lateMs > 1 && !session.isForgotten) this.#world.violated(`(c) ${id} lives ${lateMs} ms after its end`);
    if (!session.isForgotten) this.#lifetimes.touched(id, session.begunAt);
    session.storedAt = stored;
    // A ping takes its way, and cannot know how long: so much later is what it tells.
    if (verdict.movedMs > 0 && stored > latest + BLUR_MS && !session.isForgotten)
      this.#world.violated(`(c) the server takes ${id} to have been active ${stored - active} ms later than it was`);
    // From now on only the server's word counts: what a report's way has added, and what a set clock has seemed to.
    if (known && verdict.idleMs < this.#sinceMs(browser, known))
      Object.assign(known, { wall: browser.wall - verdict.idleMs, mono: browser.mono - verdict.idleMs });
  }

  begun(browser: Browser, id: string, owner: string): void {
    this.#session(id).begunAt = this.#now;
    this.#of(browser).active.set(owner, { at: this.#now, ...browser.mark, page: null });
  }

  ended(id: string): void {
    this.#session(id).hasEnded = true;
  }

  /** (c) An end is told of once (S7). */
  over(id: string, isFirst: boolean): void {
    const session = this.#session(id);
    if (isFirst && session.isTold && !session.isForgotten) this.#world.violated(`(c) the end of ${id} is told twice`);
    session.isTold ||= isFirst;
  }

  forgotten(): void {
    for (const session of this.#sessions.values()) session.isForgotten = true;
  }

  revoked({ cookie }: Browser): void {
    const session = this.#session(cookie!);
    session.revokedAt ??= this.#now;
    session.hasEnded = true;
  }

  cookieSet(browser: Browser): void {
    this.#of(browser).cookieSetAt = this.#now;
  }

  troubled(browser: Browser, sentAt: number): void {
    this.#of(browser).troubles.push(sentAt);
  }

  outage(browser: Browser | null, forMs: number): void {
    for (const each of browser ? [browser] : this.#world.browsers)
      this.#of(each).outages.push({ from: this.#now, to: this.#now + forMs });
  }

  /** After a sleep in which the other clock stood still, no clock knows any more how long ago anything was. */
  setBack(browser: Browser): void {
    this.#of(browser).early = this.#now;
  }

  jumped(browser: Browser): void {
    this.#of(browser).jumps.push(this.#now);
  }

  /** (a) Within a second of a sign-out, all tabs that can hear of it and know whose they are conceal. */
  signedOut(page: Page): void {
    const { setting } = this.#world;
    this.#of(page.tab.browser).signOutAt = this.#now;
    if (!setting.hasChannel || !page.wasLive) return;
    const at = this.#now + setting.channelMs + SECOND;
    for (const { page: other } of page.tab.browser.openTabs)
      if (other && other !== page && other.owner === page.owner && other.wasLive && !other.isConcealed)
        this.#page(other).hideBy ??= { at, why: '(a) the sign-out in another tab' };
  }

  /** (g) An answer about somebody else's session conceals. `hear`: the page itself hears of it. */
  heard(page: Page, { type, tag, at, reply }: Message, hear: () => void): void {
    const { browser } = page.tab;
    const own = this.#world.setting.wire === 'v1' ? this.#world.code.core.tagOf(page.owner) : null;
    // One from before the clock was set back lies ahead: of that the page makes nothing but a question.
    // And a locked page must ask for itself whose the session is: the channel does not tell (C9).
    const isTaken = page.wasLive && page.view?.phase !== 'locked';
    const isHanded = type === 'answer' && tag === own && isTaken && at <= browser.wall;
    if (!isHanded) this.fresh(page);
    hear();
    if (isHanded) this.#handed(page, this.#now - Math.max(0, browser.wall - at), reply!);
    // Of an end that it hears of late: what the server has said since then is word enough.
    if (type === 'ended' && page.concealedAt === this.#now) page.concealedAt -= Math.max(0, browser.wall - at);
    if (type === 'answer') this.#locked.clue(page);
    const id = browser.cookie;
    const who = id === null ? undefined : this.#world.server.people.get(id);
    const isOthers = who !== undefined && page.shown.what === 'records' && who.subject !== page.shown.person;
    const isRecent = browser.wall - at < this.#now - this.#of(browser).cookieSetAt && at <= browser.wall;
    if (type === 'answer' && tag !== own && isOthers && isRecent && page.wasLive && !page.isConcealed)
      this.#page(page).hideBy ??= { at: this.#now + SECOND, why: '(g) the sign-in of somebody else' };
  }

  #handed(page: Page, askedAt: number, reply: NonNullable<Message['reply']>): void {
    this.#page(page).handed = { askedAt, idleMs: reply.idleMs };
    this.limits.told(page, askedAt, reply);
    this.#lifetimes.handed(page, askedAt, reply.lifetimeLeftMs);
  }

  /** Something happens to a page, or in it, after which it may ask at once. */
  fresh(page: Page): void {
    this.#locked.clue(page);
    this.#page(page).fresh.push(this.#now);
  }

  /** (d) Few pings: never two within a second, twelve that fail in a session's length, and no question twice. */
  pinged(page: Page, kind: string): void {
    if (kind === 'leave') return;
    const truth = this.#page(page);
    const { browser } = page.tab;
    const { latest } = truth;
    const hasJumped = latest && this.#of(browser).jumps.some((at) => at >= latest.at);
    if (latest && !hasJumped && browser.mono - latest.mono < SECOND - 1 && this.#now - latest.at < SECOND - 1)
      this.#world.violated(`(d) ${page.tab.name} pings twice within ${this.#now - latest.at} ms`);
    truth.latest = { at: this.#now, mono: browser.mono };
    const since = this.#now - this.#expireMs(page);
    truth.unanswered = [...truth.unanswered.filter((at) => at > since), this.#now];
    truth.fresh = truth.fresh.filter((at) => at > since);
    if (truth.unanswered.length > 12 + truth.fresh.length)
      this.#world.violated(`(d) ${page.tab.name} pings ${truth.unanswered.length} times in vain`);
    this.#checkTwice(page, kind);
  }

  /** What another tab has asked a moment ago is not asked again. Of a report that depends on what has happened since. */
  #checkTwice(page: Page, kind: string): void {
    const { handed, fresh } = this.#page(page);
    if (!handed || (kind !== 'warn' && kind !== 'wake')) return;
    // Where somebody was active a moment later than one of both knew, whether to warn is a new question.
    const idleMs = Math.min(handed.idleMs, page.view!.idleMs - (this.#now - handed.askedAt));
    if (kind === 'warn' && idleMs < this.limits.strictest.warnAfterMs) return;
    const isNews = [...fresh, page.tab.browser.settledAt].some((at) => at >= handed.askedAt);
    if (!isNews && this.#now - handed.askedAt < leadMs(this.limits.strictest) / 2)
      this.#world.violated(`(d) ${page.tab.name} asks what another tab asked ${this.#now - handed.askedAt} ms ago`);
  }

  /** Called before the page itself hears of it. */
  answered(page: Page, answer: Answer | null, { cookie, sentAt }: Request): void {
    const truth = this.#page(page);
    const { wire } = this.#world.setting;
    if (answer?.status === 200 && answer.type === 'application/json') {
      truth.unanswered = [];
      this.#of(page.tab.browser).answeredAt = this.#now;
    }
    const said = liveOf(wire, answer, this.#world.server.knownOwner(cookie));
    if (!answer || !said) return;
    this.#locked.answered(page, answer, wire === 'v1' ? said.owner : null, cookie);
    // Until then it cannot know whose it is: nothing in a page says so.
    if (!page.wasLive) page.owner = said.owner;
    if (said.owner === page.owner) {
      page.wasLive = true;
      truth.hideBy = null;
      this.limits.told(page, sentAt, said);
      const { begunAt, isForgotten } = this.#session(cookie!);
      this.#lifetimes.answered(page, sentAt, isForgotten ? Infinity : begunAt);
    } else if (page.wasLive && page.isOpen) {
      truth.hideBy ??= { at: this.#now, why: '(g) an answer about somebody else' };
    }
  }

  /** (a) What the browser keeps of a page is concealed before, so that not even the first frame shows anything (C8). */
  kept(page: Page): void {
    if (page.owner !== null && page.wasLive && page.view?.phase !== 'dormant' && !page.isConcealed)
      this.#world.violated(`(a) ${page.tab.name} is kept by the browser as it was`);
  }

  removed(page: Page): void {
    if (page.leftovers > 0) this.#world.violated(`(f) ${page.tab.name}: ${page.leftovers} things outlive the element`);
  }

  pageEnded(page: Page, reason: EndReason): void {
    this.#world.tell(page.tab.name, `ends: ${reason}`);
    this.#checkNotOver(page, reason);
    if (reason !== 'idle' || page.shown.what !== 'records' || !page.wasLive) return;
    // What was over for another reason is over, and of no more use to anybody active.
    if (this.#session(page.shown.id).hasEnded) return;
    // Without a channel there is only the server to ask, and where that is silent (T3) the page goes; not the session.
    const { hasChannel, wire } = this.#world.setting;
    const isAlone = wire === 'none' || this.#of(page.tab.browser).troubles.some((at) => at > this.#now - 2 * PING_MS);
    if (!hasChannel && isAlone) return;
    if (wire === 'none' && this.#isTooLate(page)) return;
    this.#endedIdle(page.tab.browser, page.shown.owner, this.#session(page.shown.id), `${page.tab.name} ends`);
  }

  /** Without a server to ask, each page goes by its own load, of which the others do not hear: they may be at their end. */
  #isTooLate({ tab: { browser }, shown }: Page): boolean {
    const input = shown.what === 'records' ? this.#of(browser).active.get(shown.owner) : undefined;
    if (!input) return false;
    const afterMs = ({ page }: Tab) => input.at - (page?.concealedAt ?? Infinity);
    return browser.tabs.some((tab) => afterMs(tab) >= 0 && afterMs(tab) < 2 * SECOND);
  }

  // What must hold

  /** (b) Old news of a sign-out ends no session that has begun since (C7). */
  #checkNotOver(page: Page, reason: EndReason): void {
    // Without a server to ask, there is only the news. And a locked page is given up after a while, whoever is signed in.
    if (this.#world.setting.wire === 'none' || this.#page(page).wasLocked) return;
    const { browser } = page.tab;
    const truth = this.#of(browser);
    const session = browser.cookie === null ? undefined : this.#sessions.get(browser.cookie);
    const isSaid = page.owner !== null && (truth.live.get(page.owner) ?? -Infinity) > this.#now - 2 * PING_MS;
    if (reason === 'idle' || reason === 'lifetime' || !session || session.hasEnded || !isSaid || !page.wasLive) return;
    // A sign-out takes its time, and may not reach the server.
    if (Math.max(session.begunAt, truth.signOutAt) > this.#now - 3 * PING_MS || truth.troubles.length > 0) return;
    this.#world.violated(`(b) ${page.tab.name} ends as ${reason}, and the session lives`);
  }

  /** (b) Nobody active is thrown out. */
  #endedIdle(browser: Browser, owner: string, session: Session, who: string): void {
    const truth = this.#of(browser);
    const limits = this.limits.strictest;
    const active = truth.active.get(owner);
    if (!active?.page || session.isForgotten || this.limits.haveShrunk) return;
    const { page, at } = active;
    // Whoever has signed out since is not active any more, though it may not have reached the server.
    if (truth.signOutAt >= at) return;
    // Until it has reached the server, a page without limits of its own cannot know how little time there is.
    if (!page.wasLive && !this.#world.setting.own) return;
    // What was frozen or closed since, could not tell. What had its clock set knows no more when anything was.
    if (
      page.isDead ||
      !page.runs ||
      page.releasedAt > at ||
      truth.jumps.some((jump) => jump >= at - limits.expireAfterMs)
    )
      return;
    const idleMs = this.#now - at;
    const { there } = roundedMs(this.#world.setting.wire);
    if (idleMs >= limits.expireAfterMs - leadMs(limits) - BLUR_MS - there) return;
    const from = at - limits.expireAfterMs - reportAfterMs(limits);
    const lost = this.#lostMs(truth, from);
    const out = truth.outages.reduce(
      (sum, { from: since, to }) => sum + Math.max(0, Math.min(to, this.#now) - Math.max(since, from)),
      0,
    );
    // Who comes back with little left cannot outlast more than that.
    const leftMs = truth.narrow.filter((input) => input.at >= from).map((input) => input.leftMs);
    const bearable = Math.min(limits.expireAfterMs - reportAfterMs(limits), ...leftMs) - leadMs(limits) - PING_MS;
    // And nobody hears of input in a page that has not heard of the server itself.
    if (lost + out > 0 && (lost + out > bearable || !page.wasLive)) return;
    // A report takes its way, and after the deadline the server cannot tell that it was made before. Nor does a store
    // write what moves the activity by less than a second.
    if (Math.min(...leftMs) <= this.#world.setting.network.delayMs + SECOND + there) return;
    this.#world.violated(`(b) ${who} for idleness, though ${page.tab.name} had input ${idleMs} ms ago`);
  }

  /** What was lost, one by one or in a row: between two tries, nobody can tell that the server could have been reached. */
  #lostMs({ troubles, answeredAt }: Truth, from: number): number {
    const oneMs = PING_MS + 4 * SECOND;
    const [first, ...row] = troubles.filter((time) => time >= Math.max(from, answeredAt));
    const rowMs = first === undefined ? 0 : (row.at(-1) ?? first) - first + oneMs;
    return Math.max(rowMs, troubles.filter((time) => time >= from).length * oneMs);
  }

  changed(page: Page, before: SessionState | null): void {
    const { view } = page;
    const was = before?.concealed === true;
    const is = view?.concealed === true;
    if (before?.phase !== view?.phase || was !== is)
      this.#world.tell(page.tab.name, `${view!.phase}${is ? ', concealed' : ''}, idle ${Math.round(view!.idleMs)} ms`);
    if (is && !was) {
      page.concealedAt = this.#now;
      this.#page(page).hideBy = null;
    }
    this.#page(page).wasLocked = before?.phase === 'locked';
    this.#locked.changed(page, before);
    if (was && !is) this.#revealed(page);
  }

  /** (a), (g) What was concealed comes back by the server's word alone, given since. */
  #revealed(page: Page): void {
    if (page.owner === null) return;
    if (this.#world.setting.wire === 'none') return this.#checkDisproved(page);
    const { live } = this.#of(page.tab.browser);
    const since = page.concealedAt ?? 0;
    const said = live.get(page.owner) ?? -Infinity;
    // At a deadline, an answer that another tab has just got will do.
    if (said < since - leadMs(this.limits.strictest) - SECOND)
      this.#world.violated(`(a) ${page.tab.name} reveals what the server has not cleared`);
    page.concealedAt = null;
  }

  /** (a) Without a server to ask, only input that lay in a queue brings a page back. */
  #checkDisproved(page: Page): void {
    if (this.#idleMs(page) > this.#expireMs(page) + BLUR_MS)
      this.#world.violated(`(a) ${page.tab.name} is shown again, though nobody was active`);
  }

  check(): void {
    for (const browser of this.#world.browsers) {
      if (browser.isAsleep) continue;
      for (const { page } of browser.tabs) {
        if (page?.isOpen && page.runs) this.checkPage(page);
        if (page?.view?.phase === 'locked')
          this.#locked.check(page, this.#isSettled(browser, this.#of(browser)) && !this.#asksAgain(page));
      }
      if (this.#world.setting.hasChannel) this.#checkAgreement(browser);
      this.#checkTurns(browser);
    }
  }

  /** It has asked in vain, and does so again by itself. */
  #asksAgain(page: Page): boolean {
    const at = this.#page(page).unanswered.at(-1) ?? -Infinity;
    return this.#now - at < (this.#expireMs(page) / 8) * 1.5 + PING_MS + SECOND;
  }

  /** As far as anybody can tell without asking. */
  isSurelyLive(id: string): boolean {
    const { hasEnded, storedAt, begunAt } = this.#session(id);
    const { policy } = this.limits;
    const ageMs = this.#now - begunAt;
    if (policy.lifetimeMs !== null && ageMs > policy.lifetimeMs - PING_MS) return false;
    return !hasEnded && this.#now - storedAt < policy.expireAfterMs / 2;
  }

  /** (d) Nobody keeps the others from asking for longer than a ping takes, and a timer in the background is late. */
  #checkTurns(browser: Browser): void {
    for (const { page, since } of browser.turns()) {
      const heldMs = this.#now - Math.max(since, page.releasedAt, browser.settledAt);
      if (page.runs && heldMs > PING_MS + 3 * SECOND)
        this.#world.violated(`(d) ${page.tab.name} keeps its turn to ask for ${heldMs} ms`);
    }
  }

  /** (e) What can be seen side by side agrees, a second after what one tab knows can have reached the other. */
  #checkAgreement(browser: Browser): void {
    const { setting } = this.#world;
    const truth = this.#of(browser);
    let one: Page | undefined;
    let other: Page | undefined;
    for (const { page, isVisible } of browser.tabs)
      if (isVisible && page?.wasLive) [one, other] = one ? [one, other ?? page] : [page, undefined];
    if (!one?.runs || !other?.runs || one.owner !== other.owner || !this.#isSettled(browser, truth)) {
      truth.disagreeSince = null;
      return;
    }
    // Where the application keeps an ended page, it stays ended. A locked one comes back by bounds of its own, and each
    // tab warns of the lifetime's end by itself.
    if (this.#isUntold(one) || this.#isUntold(other)) return;
    const isApart = ({ view }: Page) =>
      view?.phase === 'ended' || view?.phase === 'locked' || (view?.phase === 'warning' && view.cause === 'lifetime');
    if (isApart(one) || isApart(other)) return;
    const phaseOf = ({ view, isConcealed }: Page) => (isConcealed ? 'concealed' : view?.phase);
    if (phaseOf(one) === phaseOf(other)) truth.disagreeSince = null;
    else truth.disagreeSince ??= this.#now;
    const since = Math.max(truth.disagreeSince ?? this.#now, one.releasedAt, other.releasedAt);
    // Where there are no locks, a tab waits up to a second by chance before it asks.
    if (this.#now - since > 2 * SECOND + setting.channelMs + 2 * setting.network.delayMs)
      this.#world.violated(`(e) ${one.tab.name} is ${phaseOf(one)}, ${other.tab.name} ${phaseOf(other)}`);
  }

  /** Of a navigation only the server tells the other tabs; without one to ask, the new page alone knows of it. */
  #isUntold({ owner, origin, tab: { browser } }: Page): boolean {
    const active = this.#of(browser).active.get(owner ?? '');
    return this.#world.setting.wire === 'none' && (!active?.page || active.mono < origin.mono);
  }

  #isSettled(browser: Browser, { troubles, outages, jumps, signOutAt }: Truth): boolean {
    const isLongAgo = (at: number) => at < this.#now - 30 * SECOND;
    const all = troubles.every(isLongAgo) && jumps.every(isLongAgo) && outages.every(({ to }) => isLongAgo(to));
    // Whoever hears of a sign-out believes the server only ten seconds later.
    return all && isLongAgo(browser.settledAt) && this.#now - signOutAt > PING_MS + 3 * SECOND;
  }

  /** (a) Nothing stays open. Of a hidden page this is asked when its timers have run. */
  checkPage(page: Page): void {
    if (page.shown.what !== 'records' || page.isConcealed || page.isDead || page.tab.page !== page) return;
    // Nobody was signed in when it came, as far as it was told: there is nothing that it guards (T10).
    if (page.view?.phase === 'dormant') return;
    const since = Math.max(page.releasedAt, page.tab.browser.settledAt);
    // Whatever has kept all from running has kept it from being concealed.
    if (this.#now - since <= SECOND) return;
    const idleMs = this.#idleMs(page);
    if (idleMs > this.#expireMs(page) + SECOND + BLUR_MS + roundedMs(this.#world.setting.wire).back)
      this.#world.violated(`(a) ${page.tab.name} is open, ${Math.round(idleMs)} ms after the last activity`);
    this.#lifetimes.check(page);
    if (!page.tab.isVisible) return;
    const { hideBy } = this.#page(page);
    // What others have told meanwhile comes after it is seen again.
    if (hideBy && this.#now > Math.max(hideBy.at, since + SECOND, page.tab.seenSince + SECOND))
      this.#world.violated(`${hideBy.why}: ${page.tab.name} is still open`);
    this.#checkRevoked(page, since);
  }

  /** (a) A revocation shows after W and a ping, where the server can be reached. */
  #checkRevoked(page: Page, since: number): void {
    // Until its first answer a page asks ever more seldom, if none comes.
    if (page.shown.what !== 'records' || !page.wasLive || this.#world.setting.wire === 'none') return;
    const { id, person } = page.shown;
    const { revokedAt } = this.#session(id);
    const { browser } = page.tab;
    const truth = this.#of(browser);
    if (this.#session(id).isForgotten) return;
    if (revokedAt === null || this.#world.server.people.get(browser.cookie ?? '')?.subject === person) {
      if (revokedAt === null || browser.cookie !== id) return;
    }
    // What an outage has swallowed is asked again at the deadline, if not before.
    const isCut = (at: number) => at >= revokedAt - PING_MS;
    if (truth.troubles.some(isCut) || truth.outages.some(({ to }) => isCut(to))) return;
    const { warnAfterMs, expireAfterMs } = this.limits.of(page);
    // While it warns it asks nothing more until the end; of the end of a life, not even before it warns (T9).
    const hasLifetime = this.limits.everHadLifetime;
    const toAskMs = hasLifetime ? expireAfterMs : Math.max(warnAfterMs, expireAfterMs - warnAfterMs);
    if (this.#now > Math.max(revokedAt, truth.cookieSetAt, since) + toAskMs + PING_MS + SECOND)
      this.#world.violated(`(a) ${page.tab.name} is open, ${this.#now - revokedAt} ms after the session was revoked`);
  }

  /** By T4's clock. */
  #idleMs(page: Page): number {
    const { browser } = page.tab;
    const active = this.#of(browser).active.get(page.owner!);
    if (!active) return 0;
    const { begun, origin } = page;
    const warnAfterMs = this.#world.setting.own?.warnAfterMs ?? DEFAULT_WARN_MS;
    const oldest = begun.mono - origin.mono < warnAfterMs ? origin : begun;
    // Without a server to ask, whatever has loaded a page was activity.
    const loadedMs = this.#world.setting.wire === 'none' ? this.#sinceMs(browser, oldest) : Infinity;
    if (page.wasLive) return Math.min(loadedMs, this.#sinceMs(browser, active));
    const earlyMs = this.#now - this.#of(browser).early;
    // Only the server can tell it that nobody was active for long before it came, or what a clock did before that (T11).
    const from = active.mono >= oldest.mono ? active : oldest;
    const unseenMs = Math.max(0, begun.mono - from.mono);
    return Math.min(earlyMs, unseenMs > 0 ? unseenMs + this.#sinceMs(browser, begun) : this.#sinceMs(browser, from));
  }

  #sinceMs = (browser: Browser, { wall, mono }: Mark): number => Math.max(browser.wall - wall, browser.mono - mono);

  #expireMs(page: Page): number {
    return this.limits.of(page).expireAfterMs;
  }

  #session(id: string): Session {
    let session = this.#sessions.get(id);
    if (!session)
      this.#sessions.set(
        id,
        (session = {
          begunAt: this.#now,
          hasEnded: false,
          isForgotten: false,
          revokedAt: null,
          isTold: false,
          storedAt: this.#now,
        }),
      );
    return session;
  }
}
