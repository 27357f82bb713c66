/** What is no ping, in ten thousand ways and over real connections: nothing of it extends a session, writes, or breaks. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { serve, type ServerType } from '@hono/node-server';
import fc from 'fast-check';
import type { ActivityStore } from '../../src/server/hono.js';
import { memoryStore } from '../../src/server/stores/memory.js';
import { ANA, FETCH, intranet, ORIGIN } from './intranet.js';

const SEED = 20_261_122;

/** Ana's session, idle for 50 seconds, and whatever is written to it. Mere questions are no writes. */
async function watched() {
  const clock = { now: 1_800_000_000_000 };
  const writes: string[] = [];
  const inner = memoryStore({ now: () => clock.now });
  const store: ActivityStore = {
    ...inner,
    start: (...all) => (writes.push('start'), inner.start(...all)),
    touch: (id, touch) => {
      if (touch.idleMs !== null) writes.push(`touch ${touch.idleMs}`);
      return inner.touch(id, touch);
    },
    end: (...all) => (writes.push('end'), inner.end(...all)),
  };
  const site = intranet({ store, compat: 'django', origins: ['https://app.example'] });
  await site.browse();
  clock.now += 50_000;
  writes.length = 0;
  const idleMs = async () => (await site.ping())['idleMs'];
  return { ...site, writes, idleMs };
}

interface Sent {
  method: string;
  path: string;
  headers: [string, string][];
  body: string | Uint8Array<ArrayBuffer> | null;
}

const POSTED: Sent = {
  method: 'POST',
  path: '/session/ping',
  headers: Object.entries({ ...ANA, ...FETCH, 'Content-Type': 'application/json' }),
  body: '{"v":1,"idleMs":0}',
};
const SIGN_OUT: Sent = {
  method: 'POST',
  path: '/session/sign-out',
  headers: Object.entries({ ...ANA, ...FETCH }),
  body: null,
};
const GOTTEN: Sent = {
  method: 'GET',
  path: '/session/ping?idleFor=0',
  headers: Object.entries({ ...ANA, ...FETCH, 'X-Requested-With': 'XMLHttpRequest' }),
  body: null,
};

const toRequest = ({ method, path, headers, body }: Sent): Request =>
  new Request(ORIGIN + path, { method, headers, body: method === 'GET' || method === 'HEAD' ? null : body });

const without = (headers: [string, string][], pattern: RegExp) => headers.filter(([name]) => !pattern.test(name));

/** Makes no ping of a ping, or no sign-out of a sign-out. */
type Spoil = (sent: Sent) => Sent;

const setHeader =
  (name: string, value: string): Spoil =>
  (sent) => ({ ...sent, headers: [...without(sent.headers, new RegExp(`^${name}$`, 'i')), [name, value]] });

/** As browsers send it that know no Fetch Metadata. */
const fromOrigin =
  (...origins: string[]): Spoil =>
  (sent) => ({
    ...sent,
    headers: [
      ...without(sent.headers, /^Sec-Fetch-/),
      ...origins.map((origin): [string, string] => ['Origin', origin]),
    ],
  });

const visible = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

const foreign: fc.Arbitrary<Spoil> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom('cross-site', 'same-site', 'none', '', 'Same-Origin', 'same-origin, cross-site', '"same-origin"'),
      visible.filter((site) => site.trim() !== 'same-origin'),
    )
    .map((site) => setHeader('Sec-Fetch-Site', site)),
  fc
    .constantFrom(
      ['null'],
      [''],
      ['http://evil.example'],
      ['http://intranet.example.evil.example'],
      ['http://intranet.example@evil.example'],
      ['http://evil.example/http://intranet.example'],
      ['http://evil.example#intranet.example'],
      ['http://evil.example?intranet.example'],
      ['http://evil.example\\@intranet.example'],
      ['http://intranet.example:8080'],
      ['http://intranet.example.'],
      ['http://xn--ntranet-uye.example'],
      ['intranet.example'],
      ['//intranet.example'],
      ['file://'],
      ['http://intranet.example', 'http://evil.example'],
      ['http://evil.example', 'http://intranet.example'],
      ['https://app.example', 'https://app.example'],
      ['https://app.example.evil.example'],
      ['https://APP.example'],
      ['https://app.example/'],
    )
    .map((origins) => fromOrigin(...origins)),
  visible.map((text) => fromOrigin(`http://${text.replaceAll(/[@/\\?#]/g, '')}.evil.example`)),
  fc
    .constantFrom(
      ['X-Forwarded-Host', 'evil.example'],
      ['X-Forwarded-Server', 'evil.example'],
      ['X-Original-Host', 'evil.example'],
      ['Forwarded', 'host=evil.example'],
      ['Host', 'evil.example'],
    )
    .map(
      ([name = '', host = '']): Spoil =>
        (sent) =>
          setHeader(name, host)(fromOrigin('http://evil.example')(sent)),
    ),
);

