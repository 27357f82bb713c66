/* global Deno */
import { createApplication } from './application.mjs';

const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}`);
Deno.serve({ hostname: '127.0.0.1', port: 0, onListen }, createApplication().fetch);
