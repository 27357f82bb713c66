/** Starts the demo: `npm start`. */
import { createAdaptorServer } from '@hono/node-server';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import { type Config, ConfigError, readConfig } from './config.js';

const FIRST_PORT = 3000;
const LAST_PORT = 3099;

try {
  if (!existsSync(new URL('../dist/cdn/session-security.js', import.meta.url))) {
    throw new ConfigError(
      'dist/cdn/session-security.js is missing: the element is not built. Run `npm run build`, or `npm start`, which does.',
    );
  }
  const config = readConfig(process.env);
  const server = createAdaptorServer({ fetch: createApp(config).fetch });
  const { address, port, family } = await listen(server, config);
  const host = family === 'IPv6' ? `[${address}]` : address;
  console.log(
    `session-security demo: http://${host}:${port}  (sign in as ana, password "heron", or ben, password "otter")`,
  );

  const stop = () => {
    server.close();
    // Browsers hold their connections open; waiting for them would keep the port for minutes.
    if ('closeAllConnections' in server) server.closeAllConnections();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function listen(server: ReturnType<typeof createAdaptorServer>, { host, port }: Config): Promise<AddressInfo> {
  for (let candidate = port ?? FIRST_PORT; ; candidate++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(candidate, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return server.address() as AddressInfo;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && port === null && candidate < LAST_PORT) continue;
      throw new ConfigError(explain(code, message));
    }
  }

  function explain(code: string | undefined, message: string): string {
    if (code === 'EADDRINUSE' && port === null)
      return `Every port from ${FIRST_PORT} to ${LAST_PORT} is taken. Set PORT to one that is free.`;
    if (code === 'EADDRINUSE')
      return `PORT=${port} is taken. Set another, or unset PORT to get the next one that is free.`;
    if (code === 'EACCES') return `PORT=${port} needs more rights than this process has. Set one above 1023.`;
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      return `HOST="${host}" is no address of this machine. Set HOST=127.0.0.1, or unset it.`;
    return `Cannot listen on ${host}: ${message}`;
  }
}
