/** A Worker that lets the tests speak to its store: the real class, in the real runtime. Only its clock can be put. */
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
}

export default {
  async fetch(request: Request, env: { SESSION_ACTIVITY: SessionActivityNamespace<unknown> }): Promise<Response> {
    const { method, args } = (await request.json()) as { method: string; args: unknown[] };
    if (method === 'setClock') {
      present = args[0] as number | null;
      return Response.json(null);
    }
    const store = durableObjectStore(env.SESSION_ACTIVITY);
    try {
      const call = Reflect.get(store, method) as (...args: unknown[]) => Promise<unknown>;
      return Response.json(await call(...args));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
