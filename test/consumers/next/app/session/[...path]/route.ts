import { handle } from 'hono/vercel';
import { app } from '../../../security';

export const POST = handle(app);
