import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { live, Page, pass, pause, setUp, tearDown, WARN_MS } from './support/guard.js';

/** A minute of a quiet tone, as a file, so that no test needs a network. */
function tone(): string {
  const rate = 8000;
  const samples = new Uint8Array(rate * 60).map((_, index) => 128 + 3 * Math.sin(index / 3));
  const header = new DataView(new ArrayBuffer(44));
  const words: [at: number, text: string][] = [
    [0, 'RIFF'],
    [8, 'WAVE'],
    [12, 'fmt '],
    [36, 'data'],
  ];
  for (const [at, text] of words) for (let i = 0; i < text.length; i += 1) header.setUint8(at + i, text.charCodeAt(i));
  header.setUint32(4, 36 + samples.length, true);
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, rate, true);
  header.setUint16(32, 1, true);
  header.setUint16(34, 8, true);
  header.setUint32(40, samples.length, true);
  return URL.createObjectURL(new Blob([header, samples], { type: 'audio/wav' }));
}

describe('media that plays', () => {
  let page: Page;
  let source: string;
  const playing = new Set<HTMLMediaElement>();
  before(() => {
    source = tone();
  });
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(async () => {
    for (const audio of playing) audio.pause();
    playing.clear();
    for (const left of document.querySelectorAll('audio, iframe, x-player')) left.remove();
    await tearDown();
  });

  /** It may be heard only after a person has done something. */
  async function audio(parent: Node = document.body): Promise<HTMLAudioElement> {
    await sendMouse({ type: 'click', position: [5, 5] });
    const made = parent.ownerDocument!.createElement('audio');
    made.src = source;
    parent.appendChild(made);
    playing.add(made);
    return made;
  }

  /** Until it has told how far it is: by then the window has heard it, too. */
  const told = (made: HTMLAudioElement): Promise<Event> =>
    new Promise((heard) => {
      made.addEventListener('timeupdate', heard, { once: true });
    });

  const plays = async (made: HTMLAudioElement): Promise<HTMLAudioElement> => {
    const moves = told(made);
    await made.play();
    await moves;
    return made;
  };

  const goesOnFor = async (made: HTMLAudioElement, ms: number): Promise<void> => {
    await pass(ms);
    await told(made);
    await pass(1);
  };

  it('[A4] counts', async () => {
    await page.open(live(), 'media-for="1800"');
    const made = await plays(await audio());
    await goesOnFor(made, 40_000);
    expect(page.state.idleMs).to.be.below(2000);
  });

  it('[A4] does not count without the attribute', async () => {
    await page.open();
    const made = await plays(await audio());
    await goesOnFor(made, 40_000);
    expect(page.state.idleMs).to.be.at.least(40_000);
  });

  it('[A4] counts no longer than the cap since the last input', async () => {
    await page.open(live(), 'media-for="100"');
    const made = await plays(await audio());
    await goesOnFor(made, 50_000);
    await goesOnFor(made, 45_000);
    expect(page.state.idleMs).to.be.below(2000);
    await goesOnFor(made, 10_000);
    expect(page.state.idleMs).to.be.at.least(10_000);
    await goesOnFor(made, 40_000);
    expect(page.state.idleMs).to.be.at.least(50_000);
    await page.answer(live({ idleMs: WARN_MS }));
    await goesOnFor(made, 10_000);
    expect(page.state.phase).to.equal('warning');
  });

  it('[A4] counts anew after input', async () => {
    await page.open(live(), 'media-for="50"');
    const made = await plays(await audio());
    await goesOnFor(made, 45_000);
    await sendMouse({ type: 'click', position: [5, 5] });
    await goesOnFor(made, 45_000);
    expect(page.state.idleMs).to.be.below(2000);
  });

  for (const [how, change] of [
    ['muted', (made: HTMLAudioElement) => (made.muted = true)],
    ['made silent', (made: HTMLAudioElement) => (made.volume = 0)],
  ] as const) {
    it(`[A4] does not count while it is ${how}`, async () => {
      await page.open(live(), 'media-for="1800"');
      const made = await audio();
      change(made);
      await plays(made);
      await goesOnFor(made, 40_000);
      expect(page.state.idleMs).to.be.at.least(40_000);
    });
  }

  it('[A4] does not count while it is paused, though a script moves it on', async () => {
    await page.open(live(), 'media-for="1800"');
    const made = await audio();
    await plays(made);
    made.pause();
    await pass(40_000);
    const moved = told(made);
    made.currentTime = 10;
    await moved;
    await pass(1);
    expect(page.state.idleMs).to.be.at.least(40_000);
  });

  it('[A4] does not count because a script says so', async () => {
    await page.open(live(), 'media-for="1800"');
    await pass(40_000);
    const made = document.body.appendChild(document.createElement('x-player'));
    Object.assign(made, { paused: false, ended: false, muted: false, volume: 1 });
    made.dispatchEvent(new Event('timeupdate'));
    expect(page.state.idleMs).to.be.at.least(40_000);
  });

  it('[A4] counts in a frame of the same origin', async () => {
    await page.open(live(), 'media-for="1800"');
    const inner = document.createElement('iframe');
    inner.allow = 'autoplay';
    document.body.append(inner);
    await pause(50);
    const made = await plays(await audio(inner.contentDocument!.body));
    await goesOnFor(made, 40_000);
    expect(page.state.idleMs).to.be.below(2000);
  });

  it('[A4] counts in a shadow tree in which somebody has started it', async () => {
    await page.open(live(), 'media-for="1800"');
    const player = document.body.appendChild(document.createElement('x-player'));
    const root = player.attachShadow({ mode: 'open' });
    root.innerHTML = '<button>Play</button>';
    const made = await audio(root);
    root.querySelector('button')!.addEventListener('click', () => void made.play());
    root.querySelector('button')!.focus();
    await executeServerCommand('press', 'Enter');
    await told(made);
    expect(made.paused).to.equal(false);
    await goesOnFor(made, 40_000);
    expect(page.state.idleMs).to.be.below(2000);
  });

  it('[A4] says what is wrong with its cap', async () => {
    const said: unknown[] = [];
    const { error } = console;
    console.error = (text: unknown) => said.push(text);
    await page.open(live(), 'media-for="-1"');
    console.error = error;
    expect(said).to.deep.equal([
      '<session-security>: media-for="-1" is not a number of seconds above 0 and is ignored. Set it to one, such as "540".',
    ]);
  });
});
