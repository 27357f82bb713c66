/** What the bounds make of an answer, and what they owe to the way in which a page asks. */
import type { Limits } from '../../src/policy.js';
import type { Wire } from './kinds.js';
import type { Answer } from './server.js';

export type Said = { owner: string | null } & Limits;

/** `null`: not that the session lives. A plain number does not say whose it is: that is `owner`. */
export function liveOf(wire: Wire, answer: Answer | null, owner: string | null): Said | null {
  if (answer?.status !== 200 || answer.type !== 'application/json') return null;
  const said = JSON.parse(answer.body) as unknown;
  if (wire === 'django')
    return typeof said === 'number' ? { owner, warnAfterMs: Infinity, expireAfterMs: Infinity } : null;
  const reply = said as { state: string; owner?: string } & Limits;
  return reply.state === 'live' ? { ...reply, owner: reply.owner ?? null } : null;
}

/** How much is lost of a time in whole seconds on its way there, and on its way back. */
export const roundedMs = (wire: Wire): { there: number; back: number } =>
  wire === 'django' ? { there: 3_000, back: 1_000 } : { there: 0, back: 0 };
