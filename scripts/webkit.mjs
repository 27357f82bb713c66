// @ts-check
/** WebKit as Debian builds it, driven by its own WebDriver (W3C), on a display of its own where there is none. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';
import { findWebKit } from './browser.mjs';

/**
 * WebDriver, section 17.4.2: keys that have no character.
 *
 * @type {Record<string, string>}
 */
const KEYS = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Escape: '\uE00C',
  Space: ' ',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
};

const BUTTONS = ['left', 'middle', 'right'];

/** One browser. Its methods act on the window that was chosen last. */
export class WebKit {
  #url = '';
  #session = '';
  /** @type {import('node:child_process').ChildProcess[]} */
  #processes = [];

  /** @returns {Promise<WebKit>} */
  static async start() {
    const webkit = new WebKit();
    try {
      await webkit.#start(findWebKit());
      return webkit;
    } catch (error) {
      await webkit.stop();
      throw error;
    }
  }

  /** @param {ReturnType<typeof findWebKit>} found */
  async #start({ driver, browser, xvfb }) {
    const display = process.env['DISPLAY'] ?? (await this.#startDisplay(xvfb));
    const port = await freePort();
    const env = { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11' };
    this.#spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' });
    this.#url = `http://127.0.0.1:${port}`;
    await this.#answers();
    const options = { binary: browser, args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
    const { sessionId } = await this.#call('POST', '/session', { capabilities });
    this.#session = `/session/${sessionId}`;
  }

  /** @param {string | undefined} xvfb */
  async #startDisplay(xvfb = 'Xvfb') {
    const display = this.#spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const pipe = /** @type {import('node:stream').Readable} */ (display.stdio[3]);
    const number = await Promise.race([once(pipe, 'data'), once(display, 'exit').then(() => null)]);
    if (!number) throw new Error('Xvfb did not start.');
    return `:${String(number).trim()}`;
  }

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {import('node:child_process').SpawnOptions} options
   */
  #spawn(command, args, options) {
    const child = spawn(command, args, options);
    this.#processes.push(child);
    return child;
  }

  async #answers() {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#call('GET', '/status');
      } catch (error) {
        if (tries > 200) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async #call(method, path, body) {
    const response = await fetch(this.#url + path, {
      method,
      body: body ? JSON.stringify(body) : null,
      headers: { 'Content-Type': 'application/json' },
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value?.error} ${value?.message}`);
    return value;
  }

  /**
   * A command of the session, such as `send('POST', '/url', { url })`.
   *
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  send(method, path, body) {
    return this.#call(method, this.#session + path, body);
  }

  /**
   * Opens and chooses a window, since a tab in the background would be hidden.
   *
   * @param {string} url
   * @returns {Promise<string>} its handle
   */
  async open(url) {
    const { handle } = await this.send('POST', '/window/new', { type: 'window' });
    await this.choose(handle);
    await this.send('POST', '/url', { url });
    return handle;
  }

  /** @param {string} handle */
  choose(handle) {
    return this.send('POST', '/window', { handle });
  }

  /** @param {string} chord such as "Shift+Tab" */
  press(chord) {
    const keys = chord.split('+').map((key) => KEYS[key] ?? key);
    const down = keys.map((value) => ({ type: 'keyDown', value }));
    const up = keys.reverse().map((value) => ({ type: 'keyUp', value }));
    return this.#act({ type: 'key', id: 'keyboard', actions: [...down, ...up] });
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  move(x, y) {
    return this.#point({ type: 'pointerMove', x, y, duration: 0 });
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  async click(x, y, button = 'left') {
    await this.move(x, y);
    await this.down(button);
    await this.up(button);
  }

  down(button = 'left') {
    return this.#point({ type: 'pointerDown', button: BUTTONS.indexOf(button) });
  }

  up(button = 'left') {
    return this.#point({ type: 'pointerUp', button: BUTTONS.indexOf(button) });
  }

  /** @param {number} distance */
  wheel(distance, { x = 0, y = 0 } = {}) {
    return this.#act({
      type: 'wheel',
      id: 'wheel',
      actions: [{ type: 'scroll', x, y, deltaX: 0, deltaY: distance, duration: 0 }],
    });
  }

  /** @param {object} action */
  #point(action) {
    return this.#act({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: [action] });
  }

  /** @param {object} source */
  #act(source) {
    return this.send('POST', '/actions', { actions: [source] });
  }

  async stop() {
    if (this.#session) await this.send('DELETE', '').catch(() => undefined);
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, 'exit');
    }
  }
}

/** The driver takes no 0 for its port. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
