/** What a page lives through, written down by itself from before its first script: only it is there at each frame. */
import type { SessionStateEvent } from '../../../src/index.js';

export interface Frame {
  /** By the page's monotonic clock. */
  at: number;
  /** Whether this frame shows the page's content. */
  shown: boolean;
}

export interface Moment {
  at: number;
  phase: string;
  concealed: boolean;
}

export interface PageRecord {
  frames: Frame[];
  moments: Moment[];
  /** The keys that reached the application. */
  keys: string[];
  /** `persisted` of each pageshow. */
  shows: boolean[];
  /** How many frames had been drawn when the page was hidden or left. */
  framesBefore: number;
}

declare global {
  var record: PageRecord;
}

/** For `addInitScript`. An ended page stays where it is, concealed, so that it can be asked. */
export function startRecord(): void {
  const record: PageRecord = { frames: [], moments: [], keys: [], shows: [], framesBefore: 0 };
  globalThis.record = record;
  addEventListener('session-end', (event) => {
    event.preventDefault();
  });
  addEventListener('session-state', (event) => {
    const { phase, concealed } = (event as Event & Pick<SessionStateEvent, 'state'>).state;
    record.moments.push({ at: performance.now(), phase, concealed });
  });
  addEventListener('pageshow', ({ persisted }) => record.shows.push(persisted));
  for (const type of ['pagehide', 'visibilitychange'])
    addEventListener(type, () => {
      if (type === 'pagehide' || document.hidden) record.framesBefore = record.frames.length;
    });
  addEventListener('DOMContentLoaded', () => {
    document.addEventListener('keydown', ({ key }) => record.keys.push(key));
    // A method, since the compiler would want help in the page for the name of a function.
    const painter = {
      draw() {
        requestAnimationFrame(() => {
          painter.draw();
        });
        const main = document.querySelector('main');
        record.frames.push({
          at: performance.now(),
          shown: main !== null && getComputedStyle(main).visibility === 'visible',
        });
      },
    };
    painter.draw();
  });
}
