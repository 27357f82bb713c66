/**
 * Web Test Runner plugins for real input, in Chromium, Firefox and WebKit:
 *
 *     executeServerCommand('press', 'Shift+Tab')   // the runner's own fails in Firefox
 *     executeServerCommand('hold', 'a')            // down, down again as a held key is, up; not in WebKit
 *     executeServerCommand('wheel', 300)
 *     executeServerCommand('touch', { x, y })      // not in WebKit
 *     executeServerCommand('devtools', [['Input.insertText', { text: 'a' }]])   // in Chromium: what people do otherwise
 *
 * What an engine's driver cannot do is answered by the reason, anything else by `true`.
 */
export const pressPlugin = () => ({
  name: 'press',
  async executeCommand({ command, payload, session: { browser, id } }) {
    const drivers = { playwright: inPlaywright, puppeteer: inPuppeteer, webdriver: inWebKit };
    const act = drivers[browser.type][command];
    if (!act) return undefined;
    const refusal = await act(browser.type === 'webdriver' ? browser : browser.getPage(id), payload, id);
    return refusal ?? true;
  },
});

const inPlaywright = {
  press: (page, chord) => page.keyboard.press(chord),
  hold: (page, key) => hold(page.keyboard, key),
  wheel: (page, distance) => page.mouse.wheel(0, distance),
  async touch(page, point) {
    const client = await page.context().newCDPSession(page);
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  },
  async devtools(page, calls) {
    const client = await page.context().newCDPSession(page);
    for (const [method, parameters] of calls) await client.send(method, parameters);
  },
};

const inPuppeteer = {
  async press({ keyboard }, chord) {
    const modifiers = chord.split('+');
    const key = modifiers.pop();
    for (const modifier of modifiers) await keyboard.down(modifier);
    // Over BiDi it has no name.
    await keyboard.press(key === 'Space' ? ' ' : key);
    for (const modifier of modifiers.reverse()) await keyboard.up(modifier);
  },
  hold: ({ keyboard }, key) => hold(keyboard, key),
  wheel: ({ mouse }, distance) => mouse.wheel({ deltaY: distance }),
  touch: ({ touchscreen }, { x, y }) => touchscreen.tap(x, y),
  devtools: () => 'only Chromium’s DevTools can do this',
};

const inWebKit = {
  press: (launcher, chord, id) => launcher.sendKeys(id, [chord]),
  hold: () => 'WebKitWebDriver repeats no key that is down',
  wheel: (launcher, distance, id) => launcher.wheel(id, distance),
  touch: () => 'WebKitWebDriver makes a mouse of a finger',
  devtools: () => 'only Chromium’s DevTools can do this',
};

async function hold(keyboard, key) {
  await keyboard.down(key);
  await keyboard.down(key);
  await keyboard.up(key);
}
