import { memoryStore } from '../../src/server/stores/memory.js';
import { conformance } from '../stores/conformance.js';

conformance('the memory store, as every store', () => {
  const store = memoryStore();
  return Promise.resolve({ stores: [store], close: () => Promise.resolve() });
});
