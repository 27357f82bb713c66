/**
 * Web Test Runner plugins for real input:
 *
 *     executeServerCommand('press', 'Shift+Tab')   // in Chromium, Firefox and WebKit; the runner's own fails in Firefox
 *     executeServerCommand('wheel', 300)           // in Chromium
 *     executeServerCommand('touch', { x, y })      // in Chromium
 *     executeServerCommand('devtools', [['Input.insertText', { text: 'a' }]])   // in Chromium: what people do otherwise
 */
export const pressPlugin = () => ({
  name: 'press',
  async executeCommand({ command, payload, session: { browser, id } }) {
    if (!['press', 'wheel', 'touch', 'devtools'].includes(command)) return undefined;
    if (browser.type === 'playwright') await inPlaywright[command](browser.getPage(id), payload);
    else if (browser.type === 'puppeteer') await pressInPuppeteer(browser.getPage(id).keyboard, payload);
    else await browser.sendKeys(id, [payload]);
    return true;
  },
});

const inPlaywright = {
  press: (page, chord) => page.keyboard.press(chord),
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

async function pressInPuppeteer(keyboard, chord) {
  const modifiers = chord.split('+');
  const key = modifiers.pop();
  for (const modifier of modifiers) await keyboard.down(modifier);
  await keyboard.press(key);
  for (const modifier of modifiers.reverse()) await keyboard.up(modifier);
}
