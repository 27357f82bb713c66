/** What `npm run build` leaves in dist. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

// The goal is 12,000. This is where it stands, so that it cannot grow unseen on the way there.
const CDN_LIMIT_BYTES = 21_000;

const root = fileURLToPath(new URL('../../', import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | Record<string, string>>;
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

  // A CDN may serve it at /npm/session-security, where "./other.js" would be somebody else's package.
  it('[P4] the file for a script tag imports nothing', () => {
    const code = readFileSync(join(root, 'dist/cdn/session-security.js'), 'utf8');
    assert.doesNotMatch(code, /\bfrom\s*["']|\bimport\s*["'(]/);
  });
});

function gzipSize(file: string): number {
  return gzipSync(readFileSync(join(root, file)), { level: 9 }).byteLength;
}
