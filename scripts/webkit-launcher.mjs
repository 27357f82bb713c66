/** Runs test pages of Web Test Runner in WebKit, each in a window of its own. */
import { WebKit } from './webkit.mjs';

export class WebKitLauncher {
  name = 'WebKit';
  /** So that the runner's own commands for the mouse find the methods they look for. */
  type = 'webdriver';
  // Input goes to the window that was chosen last.
  concurrency = 1;
  #starting = null;
  /** The window that stays, so that closing a test's doesn't close the browser. */
  #home = '';
  #pages = new Map();
  #pointer;

  async initialize() {
    // The browser starts with the first page.
  }

  async stop() {
    await (await this.#starting)?.stop();
  }

  async startSession(id, url) {
    const webkit = await (this.#starting ??= this.#start());
    this.#pages.set(id, { url, window: await webkit.open(url) });
  }

  async #start() {
    const webkit = await WebKit.start();
    this.#home = await webkit.send('GET', '/window');
    return webkit;
  }

  isActive(id) {
    return this.#pages.has(id);
  }

  getBrowserUrl(id) {
    return this.#pages.get(id)?.url;
  }

  async stopSession(id) {
    const webkit = await this.#webkit();
    this.#pages.delete(id);
    await webkit.send('DELETE', '/window');
    await webkit.choose(this.#home);
    return {};
  }

  async sendKeys(_id, keys) {
    const webkit = await this.#webkit();
    for (const key of keys) await webkit.press(key);
  }

  async sendMouseMove(_id, x, y) {
    this.#pointer = { x, y };
    await (await this.#webkit()).move(x, y);
  }

  async sendMouseClick(_id, x, y, button) {
    this.#pointer = { x, y };
    await (await this.#webkit()).click(x, y, button);
  }

  async sendMouseDown(_id, button) {
    await (await this.#webkit()).down(button);
  }

  async sendMouseUp(_id, button) {
    await (await this.#webkit()).up(button);
  }

  async resetMouse() {
    const webkit = await this.#webkit();
    await webkit.send('DELETE', '/actions');
    await webkit.move(0, 0);
  }

  async wheel(_id, distance) {
    await (await this.#webkit()).wheel(distance, this.#pointer);
  }

  #webkit() {
    if (!this.#starting) throw new Error('No page was opened in WebKit yet.');
    return this.#starting;
  }
}
