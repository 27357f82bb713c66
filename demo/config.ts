/** What the environment asks of the demo, checked before anything starts. */

export interface Config {
  host: string;
  /** `null`: 3000, or the next port that is free. 0: any. */
  port: number | null;
  /** Seconds, like the attributes of the element and the options of the server half. */
  policy: { warnAfter: number; expireAfter: number; lifetime?: number };
}

/** A mistake in the environment, in words for whoever made it. */
export class ConfigError extends Error {}

export function readConfig(env: Record<string, string | undefined>): Config {
  const warnAfter = seconds(env, 'WARN_AFTER', 30) ?? 30;
  const expireAfter = seconds(env, 'EXPIRE_AFTER', 60) ?? 60;
  const lifetime = seconds(env, 'LIFETIME', 43_200);
  if (warnAfter >= expireAfter) {
    const origin = (name: string) => (given(env, name) === undefined ? ' (the default)' : '');
    throw new ConfigError(
      `WARN_AFTER=${warnAfter}${origin('WARN_AFTER')} is not less than EXPIRE_AFTER=${expireAfter}${origin('EXPIRE_AFTER')}. ` +
        `Set both, the warning first: WARN_AFTER=30 EXPIRE_AFTER=60.`,
    );
  }
  return {
    host: given(env, 'HOST') ?? '127.0.0.1',
    port: port(env),
    policy: { warnAfter, expireAfter, ...(lifetime !== undefined && { lifetime }) },
  };
}

function seconds(env: Record<string, string | undefined>, name: string, example: number): number | undefined {
  const text = given(env, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  // A day and a bit: more is most likely somebody's milliseconds.
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 100_000) return value;
  throw new ConfigError(
    `${name}="${text}" is not a number of seconds above 0 and up to 100000. Set ${name}=${example}, say, or unset it.`,
  );
}

function port(env: Record<string, string | undefined>): number | null {
  const text = given(env, 'PORT');
  if (text === undefined) return null;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new ConfigError(
    `PORT="${text}" is not a port from 0 to 65535. Set PORT=3000, say, or unset it to get the next one that is free.`,
  );
}

/** An empty variable is one that somebody cleared. */
function given(env: Record<string, string | undefined>, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}
