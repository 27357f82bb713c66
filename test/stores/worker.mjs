// @ts-check
/** A process with a store of its own: `node --import tsx worker.mjs NAME OPTIONS`, called by processes.ts. */
import process from 'node:process';
import { open } from './open.mjs';

const [name = '', options = '{}'] = process.argv.slice(2);
const { store, close } = await open[/** @type {keyof typeof open} */ (name)](JSON.parse(options));

/** @param {object} message Nobody may be there any more to hear it. */
const send = (message) => process.send?.(message, undefined, undefined, () => undefined);

process.on(
  'message',
  async (/** @type {{ call: number, method: string, args: unknown[] }} */ { call, method, args }) => {
    try {
      send({ call, result: await Reflect.get(store, method).apply(store, args) });
    } catch (error) {
      send({ call, error: String(error) });
    }
  },
);
process.once('disconnect', async () => {
  await close();
  process.exit();
});
send({ ready: true });
