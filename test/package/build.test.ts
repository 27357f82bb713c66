/** What `npm run build` leaves in dist. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// The goal is 12,000. This is where it stands, so that it cannot grow unseen on the way there.
const CDN_LIMIT_BYTES = 21_750;

/**
 * What an application has to load for each entry, in gzip, without its own Lit, Hono or session library: a tenth above
 * where it stands. Raise one only for what its users get for it.
 */
const LIMITS_BYTES: Record<string, number> = {
  '.': 18_500,
  './element': 18_500,
  './frame': 1_300,
  './debug': 2_200,
  './hono': 10_800,
  './stores/memory': 2_300,
  './stores/redis': 3_200,
  './stores/postgres': 2_800,
  './stores/sqlite': 2_100,
  './stores/durable-object': 2_800,
  './sessions/better-auth': 1_400,
  './sessions/express-session': 1_400,
  './sessions/hono-session': 1_700,
  './sessions/hono-sessions': 1_000,
  './sessions/jwt': 1_300,
  './oidc-logout': 2_900,
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};
const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });

describe('the build', () => {
  for (const [entry, targets] of Object.entries(exports)) {
    it(`[P4] "${entry}" leads to files that exist`, () => {
      const files = typeof targets === 'string' ? [targets] : Object.values(targets);
      assert.deepEqual(
        files.filter((file) => !existsSync(join(root, file))),
        [],
      );
    });
  }

  it('[P4] source maps carry their sources, as src is not published', () => {
    const maps = built.filter((file) => file.endsWith('.map'));
    assert.ok(maps.length > 0);
    for (const file of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(root, 'dist', file), 'utf8')) as {
        sources: string[];
        sourcesContent?: (string | null)[];
      };
      assert.equal(sourcesContent?.filter((content) => content !== null).length, sources.length, file);
    }
  });

  it(`[P4] the file for a script tag is no more than ${CDN_LIMIT_BYTES} bytes in gzip, Lit included`, (t) => {
    const size = gzipSize('dist/cdn/session-security.js');
    t.diagnostic(`dist/cdn/session-security.js: ${size} bytes in gzip`);
    assert.ok(size <= CDN_LIMIT_BYTES, `${size} bytes`);
  });

  it('[P5] the file for a script tag has no explanations in it: they are for who asks for them', () => {
    const said = /nobody was active for as long as expire-after/;
    assert.doesNotMatch(readFileSync(join(root, 'dist/cdn/session-security.js'), 'utf8'), said);
    assert.match(readFileSync(join(root, 'dist/cdn/debug.js'), 'utf8'), said);
  });

  for (const [entry, targets] of Object.entries(exports)) {
    // Those of the frameworks lead to the same file as the first.
    if (typeof targets === 'string' || targets['types']?.startsWith('./types/')) continue;
    it(`[P4] "${entry}" costs an application no more than its limit`, async (t) => {
      const limit = LIMITS_BYTES[entry];
      assert.ok(limit !== undefined, `name a limit for "${entry}"`);
      const size = await bundledSize(targets['default']!);
      t.diagnostic(`${entry}: ${size} of ${limit} bytes in gzip`);
      assert.ok(size <= limit, `${size} bytes, and the limit is ${limit}`);
    });
  }

  // A CDN may serve it at /npm/session-security, where "./other.js" would be somebody else's package.
  it('[P4] the file for a script tag imports nothing', () => {
    const code = readFileSync(join(root, 'dist/cdn/session-security.js'), 'utf8');
    assert.doesNotMatch(code, /\bfrom\s*["']|\bimport\s*["'(]/);
  });
});

function gzipSize(file: string): number {
  return gzipSync(readFileSync(join(root, file)), { level: 9 }).byteLength;
}

/** The languages, which are loaded when used, are files of their own. */
async function bundledSize(file: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, file)],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: join(root, 'dist'),
    external: Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => [name, `${name}/*`]),
    write: false,
  });
  const entry = outputFiles.find(({ path }) => basename(path) === basename(file));
  return gzipSync(entry!.contents, { level: 9 }).byteLength;
}
