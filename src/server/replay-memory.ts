/** Which tokens have been taken: in the memory of one process, or wherever several can look. */

export interface ReplayMemory {
  /** `id` is a SHA-256, in 64 hexadecimal digits. */
  has(id: string): Promise<boolean>;
  /** Remembers it for at least that long. */
  add(id: string, keepMs: number): Promise<void>;
}

export interface ReplayMemoryOptions {
  /**
   * How many tokens are remembered: 10 000 by default. Beyond it the oldest go, since to refuse a sign-out would be worse
   * than to repeat one.
   */
  maxTokens?: number;
  /** The clock: milliseconds since 1970. */
  now?: () => number;
}

export function replayMemory({ maxTokens = 10_000, now = Date.now }: ReplayMemoryOptions = {}): ReplayMemory {
  const until = new Map<string, number>();
  return {
    has: (id) => Promise.resolve((until.get(id) ?? -Infinity) > now()),
    add: (id, keepMs) => {
      until.set(id, now() + keepMs);
      for (const [oldest, dropAt] of until) {
        if (dropAt > now() && until.size <= maxTokens) break;
        until.delete(oldest);
      }
      return Promise.resolve();
    },
  };
}
