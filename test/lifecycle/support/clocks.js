/**
 * Runs in each window before its own scripts, after sinon's: takes its clocks, and knows what is under way outside.
 * Plain JavaScript, since it reaches the page as text.
 */
{
  const { fetch } = window;
  const { request } = LockManager.prototype;
  const { postMessage } = BroadcastChannel.prototype;
  const realNow = performance.now.bind(performance);
  let underWay = 0;
  let restlessUntil = 0;

  /** The next task of this process. A hidden window's own timers run once a second. */
  const turn = () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        done();
      };
      port2.postMessage(null);
    });

  const virtual = {
    clock: window.sinon.useFakeTimers({
      now: window.opener ? window.opener.Date.now() : Date.now(),
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    }),
    /** The windows opened from here. */
    windows: [],
    /** Lets time pass, here and in all of them, while nothing is under way. */
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 1000) {
        await this.settle();
        for (const { virtual } of [window, ...this.windows]) virtual.clock.tick(Math.min(1000, ms - passed));
      }
      await this.settle();
    },
    async settle() {
      while (underWay > 0 || realNow() < restlessUntil) await turn();
    },
    began() {
      underWay += 1;
    },
    ended() {
      underWay -= 1;
      this.stirred();
    },
    /** Something was sent to another window, or to the browser itself: it will be there in a moment. */
    stirred() {
      restlessUntil = realNow() + 4;
    },
  };
  window.virtual = virtual;
  const leader = window.opener?.virtual ?? virtual;

  Object.defineProperty(Event.prototype, 'timeStamp', { get: () => performance.now() });
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    window.setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), ms);
    return controller.signal;
  };
  window.fetch = async (to, init) => {
    const headers = new Headers(init?.headers);
    headers.set('X-Now', String(Date.now()));
    leader.began();
    try {
      const response = await fetch(to, { ...init, headers });
      // Whole, so that nothing of it is still under way when the clocks go on.
      return new Response(await response.text(), response);
    } finally {
      leader.ended();
    }
  };
  LockManager.prototype.request = function (...args) {
    leader.stirred();
    return request.apply(this, args);
  };
  BroadcastChannel.prototype.postMessage = function (message) {
    leader.stirred();
    postMessage.call(this, message);
  };
  // An ended page stays, so that it can be asked.
  addEventListener('session-end', (event) => event.preventDefault());
}
