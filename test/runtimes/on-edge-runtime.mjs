/* global addEventListener */
import { createApplication } from './application.mjs';

const application = createApplication();
addEventListener('fetch', (event) => event.respondWith(application.fetch(event.request)));