const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'];

/** Neither as `POST` nor as `GET`, whatever the headers and the query claim. */
const otherMethod: fc.Arbitrary<Spoil> = fc
  .record({
    method: fc.constantFrom('HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'SEARCH', 'PING', 'pOsT'),
    override: fc.constantFrom(...OVERRIDES),
    as: fc.constantFrom('POST', 'GET'),
    query: fc.boolean(),
  })
  .map(({ method, override, as, query }): Spoil => {
    const overridden = setHeader(override, as);
    return (sent) => ({
      ...overridden(sent),
      // The library takes this one for what it means.
      method: method === 'pOsT' ? 'QUERY' : method,
      path: query ? `${sent.path}${sent.path.includes('?') ? '&' : '?'}_method=${as}` : sent.path,
    });
  });

const DIGITS = ['٠', '۵', '߅', '५', '０', '𝟎', '²', '५'];

const withBody =
  (body: Sent['body']): Spoil =>
  (sent) => ({ ...sent, body });

const badBody: fc.Arbitrary<Spoil> = fc.oneof(
  fc
    .constantFrom(
      ...['-1', '-0.5', '0.5', '"0"', 'null', 'true', '[]', '[0]', '{}', '1e999', '-1e-9', '9007199254740993', 'NaN'],
      ...[
        '0x0',
        '00',
        '+0',
        '.0',
        '0.',
        '1_0',
        'Infinity',
        '""',
        '"\\u0000"',
        ...DIGITS,
        ...DIGITS.map((d) => `"${d}"`),
      ],
    )
    .map((value) => withBody(`{"v":1,"idleMs":${value}}`)),
  fc
    .constantFrom(
      ...['', ' ', '0', 'null', '[]', '{}', '""', '{"v":1', '{"v":1,}', "{'v':1}", '{"v":1}{"v":1}', '{"v":"1"}'],
      ...['{"v":1.5}', '{"v":2,"idleMs":0}', '{"idleMs":0}', '{"v":1,"idleMs":0,"x":0}', '{"v":1,"IdleMs":0}'],
      ...['{"v":1,"idleMs":0,"idleMs":-1}', '{"v":1,"idleFor":0}', '{"v":1,"idleMs":0,"owner":""}'],
      ...['{"v":1,"__proto__":{"idleMs":0},"a":1}', '{"v":1,"constructor":0}', '{"v":1,"owner":{"toString":0}}'],
      ...['v=1&idleMs=0', '<ping/>', '{"v":1,"idleMs":0}\0', '\u00a0{"v":1,"idleMs":0}', '{"v":1,"owner":["a"]}'],
    )
    .map(withBody),
  fc.json().map((text) => withBody(`[${text}]`)),
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => withBody(new Uint8Array([0xff, ...bytes]))),
  fc.integer({ min: 1_025, max: 100_000 }).map((size) => withBody('{"v":1,"idleMs":0}'.padEnd(size))),
  fc.integer({ min: 400, max: 5_000 }).map((depth) => withBody('['.repeat(depth))),
);

