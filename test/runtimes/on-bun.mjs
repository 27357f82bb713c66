/* global Bun */
import { createApplication } from './application.mjs';

const { port } = Bun.serve({ fetch: createApplication().fetch, hostname: '127.0.0.1', port: 0 });
console.log(`http://127.0.0.1:${port}`);
