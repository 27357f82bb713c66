/** Node's own server, and a client that sends what it is told: Node's fetch sends Fetch Metadata of its own making. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

/** @param before What runs before the application, such as Express; by default nothing. */
export async function listen(
  app: { fetch: unknown },
  before: (listener: RequestListener) => RequestListener = (listener) => listener,
) {
  const listener = getRequestListener(app.fetch as never, { overrideGlobalObjects: false });
  const server = createServer(before((request, response) => void listener(request, response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetch: overHttp,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function overHttp(request: Request): Promise<Response> {
  const outgoing = httpRequest(request.url, { method: request.method, headers: Object.fromEntries(request.headers) });
  outgoing.end(new Uint8Array(await request.arrayBuffer()));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const status = incoming.statusCode ?? 0;
  return new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers });
}
