import { expect } from '@open-wc/testing';
import { executeServerCommand, sendMouse } from '@web/test-runner-commands';
import { ended, EXPIRE_MS, live, Page, pass, pause, setUp, setWallClock, tearDown, until } from './support/guard.js';

const press = (key: string): Promise<unknown> => executeServerCommand('press', key);
const PLAIN = '/test/element/support/plain.html';

/** Ten seconds in which nothing is to be heard, as a file. */
function sound(): string {
  const size = 80_000;
  const header = new DataView(new ArrayBuffer(44));
  for (const [at, word] of Object.entries({ 0: 'RIFF', 8: 'WAVE', 12: 'fmt ', 36: 'data' }))
    for (let i = 0; i < 4; i += 1) header.setUint8(Number(at) + i, word.charCodeAt(i));
  for (const [at, value] of Object.entries({ 4: 36 + size, 16: 16, 24: 8000, 28: 8000, 40: size }))
    header.setUint32(Number(at), value, true);
  for (const [at, value] of Object.entries({ 20: 1, 22: 1, 32: 1, 34: 8 })) header.setUint16(Number(at), value, true);
  return URL.createObjectURL(new Blob([header, new Uint8Array(size).fill(128)], { type: 'audio/wav' }));
}

async function framed(parent: Node = document.body): Promise<HTMLIFrameElement> {
  const made = document.createElement('iframe');
  made.src = PLAIN;
  made.allow = 'autoplay';
  const loaded = new Promise((heard) => {
    made.addEventListener('load', heard, { once: true });
  });
  parent.appendChild(made);
  await loaded;
  return made;
}

const shadow = (parent: Node = document.body): ShadowRoot =>
  parent.appendChild(parent.ownerDocument!.createElement('x-shadow')).attachShadow({ mode: 'open' });

describe('a concealed page', () => {
  let page: Page;
  beforeEach(() => {
    setUp();
    page = new Page();
  });
  afterEach(async () => {
    for (const left of document.querySelectorAll('iframe, x-shadow, body > audio')) left.remove();
    await tearDown();
  });

  async function revoke(): Promise<void> {
    await pass(5_000);
    await page.answer(ended('revoked'));
    page.element.check();
    await until(() => page.curtain?.open);
  }

  async function signInAgain(): Promise<void> {
    await page.answer(live({ owner: 'ann' }));
    page.element.check();
    // Whatever else it may be asking, as the focus moves: the server takes real time to answer, and a gap must pass.
    await until(async () => {
      await pass(1_000);
      return page.state.phase === 'active';
    });
  }

  const PLACES: [where: string, make: () => Promise<Node> | Node][] = [
    ['in the page', () => document.body],
    ['in an open shadow tree', () => shadow()],
    ['in a shadow tree within another', () => shadow(shadow())],
    ['in a frame of the same origin', async () => (await framed()).contentDocument!.body],
    ['in a shadow tree in a frame', async () => shadow((await framed()).contentDocument!.body)],
    ['in a frame in a shadow tree', async () => (await framed(shadow())).contentDocument!.body],
  ];
  for (const [where, make] of PLACES) {
    async function audio(): Promise<HTMLAudioElement> {
      await sendMouse({ type: 'click', position: [5, 5] });
      const place = await make();
      const made = place.ownerDocument!.createElement('audio');
      made.muted = true;
      made.src = sound();
      place.appendChild(made);
      return made;
    }

    it(`[E1] is not heard: what plays ${where} stops, and goes on once it is shown again`, async () => {
      const made = await audio();
      await made.play();
      await page.open(live({ owner: 'ann' }), 'lock');
      await revoke();
      expect(made.paused).to.equal(true);
      await signInAgain();
      expect(made.paused).to.equal(false);
    });

    it(`[E1] is not heard: what would begin to play ${where} does not`, async () => {
      const made = await audio();
      await page.open();
      await revoke();
      await made.play().catch(() => undefined);
      await until(() => made.paused);
    });
  }

  it('[T6] the first input after sleep does not reach the application in a frame either', async () => {
    await page.open();
    const { contentDocument } = await framed();
    const heard: string[] = [];
    contentDocument!.addEventListener('keydown', ({ key }) => heard.push(key));
    const field = contentDocument!.querySelector('input')!;
    field.focus();
    await press('a');
    await until(() => field.value === 'a');
    await page.answer(ended('idle'));
    setWallClock(EXPIRE_MS + 1_000);
    await press('b');
    await until(() => page.state.phase === 'ended');
    expect([heard, field.value]).to.deep.equal([['a'], 'a']);
  });

  it('[E1] keeps input from a frame that a script gives the focus to', async () => {
    await page.open();
    const { contentDocument } = await framed();
    const heard: string[] = [];
    contentDocument!.addEventListener('keydown', ({ key }) => heard.push(key));
    await revoke();
    const field = contentDocument!.querySelector('input')!;
    field.focus();
    await press('b');
    await pause(20);
    expect([heard, field.value]).to.deep.equal([[], '']);
  });

  it('[E1] gives a frame back its input once it is shown again', async () => {
    await page.open(live({ owner: 'ann' }), 'lock');
    const { contentDocument } = await framed();
    const field = contentDocument!.querySelector('input')!;
    field.focus();
    await revoke();
    await signInAgain();
    await press('c');
    await until(() => field.value === 'c');
  });
});
