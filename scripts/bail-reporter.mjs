// @ts-check
/**
 * Says nothing, and ends the tests with the first that fails: a mutant need not be killed twice.
 *
 * @param {AsyncIterable<{ type: string, data: { name?: string } }>} events
 * @returns {AsyncGenerator<string>}
 */
export default async function* bail(events) {
  for await (const { type, data } of events)
    if (type === 'test:fail') {
      yield String(data.name);
      process.exit(1);
    }
}
