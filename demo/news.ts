/** What changes while nobody does anything: by a background poll, or in a stream. */
import { setTimeout as pause } from 'node:timers/promises';

const NEWS = [
  'The loading bay is closed on Thursday morning.',
  'Room Birch has a new whiteboard.',
  'Please return borrowed chargers to the workshop.',
  'The lift is being serviced until four o’clock.',
  'The canteen opens half an hour later this week.',
] as const;

const STREAM_MS = 5_000;

export const headline = (): string => NEWS[Math.floor(Date.now() / 15_000) % NEWS.length] ?? NEWS[0];

/** The headline every few seconds, until the signal aborts. */
export async function* headlines(signal: AbortSignal): AsyncGenerator<string> {
  while (!signal.aborted) {
    yield headline();
    await pause(STREAM_MS, undefined, { signal }).catch(() => undefined);
  }
}
