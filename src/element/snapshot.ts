/** What the machine's state looks like from outside, at one moment. Pure. */
import type { SessionState } from './events.js';
import { countdown, hasNews, idleMs, isConcealed, isConfirmed, type Mark, type State } from './state.js';

export function snapshot(state: State, now: Mark): SessionState {
  const { phase, reason, limits, asking, failures } = state;
  return {
    phase,
    reason,
    concealed: isConcealed(state),
    idleMs: idleMs(state, now),
    ...countdown(state, now),
    ...limits,
    status: status(state, now),
    asking: asking?.kind ?? null,
    unreachable: failures > 0,
  };
}

function status(state: State, now: Mark): SessionState['status'] {
  if (idleMs(state, now) >= state.limits.warnAfterMs) return 'counting';
  if (isConfirmed(state, now)) return countdown(state, now).cause === 'lifetime' ? 'counting' : 'confirmed';
  if (!hasNews(state, now)) return 'counting';
  return state.failures > 0 ? 'unreachable' : 'confirming';
}

/** Whether a listener has anything new to learn but that time has passed. */
export const differs = (a: SessionState, b: SessionState): boolean =>
  (Object.keys(a) as (keyof SessionState)[]).some(
    (key) => key !== 'idleMs' && key !== 'remainingMs' && a[key] !== b[key],
  );
