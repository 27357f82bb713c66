/** Tells handlers that go on for long, such as streams, that their session is over. */
import type { Context } from 'hono';
import type { Identity } from './session.js';

/** The longest delay that a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How soon it is asked again, where the clock of the store stands still. */
const SHORTEST_TIMER_MS = 1_000;

/** In how many milliseconds the session is over if nobody is active, by what the store says now; `null`: it may be over. */
type AskLeftMs = () => Promise<number | null>;

/** The requests under way in this process, by session. */
export class Watches {
  readonly #bySession = new Map<string, Set<Watch>>();

  open(who: Identity, leftMs: number, askLeftMs: AskLeftMs): Watch {
    const watches = this.#bySession.get(who.id) ?? new Set();
    this.#bySession.set(who.id, watches);
    const watch = new Watch(who.subject, leftMs, askLeftMs, () => {
      watches.delete(watch);
      if (watches.size === 0 && this.#bySession.get(who.id) === watches) this.#bySession.delete(who.id);
    });
    watches.add(watch);
    return watch;
  }

  end(id: string): void {
    for (const watch of this.#bySession.get(id) ?? []) watch.end();
  }

  endAll(subject: string): void {
    for (const watches of this.#bySession.values())
      for (const watch of watches) if (watch.subject === subject) watch.end();
  }
}

/** One request, from the gate to the end of its response. Costs a timer only once somebody wants its signal. */
export class Watch {
  readonly subject: string | undefined;
  readonly #deadline: number;
  readonly #askLeftMs: AskLeftMs;
  readonly #onClose: () => void;
  #controller: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: 'open' | 'over' | 'closed' = 'open';

  constructor(subject: string | undefined, leftMs: number, askLeftMs: AskLeftMs, onClose: () => void) {
    this.subject = subject;
    this.#deadline = performance.now() + leftMs;
    this.#askLeftMs = askLeftMs;
    this.#onClose = onClose;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#state === 'open') this.#aim(this.#deadline - performance.now());
      // Whoever asks only when all is over must not go on for ever.
      else this.#abort();
    }
    return this.#controller.signal;
  }

  get isUsed(): boolean {
    return this.#controller !== null;
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.close();
    this.#state = 'over';
    this.#abort();
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.#onClose();
  }

  #abort(): void {
    this.#controller?.abort(new DOMException('The session of this request is over.', 'AbortError'));
  }

  /** At the deadline, not before: a stream neither keeps a session alive nor asks the store again and again. */
  #aim(leftMs: number): void {
    this.#timer = setTimeout(() => void this.#ask(), Math.min(leftMs, LONGEST_TIMER_MS));
  }

  async #ask(): Promise<void> {
    // Where nobody can tell, the stream ends, as a request would be refused.
    const leftMs = await this.#askLeftMs().catch(() => null);
    if (this.#state !== 'open') return;
    if (leftMs === null) this.end();
    else this.#aim(Math.max(leftMs, SHORTEST_TIMER_MS));
  }
}

/** Closes the watch once the response is through, or nobody reads it any more. */
export function closeWithResponse(c: Context, watch: Watch): void {
  if (!watch.isUsed) return watch.close();
  const response = c.res;
  if (response.body === null) {
    // A socket outlives the response that opens it, and nobody tells when it is closed.
    if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') watch.close();
    return;
  }
  if (c.req.method === 'HEAD') {
    watch.close();
    // Of which nobody reads the body.
    void response.body.cancel().catch(() => undefined);
    return;
  }
  c.res = new Response(
    followed(response.body, () => watch.close()),
    response,
  );
}

function followed(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        onEnd();
        controller.close();
      } catch (error) {
        onEnd();
        controller.error(error);
      }
    },
    cancel(reason) {
      onEnd();
      return reader.cancel(reason);
    },
  };
  // Reads nothing ahead of whoever reads this.
  return new ReadableStream(source, { highWaterMark: 0 });
}
