/** What assistive technology finds at each phase, where the focus is, and a whole session by keyboard alone. */
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import type {} from '../../src/index.js';
import { closeContext, curtain, Demo, launch, pause, warning } from './support/demo.js';

const demo = new Demo({ warnAfter: 5, expireAfter: 12 });
let browser: Browser;
let context: BrowserContext;
before(async () => {
  browser = await launch();
  await demo.start();
});
after(async () => {
  await browser.close();
  await demo.kill();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(async () => {
  await closeContext(context);
});

/** `hang`: there is no answer; a number is a status without a body. */
type Answer = object | number | 'hang';

const LIVE = { v: 1, state: 'live', warnAfterMs: 3_000, expireAfterMs: 63_000, lifetimeLeftMs: null };
const LONG = { ...LIVE, warnAfterMs: 60_000, expireAfterMs: 90_000 };
const ended = (reason: string): object => ({ v: 1, state: 'ended', reason });

/** A page of few words whose server says what the test wants. */
class Scene {
  answer: Answer;
  #activeAt = Date.now();
  #page: Page | null = null;

  constructor(answer: Answer) {
    this.answer = answer;
  }

  get page(): Page {
    assert.ok(this.#page, 'it is open');
    return this.#page;
  }

  async open(attributes = ''): Promise<this> {
    const page = (this.#page = await context.newPage());
    await page.addInitScript(() => {
      addEventListener('session-end', (event) => {
        event.preventDefault();
      });
    });
    await page.route('**/alone', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><html lang="en"><title>A record</title>
          <script type="module" src="/assets/session-security.js"></script>
          <h1>A record</h1><label>Notes <textarea></textarea></label><button>Save</button>
          <session-security ping-url="/ping" sign-in-url="/sign-in" sign-out-url="/sign-out" ${attributes}>`,
      }),
    );
    await page.route('**/ping', (route) => {
      const { answer } = this;
      if (answer === 'hang') return;
      if (typeof answer === 'number') return route.fulfill({ status: answer });
      const { idleMs = Infinity } = route.request().postDataJSON() as { idleMs?: number };
      this.#activeAt = Math.max(this.#activeAt, Date.now() - idleMs);
      return route.fulfill({ json: { idleMs: Date.now() - this.#activeAt, ...answer } });
    });
    await page.goto(`${demo.url}/alone`);
    await page.getByLabel('Notes').focus();
    return this;
  }

  /** Asks until the answer has come: no page does so twice within a second. */
  async ask(answer: Answer): Promise<void> {
    this.answer = answer;
    await pause(1_100);
    await this.page.evaluate(() => {
      document.querySelector('session-security')!.check();
    });
  }

  /** Until the first answer has come. */
  async connected(): Promise<this> {
    await this.page.waitForFunction(() => document.querySelector('session-security')?.state?.asking === null);
    return this;
  }

  async says(text: string): Promise<void> {
    await this.page.locator('session-security dialog[open]').getByText(text).first().waitFor();
  }
}

const PHASES: Record<string, () => Promise<Scene>> = {
  async active() {
    return (await new Scene(LONG).open()).connected();
  },
  async 'warning-idle'() {
    const scene = await new Scene(LIVE).open();
    await scene.says('Are you still there?');
    return scene;
  },
  async 'warning-lifetime'() {
    const scene = await new Scene({ ...LONG, lifetimeLeftMs: 25_000 }).open();
    await scene.says('You will be signed out soon');
    return scene;
  },
  async unconfirmed() {
    const scene = await PHASES['warning-idle']!();
    scene.answer = 'hang';
    await pause(1_100);
    await scene.page.keyboard.press('Shift');
    await scene.says('Checking with the server…');
    return scene;
  },
  async unreachable() {
    const scene = await PHASES['warning-idle']!();
    scene.answer = 503;
    await pause(1_100);
    await scene.page.keyboard.press('Shift');
    await scene.says('The server can’t be reached.');
    return scene;
  },
  async verifying() {
    const scene = await new Scene({ ...LIVE, expireAfterMs: 5_000 }).open();
    await warning(scene.page).waitFor();
    scene.answer = 'hang';
    await scene.says('Checking that you are still signed in…');
    return scene;
  },
  async ended() {
    const scene = await PHASES['active']!();
    await scene.ask(ended('idle'));
    await scene.says('There was no activity for a while.');
    return scene;
  },
  async replaced() {
    const scene = await (await new Scene({ ...LONG, owner: 'ann' }).open()).connected();
    await scene.ask({ ...LIVE, owner: 'ben' });
    await scene.says('Someone else signed in');
    return scene;
  },
  async locked() {
    const scene = await (await new Scene(LONG).open('lock')).connected();
    await scene.ask(ended('idle'));
    await scene.says('Sign in again to carry on');
    return scene;
  },
};

/** As `UPDATE_SNAPSHOTS=1` writes them. Durations differ from run to run. */
describe('the accessibility tree', { concurrency: false }, () => {
  for (const [phase, reach] of Object.entries(PHASES)) {
    test(`[W1] is that of the snapshot: ${phase}`, async () => {
      const { page } = await reach();
      const file = new URL(`./accessibility/${phase}.txt`, import.meta.url);
      const found = (await tree(page)).replaceAll(new URL(demo.url).host, '{host}');
      if (process.env['UPDATE_SNAPSHOTS']) writeFileSync(file, found);
      assert.equal(found, readFileSync(file, 'utf8'));
    });
  }
});

/** The browser's own tree, without what it passes over: a line for each node, with what is said of it. */
async function tree(page: Page): Promise<string> {
  const tools = await page.context().newCDPSession(page);
  const { nodes } = await tools.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const TOLD = ['focused', 'modal', 'live', 'atomic', 'roledescription', 'disabled', 'hidden'];
  const write = (id: string, depth: number): string => {
    const node = byId.get(id);
    if (!node) return '';
    const { ignored, role, name, description, properties = [], childIds = [] } = node;
    // The letters of a text on their own, which the text above them has already.
    const isDrawn = role?.value === 'InlineTextBox';
    const shown = !ignored && !isDrawn;
    const told = properties
      .filter(({ name, value }) => TOLD.includes(name) && value.value !== false && value.value !== 'off')
      .map(({ name, value }) => ` ${name}${value.value === true ? '' : `=${String(value.value)}`}`);
    const quoted = (text?: string): string => (text ? ` "${text.replace(/\s+/g, ' ').trim()}"` : '');
    const described = description?.value ? ` described as${quoted(description.value as string)}` : '';
    const line = `${'  '.repeat(depth)}${String(role?.value)}${quoted(name?.value as string | undefined)}${described}${told.join('')}\n`;
    const below = childIds.map((child) => write(child, depth + (shown ? 1 : 0))).join('');
    return (shown ? line : '') + below;
  };
  return write(nodes[0]!.nodeId, 0).replace(/\d+ seconds|1 minute/g, '{time}');
}

for (const phase of ['warning-idle', 'ended', 'locked']) {
  test(`[W1] what is shown passes axe, in light and dark: ${phase}`, async () => {
    const { page } = await PHASES[phase]!();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).include('session-security').analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`),
        [],
      );
    }
  });
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    const { textContent, tagName } = activeElement?.shadowRoot?.activeElement ?? activeElement!;
    return `${tagName} ${textContent}`.replace(/\s+/g, ' ').trim();
  });

