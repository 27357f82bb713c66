/** The end of all sessions of one person, for stores in which each is a step of its own. */
import { EndedInPart } from '../store.js';

export interface Steps {
  /** How many are ended at a time. */
  atOnce: number;
  /** Ends one. `null`: it is no session of that person. */
  end: (session: string) => Promise<boolean | null>;
  /** Takes those that are over from the list of that person's sessions. */
  forget: (sessions: string[]) => Promise<unknown>;
}

/**
 * Those that this call has ended.
 *
 * @throws {EndedInPart} as soon as a step has failed, and those that were under way with it are through.
 */
export async function endEach(sessions: string[], { atOnce, end, forget }: Steps): Promise<string[]> {
  const ended: string[] = [];
  try {
    for (let from = 0; from < sessions.length; from += atOnce) {
      const over: string[] = [];
      const steps = sessions.slice(from, from + atOnce).map(async (session) => {
        const isFirst = await end(session);
        if (isFirst) ended.push(session);
        if (isFirst !== null) over.push(session);
      });
      const failed = (await Promise.allSettled(steps)).find(({ status }) => status === 'rejected');
      if (over.length > 0) await forget(over);
      if (failed) throw (failed as PromiseRejectedResult).reason;
    }
    return ended;
  } catch (cause) {
    throw new EndedInPart(ended, cause);
  }
}
