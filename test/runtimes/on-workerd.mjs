import { durableObjectStore } from '../../dist/server/stores/durable-object.js';
import { createApplication } from './application.mjs';

export { SessionActivity } from '../../dist/server/stores/durable-object.js';

export default {
  fetch: (request, env) => createApplication(durableObjectStore(env.SESSION_ACTIVITY)).fetch(request, env),
};