test('[W1] who types on as the warning opens finds the focus and the caret where they were', async () => {
  const scene = await PHASES['active']!();
  const notes = scene.page.getByLabel('Notes');
  await notes.fill('half a  sentence');
  await notes.evaluate((field: HTMLTextAreaElement) => {
    field.setSelectionRange(7, 7);
  });
  await scene.ask(LIVE);
  await warning(scene.page).waitFor();
  assert.equal(await focused(scene.page), 'BUTTON Stay signed in');
  await scene.page.keyboard.press('w');
  await warning(scene.page).waitFor({ state: 'hidden' });
  assert.equal(await focused(scene.page), 'TEXTAREA');
  await scene.page.keyboard.type('more');
  assert.equal(await notes.inputValue(), 'half a more sentence');
});

test('[T9] who types on as the warning of the lifetime opens does not put it aside unread', async () => {
  const { page } = await new Scene({ ...LONG, lifetimeLeftMs: 32_000 }).open();
  const notes = page.getByLabel('Notes');
  for (let tries = 0; tries < 200 && (await warning(page).count()) === 0; tries += 1)
    await page.keyboard.type('of it ', { delay: 10 });
  const before = await notes.inputValue();
  await page.keyboard.type('and so on \n', { delay: 20 });
  assert.equal(await warning(page).count(), 1);
  assert.equal(await notes.inputValue(), before);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'BUTTON Continue for now');
  await page.keyboard.press('Enter');
  await warning(page).waitFor({ state: 'hidden' });
  assert.equal(await focused(page), 'TEXTAREA');
});

test('[W4] Escape twice leaves a dialog of the page below open, and the focus in it', async () => {
  const scene = await PHASES['active']!();
  const { page } = scene;
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<dialog id="theirs"><button>Theirs</button></dialog>');
    document.querySelector<HTMLDialogElement>('#theirs')!.showModal();
  });
  await scene.ask(LIVE);
  await warning(page).waitFor();
  scene.answer = 'hang';
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await scene.says('Checking with the server…');
  assert.equal(await page.locator('#theirs[open]').count(), 1);
  assert.equal(await focused(page), 'BUTTON Stay signed in');
});

