/** A world in virtual time: carries out a plan, one task after the other, and has the bounds checked after each. */
import type { Engine } from './both-stores.js';
import { Bounds } from './bounds.js';
import { Browser } from './browser.js';
import type { Code } from './code.js';
import { makePlan, type Happening, type Plan, type Setting } from './plan.js';
import { Random } from './random.js';
import { Server } from './server.js';
import type { Tab } from './tab.js';
import { Agenda } from './time.js';

/** A bound that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** A world that finds no end is wrong, too. */
const MOST_STEPS = 200_000;

export class World {
  readonly agenda = new Agenda();
  readonly code: Code;
  readonly setting: Setting;
  readonly chance: Random;
  readonly bounds: Bounds;
  readonly server: Server;
  readonly browsers: Browser[] = [];
  readonly #plan: Plan;
  /** `null`: nobody is going to read it. */
  readonly #story: [number, string, string][] | null;
  /** Of all pages, so that none takes another's timer for its own. */
  timerCount = 0;
  steps = 0;
  #hasPromises = false;
  #violation: Violation | null = null;

  constructor(code: Code, plan: Plan, isTold = false, engine: Engine | null = null) {
    this.code = code;
    this.#story = isTold ? [] : null;
    this.#plan = plan;
    this.setting = plan.setting;
    this.chance = new Random(plan.seed ^ 0x5bd1e995);
    this.bounds = new Bounds(this);
    this.server = new Server(this, engine);
    for (let i = 1; i <= plan.setting.browsers; i++) this.browsers.push(new Browser(this, `browser ${i}`));
    for (const happening of plan.happenings) this.agenda.in(happening.at, () => this.#do(happening));
  }

  /** Throws the first {@link Violation}. */
  async run(): Promise<void> {
    for (; ; this.steps++) {
      if (this.steps > MOST_STEPS) this.violated('the world finds no end');
      const task = this.agenda.next(this.#plan.endMs);
      this.server.enter();
      task?.();
      if (this.#hasPromises) {
        this.#hasPromises = false;
        do await new Promise(setImmediate);
        while (this.server.isBusy);
      }
      this.bounds.check();
      if (this.#violation) throw this.#violation;
      if (!task) return;
    }
  }

  /** Something was done that promises wait for. */
  stir(): void {
    this.#hasPromises = true;
  }

  tell(who: string, what: string | (() => string)): void {
    this.#story?.push([this.agenda.now, who, typeof what === 'string' ? what : what()]);
  }

  /** The first counts. It is not thrown here, amid the code of a page. */
  violated(what: string): void {
    if (this.#violation) return;
    this.tell('BOUND', what);
    this.#violation = new Violation(this.#story ? `${what}\n\n${this.story()}` : what);
  }

  story(): string {
    const { policy, own, network, ...rest } = this.setting;
    const told = this.#story ?? [];
    const lines = told.map(([at, who, what]) => `${(at / 1_000).toFixed(3).padStart(9)}  ${who}: ${what}`);
    return [JSON.stringify({ ...policy, own, ...network, ...rest }), ...lines].join('\n');
  }

  #do(happening: Happening): void {
    const browser = this.browsers[happening.browser % this.browsers.length]!;
    const tabs = browser.openTabs;
    const seen = tabs.filter(({ isVisible }) => isVisible);
    const tab = 'tab' in happening ? tabs[happening.tab % tabs.length] : seen[0];
    if (['server', 'limits', 'forget', 'revoke'].includes(happening.what))
      return this.#happenToServer(happening, browser);
    // Nobody does anything on a machine that sleeps.
    if (!browser.isAsleep) this.#happenIn(browser, tab, seen, happening);
  }

  #happenToServer(happening: Happening, browser: Browser): void {
    if (happening.what === 'server') {
      const { mood, forMs } = happening;
      this.tell('server', `is ${mood} for ${forMs} ms`);
      this.server.mood = mood;
      this.bounds.outage(null, forMs);
      this.agenda.in(forMs, () => {
        if (this.server.mood !== mood) return;
        this.server.mood = 'well';
        this.tell('server', 'is well again');
      });
    } else if (happening.what === 'limits') {
      this.tell('server', `has new limits: ${JSON.stringify(happening.policy)}`);
      this.bounds.limits.change(happening.policy);
    } else if (happening.what === 'forget') {
      this.tell('server', 'restarts, and its store has forgotten all');
      this.server.restart();
      this.bounds.forgotten();
    } else if (browser.cookie !== null) {
      this.tell('server', `revokes ${browser.cookie}`);
      this.bounds.revoked(browser);
      void this.server.revoke(browser.cookie);
      this.stir();
    }
  }

  #happenIn(browser: Browser, tab: Tab | undefined, seen: Tab[], happening: Happening): void {
    const page = tab?.page;
    switch (happening.what) {
      case 'work':
        return this.#work(browser, this.agenda.now + happening.forMs, happening.everyMs);
      case 'input':
        page?.input();
        return this.tell(tab?.name ?? browser.name, 'input');
      case 'extend':
        return page?.extend();
      case 'open':
        return this.#open(browser, seen).go({ path: '/page' });
      case 'show':
        for (const other of seen) if (other !== tab) other.conceal();
        return tab?.show();
      case 'beside':
        return seen.length < 2 ? tab?.show() : undefined;
      case 'hide':
        this.tell(browser.name, 'is minimized');
        for (const each of seen) each.conceal();
        return;
      case 'close':
        return tab?.close();
      case 'crash':
        return tab?.crash();
      case 'discard':
        return tab?.discard();
      case 'freeze':
        return page?.freeze();
      case 'thaw':
        return page?.thaw();
      case 'go':
        return tab?.go({ path: '/page' });
      case 'reload':
        return tab?.go({ path: '/page' }, 'reload');
      case 'back':
        return tab?.back();
      case 'check':
        return page?.check();
      case 'focus':
        return page?.post(() => page.happens('focus'));
      case 'remount':
        return page?.remount();
      case 'sign out':
      case 'sign out by link':
        return page?.signOut(happening.what === 'sign out by link');
      case 'sign in':
        // Where a page is open, somebody goes to sign in beside it.
        return this.#openFor(browser, seen, tab).go({ path: '/sign-in', person: happening.person });
      default:
        return this.#happenToMachine(browser, seen, happening);
    }
  }

  #happenToMachine(browser: Browser, seen: Tab[], happening: Happening): void {
    switch (happening.what) {
      case 'block':
        this.tell(browser.name, `what is seen is blocked for ${happening.byMs} ms`);
        for (const { page } of seen) page?.block(happening.byMs);
        return;
      case 'clock':
        this.tell(browser.name, `its clock is set by ${happening.byMs} ms`);
        return browser.setClock(happening.byMs);
      case 'sleep':
        this.tell(browser.name, `sleeps ${happening.forMs} ms${happening.stopsMono ? ', and its clock stops' : ''}`);
        return browser.sleep(happening.forMs, happening.stopsMono, happening.wakesWith);
      case 'offline':
        this.tell(browser.name, `is offline for ${happening.forMs} ms`);
        browser.isOnline = false;
        this.bounds.outage(browser, happening.forMs);
        return this.agenda.in(happening.forMs, () => {
          browser.isOnline = true;
          this.tell(browser.name, 'is online');
          for (const { page } of browser.openTabs) page?.post(() => page.happens('online'));
        });
    }
  }

