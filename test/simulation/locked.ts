/** The bounds of locked pages (E4): who sees one again, when it must come back, and when it is given up. */
import type { SessionState } from '../../src/element/events.js';
import type { Mark } from '../../src/element/state.js';
import type { Page } from './page.js';
import type { Answer } from './server.js';
import type { World } from './world.js';

const SECOND = 1_000;
const PING_MS = 10_000;
/** See bounds.ts. */
const BLUR_MS = 200;

interface Lock {
  at: number;
  mark: Mark;
  /** When it last had a reason to ask who is signed in, and a person at it who is. */
  clueAt: number | null;
}

interface Said {
  /** When the server said it, whose session it then was, and whether it lived. */
  at: number;
  owner: string | null;
  id: string | null;
}

export class LockedPages {
  readonly #world: World;
  readonly #locks = new Map<Page, Lock>();
  readonly #said = new Map<Page, Said>();

  constructor(world: World) {
    this.#world = world;
  }

  get #now(): number {
    return this.#world.agenda.now;
  }

  /** Called before the page itself hears of it. */
  answered(page: Page, { at }: Answer, owner: string | null, id: string | null): void {
    this.#said.set(page, { at, owner, id });
  }

  changed(page: Page, before: SessionState | null): void {
    const phase = page.view?.phase;
    if (phase === 'locked' && before?.phase !== 'locked')
      this.#locks.set(page, { at: this.#now, mark: page.tab.browser.mark, clueAt: null });
    if (phase === 'locked' || before?.phase !== 'locked') return;
    const lock = this.#locks.get(page)!;
    this.#locks.delete(page);
    if (!page.isConcealed) this.#checkOpened(page, lock);
  }

  /** (g) By the server's word of this very person, given since, and not long ago. */
  #checkOpened(page: Page, lock: Lock): void {
    const said = this.#said.get(page);
    const { name } = page.tab;
    if (said?.owner !== page.owner || said.owner === null)
      return this.#world.violated(`(g) ${name} was locked, and is shown to somebody else`);
    if (said.at < lock.at) this.#world.violated(`(a) ${name} was locked, and is shown by an answer from before`);
    // Of what has happened since an older answer, the page knows nothing.
    const oldMs = this.#now - said.at;
    if (oldMs > PING_MS + SECOND)
      this.#world.violated(`(a) ${name} was locked, and is shown by an answer of ${oldMs} ms ago`);
    // It goes on in the session that has let it.
    if (page.shown.what === 'records' && said.id !== null) page.shown = { ...page.shown, id: said.id };
  }

  /** It was looked at, or told that somebody is signed in: it should ask. */
  clue(page: Page): void {
    const lock = this.#locks.get(page);
    if (lock && this.#isBack(page)) lock.clueAt = this.#now;
  }

  /** `isCalm`: for half a minute nothing was lost, late or set. */
  check(page: Page, isCalm: boolean): void {
    const lock = this.#locks.get(page);
    if (!lock || !page.runs || !page.tab.isVisible) return;
    const { browser } = page.tab;
    const { setting } = this.#world;
    const since = Math.max(page.releasedAt, browser.settledAt);
    // Of a set clock nothing tells a page that is concealed anyway, before somebody comes to it.
    const byWallMs = page.releasedAt > browser.settledAt ? browser.wall - lock.mark.wall : 0;
    const lockedMs = Math.max(byWallMs, browser.mono - lock.mark.mono);
    if (this.#now - since > SECOND && lockedMs > setting.lockForMs! + SECOND + BLUR_MS)
      this.#world.violated(`(a) ${page.tab.name} is locked for ${Math.round(lockedMs)} ms`);
    if (!isCalm || lock.clueAt === null) return;
    if (!this.#isBack(page)) lock.clueAt = null;
    // A second between two questions, and one for the turn.
    else if (this.#now - lock.clueAt > 5 * SECOND + setting.channelMs + 4 * setting.network.delayMs)
      this.#world.violated(`(b) ${page.tab.name} stays locked, though its person is back`);
  }

  /** By the server's own tag; without a secret it has another for each session. */
  #isBack(page: Page): boolean {
    const { server, bounds } = this.#world;
    const who = server.people.get(page.tab.browser.cookie ?? '');
    if (!who || page.shown.what !== 'records' || who.subject !== page.shown.person) return false;
    return (this.#world.setting.secret !== null || who.id === page.shown.id) && bounds.isSurelyLive(who.id);
  }
}