test('[W2] at 400 % the warning opens with its top in view', async () => {
  const scene = new Scene(LIVE);
  await scene.open();
  await scene.page.setViewportSize({ width: 320, height: 256 });
  await warning(scene.page).waitFor();
  const { scrolled, more, top } = await warning(scene.page).evaluate((dialog) => ({
    scrolled: dialog.scrollTop,
    more: dialog.scrollHeight - dialog.clientHeight,
    top: dialog.querySelector('[part=countdown]')!.getBoundingClientRect().top,
  }));
  assert.ok(more > 0, 'there is more than can be seen');
  assert.equal(scrolled, 0);
  assert.ok(top > 0);
});

test('[W2] the ring glides, but not for who wants less motion', async () => {
  const { page } = await PHASES['warning-idle']!();
  const duration = () =>
    warning(page).evaluate((dialog) => getComputedStyle(dialog.querySelector('[part=ring]')!).transitionDuration);
  assert.equal(await duration(), '1s');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  assert.equal(await duration(), '0s');
});

test('[W2] a dark page has a dark warning', async () => {
  const { page } = await PHASES['warning-idle']!();
  const ground = () => warning(page).evaluate((dialog) => getComputedStyle(dialog).backgroundColor);
  await page.evaluate(() => (document.documentElement.style.colorScheme = 'light dark'));
  assert.equal(await ground(), 'rgb(255, 255, 255)');
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await ground(), 'rgb(32, 35, 40)');
});

test('[W2] forced colours hold for the ring as well, which no browser would force by itself', async () => {
  const { page } = await PHASES['warning-idle']!();
  await page.emulateMedia({ forcedColors: 'active' });
  const [svg, dialog] = await warning(page).evaluate((dialog) => {
    const ring = dialog.querySelector('svg')!;
    return [getComputedStyle(ring).color, getComputedStyle(dialog).color];
  });
  assert.equal(svg, dialog);
});

test('[E5] a sign-in that leads to the end again and again stops there, and explains', async () => {
  const page = await context.newPage();
  let loads = 0;
  await page.route('**/alone', (route) => {
    loads += 1;
    const body = `<script type="module" src="/assets/session-security.js"></script>
      <session-security ping-url="/ping" sign-in-url="/sign-in-again">`;
    return route.fulfill({ contentType: 'text/html', body });
  });
  // As a provider does that still knows who it is.
  await page.route('**/sign-in-again?*', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script>location.replace("/alone")</script>' }),
  );
  await page.route('**/ping', (route) => route.fulfill({ json: ended('revoked') }));
  await page.goto(`${demo.url}/alone`);
  await curtain(page).getByText('You keep being signed out').waitFor();
  await pause(2_000);
  assert.equal(loads, 3);
});

/** Presses Tab until what is named has the focus. */
async function tabTo(page: Page, what: string): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await focused(page)).includes(what)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not lead to "${what}"`);
}

test('[W1] by keyboard alone: sign in, be warned, stay, be warned again, sign out, and sign in again', async () => {
  const page = await context.newPage();
  const { keyboard } = page;
  async function signIn(): Promise<void> {
    for (let tries = 0; tries < 40; tries += 1) {
      if (await page.evaluate(() => document.activeElement?.getAttribute('name') === 'username')) break;
      await keyboard.press('Tab');
    }
    await keyboard.type('ana');
    await keyboard.press('Tab');
    await keyboard.type('heron');
    await keyboard.press('Enter');
    await page.waitForURL(`${demo.url}/`);
  }
  await page.goto(`${demo.url}/sign-in`);
  await signIn();
  await warning(page).waitFor();
  assert.equal(await focused(page), 'BUTTON Stay signed in');
  await keyboard.press('Enter');
  await warning(page).waitFor({ state: 'hidden' });
  await page.evaluate(() => {
    document.querySelector('session-security')!.extendOn = 'button';
  });
  await warning(page).waitFor();
  await keyboard.press('Tab');
  assert.equal(await focused(page), 'BUTTON Sign out now');
  await keyboard.press('Shift+Tab');
  assert.equal(await focused(page), 'BUTTON Stay signed in');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.waitForURL(/\/sign-in/);
  await signIn();
});

test('[W1] by keyboard alone: out of a page that has ended', async () => {
  const { page } = await PHASES['ended']!();
  assert.equal(await focused(page), 'A Sign in again');
  for (const key of ['Tab', 'Tab', 'Shift+Tab', 'Escape', 'a']) await page.keyboard.press(key);
  assert.equal(await curtain(page).count(), 1);
  await tabTo(page, 'Sign in again');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/sign-in/);
});
