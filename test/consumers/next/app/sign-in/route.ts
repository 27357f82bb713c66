import { handle } from 'hono/vercel';
import { app } from '../../security';

export const GET = handle(app);
export const POST = handle(app);
