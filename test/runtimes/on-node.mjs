import { serve } from '@hono/node-server';
import { createApplication } from './application.mjs';

serve({ fetch: createApplication().fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}`),
);
