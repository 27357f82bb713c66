/** A document with the real controller in it, and around it what a browser gives to a page. */
import type { Limits } from '../../src/policy.js';
import type { Mark } from '../../src/element/state.js';
import type { SessionState } from '../../src/element/events.js';
import type { Attributes } from '../../src/element/settings.js';
import type { PageGlobals } from './code.js';
import { Controller as Abort, Signal, Target } from './events.js';
import type { Answer, Shown } from './server.js';
import type { Tab } from './tab.js';

const ORIGIN = 'https://intranet.example';
const LONG_HIDDEN_MS = 5 * 60_000;

/** One for all: to make an error is slow. */
const FAILED = new TypeError('failed');

class Element {
  readonly isConnected = true;
  readonly tab: Tab;

  constructor(tab: Tab) {
    this.tab = tab;
  }

  matches(): boolean {
    return true;
  }

  getAttribute(name: string): string | null {
    return { action: '/sign-out', method: 'post' }[name] ?? null;
  }

  requestSubmit(): void {
    this.tab.go({ path: '/sign-out' });
  }
}

/** Why nothing runs in a page. */
export type Hold = 'frozen' | 'blocked' | 'kept';

export class Page {
  readonly tab: Tab;
  shown: Shown;
  view: SessionState | null = null;
  isDead = false;
  /** It has had a live answer. */
  wasLive = false;
  /** Whose page it is; of one that shows nobody's records, whose it has taken itself for by its first live answer. */
  owner: string | null;
  /** When the navigation to it began. */
  readonly origin: Mark;
  /** When its scripts began to run, and could look at the clocks. */
  readonly begun: Mark;
  /** Since when everything runs. */
  releasedAt: number;
  /** When its content was last concealed; `null` while it is not. */
  concealedAt: number | null = null;
  readonly window = new Target();
  readonly #document = new Target();
  readonly #how: string;
  readonly #holds = new Set<Hold>();
  readonly #queue: (() => void)[] = [];
  /** When each is due, by the monotonic clock. */
  readonly #timers = new Map<number, number>();
  #inputs = 0;
  /** How many timers each set the next, up to the one that runs now. */
  #nesting = 0;
  /** Each page has its own: the element keeps what it needs by what it finds there. */
  readonly #Form = class extends Element {};
  readonly #form: Element;
  /** `null` in a page that runs nothing. */
  #globals: PageGlobals | null = null;
  #controller!: InstanceType<Tab['browser']['world']['code']['page']['Controller']>;

  constructor(tab: Tab, shown: Shown, how: string, origin: Mark) {
    this.tab = tab;
    this.shown = shown;
    this.owner = shown.what === 'records' ? shown.owner : null;
    this.#how = how;
    this.origin = origin;
    this.#form = new this.#Form(tab);
    this.begun = tab.browser.mark;
    this.releasedAt = this.#world.agenda.now;
  }