  #work(browser: Browser, until: number, everyMs: number): void {
    const tab = browser.openTabs.find(({ isVisible }) => isVisible);
    if (!browser.isAsleep) tab?.page?.input();
    const next = this.chance.int(everyMs / 2, everyMs);
    if (this.agenda.now + next <= until) this.agenda.in(next, () => this.#work(browser, until, everyMs));
  }

  #open(browser: Browser, seen: Tab[]): Tab {
    for (const other of seen) other.conceal();
    return browser.open();
  }

  #openFor(browser: Browser, seen: Tab[], tab: Tab | undefined): Tab {
    if (tab?.page && tab.page.shown.what !== 'records') return tab;
    const other = browser.openTabs.find(({ page }) => page && page.shown.what !== 'records');
    if (!other || this.chance.chance(0.3)) return this.#open(browser, seen);
    for (const each of seen) each.conceal();
    other.show();
    return other;
  }
}

export interface Outcome {
  seed: number;
  /** What did not hold, and how it came to that; `null` if all did. */
  violation: string | null;
  /** How much happened. */
  steps: number;
}

/** Tells the story only of what fails, by running it again, since most worlds hold. */
export async function simulate(code: Code, plan: Plan, engine: Engine | null = null): Promise<Outcome> {
  const outcome = await simulateOnce(code, plan, false, engine);
  return outcome.violation === null ? outcome : simulateOnce(code, plan, true, engine);
}

async function simulateOnce(code: Code, plan: Plan, isTold: boolean, engine: Engine | null): Promise<Outcome> {
  const { seed } = plan;
  const world = new World(code, plan, isTold, engine);
  try {
    await world.run();
    return { seed, violation: null, steps: world.steps };
  } catch (error) {
    const { name, message, stack } = error as Error;
    return { seed, violation: name === 'Violation' ? message : (stack ?? message), steps: world.steps };
  }
}

export const simulateSeed = (code: Code, seed: number, isShort = false): Promise<Outcome> =>
  simulate(code, makePlan(seed, isShort));
