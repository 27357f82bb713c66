import { expect } from '@open-wc/testing';
import { live, Page, pass, setUp, tearDown, until, WARN_MS } from './support/guard.js';

/** A bit more than two minutes of it. */
const WARNING_MS = 130_000;

describe('what a screen reader is told of the warning', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(tearDown);

  const limits = { expireAfterMs: WARN_MS + WARNING_MS };
  const shown = (id: string): Element => page.element.shadowRoot!.getElementById(id)!;
  const textOf = ({ textContent }: Element): string => textContent.replace(/\s+/g, ' ').trim();
  const region = (): Element => page.dialog.querySelector('[role=status]')!;
  const secondsLeft = (): number => Math.ceil(page.state.remainingMs / 1000);

  async function warned(): Promise<void> {
    await page.open(live(limits));
    await page.answer(live({ ...limits, idleMs: WARN_MS }));
    await pass(WARN_MS - page.state.idleMs);
    await until(() => page.dialog.matches(':modal'), 'the warning');
  }

  /** Calls `listener` for each change of what is in the nodes, until the session is all but over. */
  async function watchToTheEnd(nodes: Element[], listener: (changed: Node) => void): Promise<void> {
    const observer = new MutationObserver((changes) => {
      for (const { target } of changes) listener(target);
    });
    for (const node of nodes) observer.observe(node, { subtree: true, childList: true, characterData: true });
    await pass(page.state.remainingMs - 1000);
    observer.disconnect();
  }

  it('[W3] speaks each minute, then each quarter of one, and not a word in between', async () => {
    await warned();
    const spoken: [left: number, text: string][] = [];
    const there = region();
    await watchToTheEnd([there], () => spoken.push([secondsLeft(), textOf(there)]));
    expect(spoken).to.deep.equal([
      [120, '2 minutes left.'],
      [60, '1 minute left.'],
      [45, '45 seconds left.'],
      [30, '30 seconds left.'],
      [15, '15 seconds left.'],
    ]);
  });

  it('[W3] opens with a name and a description, which say how long it is, and with nothing else', async () => {
    await warned();
    const described = page.dialog.getAttribute('aria-describedby')!.split(' ').map(shown).map(textOf);
    expect(described[0]).to.equal('2 minutes left.');
    expect(described[1]).to.match(/^To protect your information, .+ to stay signed in\.$/);
    expect(textOf(region())).to.equal('');
  });

  it('[W3] never ticks in its name and description, nor opens twice, nor has another live region', async () => {
    let opened = 0;
    const showModal = Reflect.get(HTMLDialogElement.prototype, 'showModal');
    HTMLDialogElement.prototype.showModal = function (): void {
      opened += 1;
      showModal.call(this);
    };
    await warned();
    const changed: string[] = [];
    const named = ['title', 'opened', 'text'].map(shown);
    const there = region();
    await watchToTheEnd(named, ({ textContent }) => changed.push(textContent!));
    HTMLDialogElement.prototype.showModal = showModal;
    expect(changed).to.deep.equal([]);
    expect(['title', 'opened', 'text'].map(shown)).to.deep.equal(named);
    expect(opened).to.equal(1);
    const live = page.dialog.querySelectorAll('[role=status], [role=alert], [role=timer], [role=log], [aria-live]');
    expect([...live]).to.deep.equal([there]);
    // What ticks is for the eye.
    expect(page.part('time').closest('[aria-hidden=true]')).to.equal(page.part('countdown'));
  });

  it('[W3] says in it what has become of an answer, once', async () => {
    await warned();
    const spoken: string[] = [];
    const there = region();
    const observer = new MutationObserver(() => spoken.push(textOf(there)));
    observer.observe(there, { subtree: true, childList: true, characterData: true });
    await page.answer({ status: 503 });
    await pass(1000);
    page.part('stay').click();
    await until(() => spoken.length === 2);
    // It goes on asking meanwhile.
    const asked = (await page.pings()).length;
    for (let tries = 0; tries < 20 && (await page.pings()).length === asked; tries += 1) await pass(1_000);
    expect(await page.pings()).to.have.length.above(asked);
    observer.disconnect();
    expect(spoken[0]).to.equal('Checking with the server…');
    expect(spoken[1]).to.contain('can’t be reached');
    expect(spoken).to.have.length(2);
  });
});
