/** What runs on the way to a release. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const folder = join(import.meta.dirname, '../../.github/workflows');
const workflows = readdirSync(folder);

describe('the workflows', () => {
  for (const file of workflows) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');

    it(`${file} takes each action by a commit, and says which version that is`, () => {
      const actions = lines.filter((line) => /\buses:/.test(line));
      assert.ok(actions.length > 0);
      assert.deepEqual(
        actions.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
        [],
      );
    });

    it(`${file} may write nothing in the repository`, () => {
      assert.ok(lines.includes('permissions:'));
      assert.deepEqual(
        lines.filter((line) => /: write(-all)?\s*$/.test(line) && !line.includes('id-token')),
        [],
      );
    });
  }

  it('publish with provenance', () => {
    assert.match(readFileSync(join(folder, 'release.yml'), 'utf8'), /npm publish --provenance/);
  });
});