const badType: fc.Arbitrary<Spoil> = fc
  .oneof(
    fc.constantFrom(
      ...['', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json'],
      ...['application/json5', 'application/jsonp', 'application/problem+json', 'text/plain;application/json', 'json'],
      ...[
        'application/csp-report',
        'application/json, text/plain',
        '"application/json"',
        'text/plain, application/json',
      ],
    ),
    visible.filter((type) => !/^\s*application\/json\s*(;|$)/i.test(type)),
  )
  .map((type) => setHeader('Content-Type', type));

const badQuery: fc.Arbitrary<Spoil> = fc
  .oneof(
    fc.constantFrom('', '?', '?idleFor', '?idleFor=', '?idleFor=0&idleFor=0', '?idleFor=0&a&idle%46or=1', '?idlefor=0'),
    fc.constantFrom('?idleFor[]=0', '?idleFor[0]=0', '?idleFor%00=0', '?idleFor=%', '?idleFor=0%00', '?idleFor=%0A0'),
    fc
      .constantFrom('-1', '+1', '1.0', '1e0', '0x1', ' 1', '1 ', '00000000000', 'NaN', 'null', 'undefined')
      .map((value) => `?idleFor=${encodeURIComponent(value)}`),
    fc.constantFrom(...DIGITS).map((digit) => `?idleFor=${encodeURIComponent(digit)}`),
    fc
      .string({ unit: 'binary' })
      .filter((value) => !/^\d{1,10}$/.test(value))
      .map((value) => `?${new URLSearchParams({ idleFor: value }).toString()}`),
  )
  .map((query): Spoil => (sent) => ({ ...sent, path: `/session/ping${query}` }));

/** Not as a script of the own pages asks. */
const unmarked: Spoil = (sent) => ({ ...sent, headers: without(sent.headers, /^X-Requested-With$/) });

const spoilt: fc.Arbitrary<Sent> = fc
  .oneof(
    fc.record({ sent: fc.constant(POSTED), spoil: fc.oneof(foreign, otherMethod, badBody, badType) }),
    fc.record({ sent: fc.constant(SIGN_OUT), spoil: fc.oneof(foreign, otherMethod) }),
    fc.record({ sent: fc.constant(GOTTEN), spoil: fc.oneof(foreign, otherMethod, badQuery, fc.constant(unmarked)) }),
  )
  .map(({ sent, spoil }) => spoil(sent));

describe('what is no ping', () => {
  it('[S3] is told from what is: each of the three that are spoilt here writes when it is not', async () => {
    for (const sent of [POSTED, GOTTEN, SIGN_OUT]) {
      const { app, writes } = await watched();
      assert.ok((await app.request(toRequest(sent))).ok);
      assert.equal(writes.length, 1);
    }
  });

  it('[S3] neither extends, nor ends, nor writes, nor breaks: ten thousand ways', async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const { app, writes, idleMs, faults } = await watched();
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(spoilt, async (sent) => {
        const { status } = await app.request(toRequest(sent));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // 200 for a question of the compatible kind alone.
        assert.ok([400, 403, 405].includes(status) || (status === 200 && sent.method === 'GET'), String(status));
        assert.deepEqual(writes, []);
      }),
      { numRuns: 10_000, seed: SEED },
    );
    t.diagnostic([...statuses].map(([status, count]) => `${status}: ${count}`).join(', '));
    assert.deepEqual([...statuses.keys()].sort(), [200, 400, 403, 405]);
    assert.equal(await idleMs(), 50_000);
    assert.deepEqual(faults, []);
  });
});

