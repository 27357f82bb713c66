/** A Worker that lets the tests speak to its store: the real class, in the real runtime. Only its clock can be set. */
import {
  durableObjectStore,
  SessionActivity,
  type SessionActivityNamespace,
} from '../../src/server/stores/durable-object.js';

/** What all objects take for the present, which are in one process here; `null` for the true one. */
let present: number | null = null;

export class TestedSessionActivity extends SessionActivity {
  protected override now(): number {
    return present ?? super.now();
  }

  /** The runtime rings by the true clock: with another one an object would hear of its deadline at any time. */
  override async alarm(): Promise<void> {
    if (present === null) await super.alarm();
  }
}

interface WorkerSocket extends WebSocket {
  accept(): void;
}

declare const WebSocketPair: new () => Record<0 | 1, WorkerSocket>;

export default {
  /** One socket for all calls: many at once would be too many connections. */
  fetch(request: Request, env: { SESSION_ACTIVITY: SessionActivityNamespace<unknown> }): Response {
    const store = durableObjectStore(env.SESSION_ACTIVITY);
    const { 0: client, 1: server } = new WebSocketPair();
    const setClock = (now: number | null) => void (present = now);
    server.accept();
    server.addEventListener('message', ({ data }) => {
      const { call, method, args } = JSON.parse(data as string) as { call: number; method: string; args: unknown[] };
      const asked = Reflect.get({ ...store, setClock }, method) as (...args: unknown[]) => unknown;
      Promise.resolve(asked(...args)).then(
        (result) => server.send(JSON.stringify({ call, result })),
        (error: unknown) => server.send(JSON.stringify({ call, error: String(error) })),
      );
    });
    return new Response(null, { status: 101, webSocket: client } as ResponseInit);
  },
};
