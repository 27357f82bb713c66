/** A tab: what it shows, whether it can be seen, and what the person and the browser do with it. */
import type { Browser } from './browser.js';
import { Page } from './page.js';
import type { Request } from './server.js';

export class Tab {
  readonly browser: Browser;
  readonly name: string;
  page: Page | null = null;
  isVisible = false;
  isClosed = false;
  hiddenSince = 0;
  seenSince = 0;
  readonly storage = new Map<string, string>();
  /** The page before this one, if the browser has kept it. */
  #kept: Page | null = null;
  #navigation = 0;

  constructor(browser: Browser, name: string) {
    this.browser = browser;
    this.name = name;
  }

  /** The page stays until the answer is there. */
  go(to: Pick<Request, 'path' | 'person'>, how: 'navigate' | 'reload' = 'navigate', counts = true): void {
    const { world, cookie } = this.browser;
    const navigation = ++this.#navigation;
    const origin = this.browser.mark;
    const sentAt = world.agenda.now;
    world.tell(this.name, `goes to ${to.path}${to.person === undefined ? '' : ` as ${to.person}`}`);
    this.browser.send({ ...to, from: this.browser, cookie, counts, sentAt }, (answer) => {
      if (this.isClosed || navigation !== this.#navigation) return;
      this.#leave();
      this.page = new Page(this, answer?.shown ?? { what: 'error' }, how, origin);
      world.tell(this.name, `shows ${this.page.shown.what}`);
      this.page.start();
    });
  }

  #leave(keeps = this.browser.world.chance.chance(0.6)): void {
    this.#kept?.die();
    this.#kept = null;
    if (!this.page) return;
    const isKept = keeps && this.page.shown.what === 'records' && this.page.runs;
    this.page.hide(isKept);
    if (isKept) this.#kept = this.page;
    this.page = null;
  }

  back(): void {
    const kept = this.#kept;
    if (!kept) return;
    this.#kept = null;
    this.#navigation++;
    this.#leave(false);
    this.page = kept;
    this.browser.world.tell(this.name, 'goes back to what the browser has kept');
    kept.restore();
  }

  show(): void {
    if (this.isVisible || this.isClosed) return;
    this.isVisible = true;
    this.seenSince = this.browser.world.agenda.now;
    this.browser.world.tell(this.name, 'is seen');
    if (!this.page) return this.go({ path: '/page' }, 'reload', false);
    this.page.hold('frozen', false);
    this.page.happens('visibilitychange');
    this.page.release();
  }

  conceal(): void {
    if (!this.isVisible) return;
    this.isVisible = false;
    this.hiddenSince = this.browser.world.agenda.now;
    this.page?.post(() => this.page?.happens('visibilitychange'));
  }

  close(): void {
    this.#leave(false);
    this.#end('is closed');
  }

  crash(): void {
    this.page?.die();
    this.page = null;
    this.#end('crashes');
  }

  /** Loaded anew when it is seen again. */
  discard(): void {
    if (this.isVisible) return;
    this.page?.die();
    this.page = null;
    this.browser.world.tell(this.name, 'is discarded');
  }

  #end(what: string): void {
    this.#kept?.die();
    this.#kept = null;
    this.isClosed = true;
    this.isVisible = false;
    this.browser.world.tell(this.name, what);
  }
}