describe('over a real connection, what is no ping', { concurrency: true, timeout: 60_000 }, () => {
  let site: Awaited<ReturnType<typeof watched>>;
  let server: ServerType;
  /** By query: who still writes when the connection closes may never read the answer. */
  const answers = new Map<string, number>();
  before(async () => {
    site = await watched();
    const fetch = async (request: Request): Promise<Response> => {
      const response = await site.app.fetch(request);
      answers.set(new URL(request.url).search, response.status);
      return response;
    };
    server = serve({ fetch, hostname: '127.0.0.1', port: 0 });
    await once(server, 'listening');
  });
  after(() => {
    server.close();
    assert.deepEqual(site.writes, []);
  });

  /** As Chromium sends them, up to the body. */
  const HEAD = [
    'POST /session/ping HTTP/1.1',
    'Host: intranet.example',
    'Cookie: sid=ana.1',
    'Sec-Fetch-Site: same-origin',
    'Content-Type: application/json',
  ];

  /** Writes this, and then whatever `go` does, until the server closes the connection; gives what it said. */
  async function talk(lines: string[], go?: (socket: Socket) => void): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (text) => (said += String(text)));
    // The server may close while we still write.
    socket.on('error', () => undefined);
    socket.write(lines.join('\r\n') + '\r\n\r\n');
    go?.(socket);
    await new Promise((closed) => socket.on('close', closed));
    return said;
  }

  const statusOf = (said: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);

  const repeatedly = (socket: Socket, everyMs: number, write: () => void) => {
    const timer = setInterval(write, everyMs);
    socket.on('close', () => clearInterval(timer));
  };

  it('[S3] as it trickles in for ever is refused in the end, and the connection closed', async () => {
    const said = await talk([...HEAD, 'Transfer-Encoding: chunked'], (socket) =>
      repeatedly(socket, 500, () => socket.write('1\r\n \r\n')),
    );
    assert.equal(statusOf(said), 400);
    assert.match(said, /longer than 10 seconds/);
  });

  it('[S3] as it never comes is refused in the end, and the connection closed', async () => {
    const said = await talk([...HEAD, 'Content-Length: 18']);
    assert.equal(statusOf(said), 400);
    assert.match(said, /longer than 10 seconds/);
  });

  it('[S5] as it trickles in from another origin is refused at once, and the connection closed', async () => {
    const foreign = HEAD.map((line) => line.replace('same-origin', 'same-site'));
    const said = await talk([...foreign, 'Transfer-Encoding: chunked'], (socket) =>
      repeatedly(socket, 500, () => socket.write('1\r\n \r\n')),
    );
    assert.equal(statusOf(said), 403);
  });

  it('[S3] as a flood is refused at once, and no more of it taken than the network holds', async () => {
    const chunk = ' '.repeat(65_536);
    let written = 0;
    const head = [...HEAD, 'Transfer-Encoding: chunked'].map((line) => line.replace('/ping', '/ping?flood'));
    await talk(head, (socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(`10000\r\n${chunk}\r\n`)) written += chunk.length;
      };
      socket.on('drain', pour);
      pour();
    });
    assert.equal(answers.get('?flood'), 400);
    assert.ok(written < 20_000_000, `${written} bytes`);
  });

  it('[S3] as it breaks off is none', async () => {
    await talk([...HEAD, 'Content-Length: 18', '', '{"v":1,"idleMs":0'], (socket) => socket.destroy());
    assert.equal(await site.idleMs(), 50_000);
  });

  const smuggled: [what: string, lines: string[], status: number[]][] = [
    ['[S5] two sites', [...HEAD, 'Sec-Fetch-Site: cross-site'], [400, 403]],
    ['[S5] two sites, the foreign one first', [HEAD[0]!, 'Sec-Fetch-Site: cross-site', ...HEAD.slice(1)], [400, 403]],
    [
      '[S5] two origins',
      [
        ...HEAD.filter((line) => !line.startsWith('Sec-')),
        'Origin: http://intranet.example',
        'Origin: http://evil.example',
      ],
      [400, 403],
    ],
    [
      '[S5] a site in two lines',
      [...HEAD.filter((line) => !line.startsWith('Sec-')), 'Sec-Fetch-Site:', ' same-origin'],
      [400, 403],
    ],
    [
      '[S5] a site whose name has a space',
      [...HEAD.filter((line) => !line.startsWith('Sec-')), 'Sec-Fetch-Site : same-origin'],
      [400],
    ],
    [
      '[S5] a host within the request line, and its origin',
      [
        'POST http://evil.example/session/ping HTTP/1.1',
        ...HEAD.slice(1).filter((line) => !line.startsWith('Sec-')),
        'Origin: http://other.example',
      ],
      [400, 403],
    ],
    ['[S3] two lengths', [...HEAD, 'Content-Length: 18', 'Content-Length: 0'], [400]],
    ['[S3] a length and chunks', [...HEAD, 'Content-Length: 4', 'Transfer-Encoding: chunked'], [400]],
    ['[S3] no host', HEAD.filter((line) => !line.startsWith('Host')), [400]],
    ['[S3] a host that is none', HEAD.map((line) => line.replace('intranet.example', 'a b')), [400]],
    [
      '[S3] a method of its own',
      ['PONG', ...HEAD.slice(1)].map((line) => line.replace('PONG', 'PONG /session/ping HTTP/1.1')),
      [400],
    ],
    ['[S3] the method TRACE', [HEAD[0]!.replace('POST', 'TRACE'), ...HEAD.slice(1)], [400, 405]],
  ];
  for (const [what, lines, statuses] of smuggled) {
    it(`${what}: is refused`, async () => {
      const said = await talk([...lines, 'Connection: close'], (socket) => socket.end('{"v":1,"idleMs":0}'));
      assert.ok(statuses.includes(statusOf(said)), said);
    });
  }
});