  get #world() {
    return this.tab.browser.world;
  }

  get #now(): number {
    return this.tab.browser.mono - this.origin.mono;
  }

  get runs(): boolean {
    return !this.isDead && !this.tab.browser.isAsleep && this.#holds.size === 0;
  }

  /** Something of a person's can be seen on the screen. */
  get isOpen(): boolean {
    return this.shown.what === 'records' && this.tab.isVisible && !this.isConcealed && this.tab.page === this;
  }

  /** The controller has it loaded anew, and nothing stays in it until then: neither content nor listeners. */
  empty(): void {
    this.shown = { what: 'error' };
    this.window.clear();
    this.#document.clear();
  }

  get isConcealed(): boolean {
    return this.view?.concealed === true;
  }

  // What the person does

  start(): void {
    const { setting, code, bounds } = this.#world;
    if (this.shown.what === 'error') return;
    if (setting.wire === 'none') this.#takesAllForItsOwn();
    this.#globals = this.#makeGlobals();
    this.#enter();
    const { Controller, readSettings } = code.page;
    const attributes = {
      pingUrl: setting.wire === 'none' ? null : '/ping',
      pingMethod: setting.wire === 'django' ? 'get' : null,
      signInUrl: '/sign-in',
      extendOn: setting.extendOn,
      lock: setting.lockForMs !== null,
      lockFor: setting.lockForMs && setting.lockForMs / 1_000,
      warnAfter: setting.own && setting.own.warnAfterMs / 1_000,
      expireAfter: setting.own && setting.own.expireAfterMs / 1_000,
    };
    const all = new Proxy(attributes as Partial<Attributes> as Attributes, {
      get: (from, name) => (Reflect.get(from, name) as unknown) ?? null,
    });
    const settings = readSettings(all, this.#form as unknown as HTMLFormElement, () => undefined);
    this.#controller = new Controller({
      settings: () => settings,
      report: () => undefined,
      changed: (view) => {
        const before = this.view;
        this.view = view;
        bounds.changed(this, before);
      },
      ended: (reason) => {
        bounds.pageEnded(this, reason);
        this.#world.stir();
        return !setting.staysAtEnd;
      },
      resumed: () => undefined,
      looped: () => undefined,
      isOverDialog: () => undefined,
    });
    this.#controller.start();
  }

  /** Without a server to ask, it guards whatever it shows, and counts what is done in any page for the one person there is. */
  #takesAllForItsOwn(): void {
    this.wasLive = true;
    this.owner ??= this.#world.server.anyOwner;
  }

  input(): void {
    if (this.shown.what === 'error') return;
    if (this.#world.setting.wire === 'none') this.#takesAllForItsOwn();
    const timeStamp = this.#now;
    const { mono } = this.tab.browser;
    this.#world.bounds.input(this);
    this.post(() => {
      this.#world.bounds.inputHeard(this, mono);
      this.#act(timeStamp);
    });
  }

  /** By key and by mouse in turns; the first event of a mouse only tells where it is. */
  #act(timeStamp: number): void {
    this.#inputs += 1;
    if (this.#inputs % 2 === 1) return this.#dispatch('keydown', { isTrusted: true, timeStamp });
    for (const screenX of [this.#inputs, -this.#inputs])
      this.#dispatch('pointermove', { isTrusted: true, timeStamp, pointerType: 'mouse', screenX, screenY: 0 });
  }

  extend(): void {
    if (this.view?.phase !== 'warning' || this.isConcealed) return;
    this.#world.tell(this.tab.name, 'somebody chooses to stay');
    this.#world.bounds.input(this, true);
    this.post(() => {
      // Unlike an event, the button does not say when it was chosen.
      this.#world.bounds.input(this, true);
      this.#controller.send({ type: 'extend' });
    });
  }

  signOut(byLink: boolean): void {
    if (this.shown.what !== 'records' || this.isConcealed || !this.runs) return;
    this.#world.tell(this.tab.name, byLink ? 'somebody takes the link that signs out' : 'somebody signs out');
    this.#world.bounds.signedOut(this);
    this.#enter();
    if (!byLink) return this.#controller.send({ type: 'sign-out' });
    this.#dispatch('submit', { composedPath: () => [this.#form] });
    this.tab.go({ path: '/sign-out' });
  }

  check(): void {
    if (!this.view) return;
    this.#world.bounds.fresh(this);
    this.post(() => this.#controller.send({ type: 'check' }));
  }

  /** The element is taken out, and put in again. */
  remount(): void {
    if (!this.view || !this.runs) return;
    this.#enter();
    this.#controller.stop();
    this.#world.agenda.in(0, () => {
      this.#world.bounds.removed(this);
      this.#world.bounds.fresh(this);
      this.post(() => this.#controller.start());
    });
  }

  /** Timers, listeners, channels and locks of the element. */
  get leftovers(): number {
    const listeners = this.window.listeners + this.#document.listeners;
    return this.#timers.size + listeners + this.tab.browser.holds(this);
  }

  // What the browser does

  happens(type: string, fields: object = {}): void {
    if (this.isDead) return;
    this.#world.bounds.fresh(this);
    this.#dispatch(type, fields);
    this.#world.bounds.checkPage(this);
  }

  /** Its turn to run has come. */
  #enter(): void {
    if (this.#globals) this.#world.code.enterPage(this.#globals);
  }

  #dispatch(type: string, fields: object): void {
    this.#enter();
    this.window.dispatchEvent(Object.assign({ type, currentTarget: this.window, target: this.window }, fields));
  }

  /** Runs, now or once the page runs again. */
  post(run: () => void): void {
    if (this.isDead) return;
    if (!this.runs) this.#queue.push(run);
    else {
      this.#enter();
      run();
    }
  }

  hold(why: Hold, isHeld = true): void {
    if (isHeld) this.#holds.add(why);
    else this.#holds.delete(why);
  }

  release(): void {
    if (!this.runs) return;
    this.releasedAt = this.#world.agenda.now;
    for (const run of this.#queue.splice(0)) this.#world.agenda.in(0, () => this.post(run));
  }

  freeze(): void {
    if (this.tab.isVisible || this.#holds.has('frozen')) return;
    this.#world.tell(this.tab.name, 'is frozen');
    this.hold('frozen');
  }

  thaw(): void {
    if (!this.#holds.has('frozen')) return;
    this.#world.tell(this.tab.name, 'is thawed');
    this.hold('frozen', false);
    this.happens('resume');
    this.release();
  }

  block(ms: number): void {
    this.hold('blocked');
    this.#world.agenda.in(ms, () => {
      this.hold('blocked', false);
      this.release();
    });
  }

  hide(isKept: boolean): void {
    if (this.runs) this.happens('pagehide', { persisted: isKept });
    if (!isKept) return this.die();
    this.#world.bounds.kept(this);
    this.hold('kept');
  }

  restore(): void {
    this.hold('kept', false);
    this.concealedAt = this.#world.agenda.now;
    this.happens('pageshow', { persisted: true });
    this.release();
  }

  die(): void {
    this.isDead = true;
    this.tab.browser.forget(this);
  }

  // What the page reaches for

  #makeGlobals(): PageGlobals {
    const { tab, window } = this;
    const { browser } = tab;
    const { setting, chance } = this.#world;
    const stir = () => {
      this.#world.stir();
    };
    const openChannel = (name: string) => {
      if (!setting.hasChannel) throw new Error('no channel');
      return this.#channel(name);
    };
    const document = Object.assign(this.#document, {
      baseURI: `${ORIGIN}/`,
      querySelectorAll: () => [],
      createEvent: () => ({ type: 'beforeunload', initEvent: () => undefined, returnValue: '' }),
      open: () => {
        this.empty();
      },
      close: () => undefined,
    });
    Object.defineProperty(document, 'hidden', { get: () => !tab.isVisible });
    const performance = {
      now: () => Math.floor(this.#now * 10) / 10,
      getEntriesByType: () => [{ type: this.#how }],
    };
    return {
      window: Object.assign(window, { document, performance }),
      document,
      performance,
      frames: [],
      location: {
        origin: ORIGIN,
        pathname: this.shown.what === 'sign-in' ? '/sign-in' : '/page',
        search: '',
        href: `${ORIGIN}${this.shown.what === 'sign-in' ? '/sign-in' : '/page'}`,
        replace: (href: string) => {
          tab.go({ path: new URL(href).pathname as '/page' | '/sign-in' });
        },
        reload: () => {
          tab.go({ path: '/page' }, 'reload', false);
        },
      },
      navigator: setting.hasLocks ? { locks: browser.locks(this) } : {},
      Date: { now: () => browser.wall },
      Math: Object.create(Math, { random: { value: () => chance.next() } }) as Math,
      setTimeout: (run: () => void, ms: number) => this.#setTimeout(run, ms),
      clearTimeout: (id: number) => this.#timers.delete(id),
      fetch: (url: URL, init: Init) => this.#fetch(url, init),
      // A constructor may return another object.
      AbortController: function () {
        return new Abort(stir);
      },
      AbortSignal: {
        any: (signals: Signal[]) => Signal.any(signals),
        timeout: (ms: number) => {
          const signal = new Signal();
          this.#later(ms, () => true, () => signal.abort()); // prettier-ignore
          return signal;
        },
      },
      BroadcastChannel: function (name: string) {
        return openChannel(name);
      },
      sessionStorage: {
        getItem: (key: string) => tab.storage.get(key) ?? null,
        setItem: (key: string, value: string) => tab.storage.set(key, value),
        removeItem: (key: string) => tab.storage.delete(key),
      },
      Element,
      HTMLFormElement: this.#Form,
      // Without fields, whatever form it is given.
      FormData: function () {
        return [];
      },
    };
  }

  #setTimeout(run: () => void, ms: number): number {
    const id = ++this.#world.timerCount;
    const { browser } = this.tab;
    const nesting = this.#nesting + 1;
    this.#timers.set(id, browser.mono + Math.max(1, ms));
    this.#later(
      ms,
      () => this.#timers.has(id),
      () => {
        this.#timers.delete(id);
        this.#nesting = nesting;
        run();
        this.#nesting = 0;
        if ([...this.#timers.values()].every((due) => due > browser.mono)) this.#world.bounds.checkPage(this);
      },
      nesting,
    );
    return id;
  }

  /** By the monotonic clock, and in the background later still. */
  #later(ms: number, isDue: () => boolean, run: () => void, nesting = 0): void {
    const { tab } = this;
    const { browser } = tab;
    const { agenda } = this.#world;
    const due = browser.mono + Math.max(1, ms);
    let isLate = false;
    const fire = (): void => {
      if (this.isDead || !isDue()) return;
      const left = due - browser.mono;
      const lateMs = isLate || tab.isVisible ? 0 : this.#throttledMs(nesting);
      if (left > 1e-6) agenda.in(browser.trueMs(left), wait);
      else if (lateMs > 0) {
        isLate = true;
        agenda.in(lateMs, wait);
      } else run();
    };
    const wait = (): void => {
      if (isDue()) this.post(fire);
    };
    agenda.in(browser.trueMs(Math.max(1, ms)), wait);
  }

  /** As browsers do: to the next second, and after five minutes, for timers that set each other, to the next minute. */
  #throttledMs(nesting: number): number {
    const { now } = this.#world.agenda;
    const stepMs = nesting >= 5 && now - this.tab.hiddenSince > LONG_HIDDEN_MS ? 60_000 : 1_000;
    return stepMs - (now % stepMs);
  }

  #channel(name: string): object {
    const { browser } = this.tab;
    const channel = {
      page: this as Page,
      name,
      hear: (() => undefined) as (data: unknown) => void,
      addEventListener: (_: string, listener: (event: { data: unknown }) => void) => {
        channel.hear = (data) => {
          this.#world.bounds.heard(this, data as Message, () => {
            listener({ data });
          });
        };
      },
      postMessage: (data: unknown) => {
        this.#world.tell(this.tab.name, () => `tells the others: ${JSON.stringify(data)}`);
        browser.broadcast(channel, data);
      },
      close: () => browser.channels.delete(channel),
    };
    browser.channels.add(channel);
    return channel;
  }

  #fetch(url: URL, { body, signal, keepalive }: Init): Promise<object> {
    const { browser } = this.tab;
    const { agenda, bounds } = this.#world;
    const isPing = url.pathname === '/ping';
    const kind = keepalive ? 'leave' : this.#controller.state?.asking;
    if (isPing) {
      this.#world.tell(this.tab.name, `pings (${String(kind)}): ${body ?? url.search}`);
      bounds.pinged(this, String(kind));
    }
    const request = {
      from: browser,
      path: url.pathname as '/ping',
      cookie: browser.cookie,
      body,
      idleFor: url.searchParams.get('idleFor'),
      counts: false,
      sentAt: agenda.now,
    };
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        this.#world.stir();
        reject(FAILED);
      });
      browser.send(request, (answer) => {
        this.post(() => {
          if (signal?.aborted) return;
          if (isPing && kind !== 'leave') bounds.answered(this, answer, request);
          if (answer) resolve(response(url, answer));
          else reject(FAILED);
          this.#world.stir();
        });
      });
    });
  }
}

interface Init {
  body: string | null;
  signal?: Signal;
  keepalive?: boolean;
}

/** What one tab tells the others, as far as the bounds are about it. */
export interface Message {
  type: string;
  tag: number | null;
  at: number;
  reply?: { idleMs: number; lifetimeLeftMs: number | null } & Limits;
}

const response = (url: URL, { status, type, body, retryAfter }: Answer): object => ({
  status,
  ok: status < 300,
  redirected: false,
  url: url.href,
  headers: {
    get: (name: string) =>
      ({ 'content-type': type, 'retry-after': retryAfter?.toString() })[name.toLowerCase()] ?? null,
  },
  text: () => Promise.resolve(body),
});
