import { handle } from 'hono/aws-lambda';
import { createApplication } from './application.mjs';

export const handler = handle(createApplication());
