/**
 * The other tabs of one application in one browser: what they tell each other, and whose turn it is to ask the server.
 * Everything works without them, by the server alone.
 */
import { parseTabMessage, serializeTabMessage, type TabMessage } from '../protocol.js';

export interface Tabs {
  /** Whether there is a way to reach other tabs at all. */
  readonly areHeard: boolean;
  tell(message: TabMessage, tag: number | null): void;
  /** Calls back once no other tab is about to ask. */
  claim(granted: () => void): void;
  /** Gives the turn away, or gives up waiting for it. */
  release(): void;
}

/** How long a tab waits where there are no locks, at most: by chance not as long as another. */
const SPREAD_MS = 1_000;

/** How long a message may take from tab to tab. */
const DELIVERY_MS = 200;

/** `name` tells applications of one origin apart. Listens until `signal` aborts. */
export function joinTabs(
  name: string,
  listener: (message: TabMessage, tag: number | null) => void,
  signal: AbortSignal,
): Tabs {
  let channel: BroadcastChannel | null = null;
  let turn: AbortController | null = null;
  let isTurn = false;
  let giving: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    channel = openChannel(name);
    channel?.addEventListener('message', ({ data }) => {
      const parsed = parseTabMessage(data);
      if (parsed) listener(parsed.message, parsed.tag);
    });
  }
  // An open channel keeps a page out of the back/forward cache, and so does a lock.
  function close(): void {
    clearTimeout(giving);
    turn?.abort();
    channel?.close();
    channel = null;
  }

  open();
  window.addEventListener('pagehide', close, { signal });
  window.addEventListener('pageshow', () => channel ?? open(), { signal });
  signal.addEventListener('abort', close);

  return {
    get areHeard() {
      return channel !== null;
    },
    tell(message, tag) {
      channel?.postMessage(serializeTabMessage(message, tag));
    },
    claim(granted) {
      turn?.abort();
      turn = new AbortController();
      isTurn = false;
      const begin = (): void => {
        isTurn = true;
        granted();
      };
      void waitForTurn(name, begin, turn.signal);
    },
    release() {
      const ended = turn;
      clearTimeout(giving);
      // In the background a timer may be a minute late.
      if (!isTurn) return ended?.abort();
      // What this tab has just told must have reached the next one before its turn comes.
      giving = setTimeout(() => ended?.abort(), DELIVERY_MS);
    },
  };
}

/** `null` where the browser has none, or keeps it from this page. */
function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

/** The turn lasts until `signal` aborts. A tab that crashes loses it at once. */
async function waitForTurn(name: string, granted: () => void, signal: AbortSignal): Promise<void> {
  const over = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  try {
    await navigator.locks.request(name, { signal }, () => {
      granted();
      return over;
    });
  } catch {
    // Given up meanwhile; or there are no locks here, as on plain http.
    if (signal.aborted) return;
    const timer = setTimeout(granted, Math.random() * SPREAD_MS);
    await over;
    clearTimeout(timer);
  }
}
