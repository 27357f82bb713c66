/** docs/scale.md against the script that its numbers come from. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

const root = join(import.meta.dirname, '../..');

/** The rows of all tables, without the spaces that line them up. */
const rows = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^[| -]+$/.test(line))
    .map((line) => line.replace(/\s+/g, ' ').trim());

it('docs/scale.md says what `npm run scale` says: put its tables there where they differ', () => {
  const printed = rows(
    execFileSync(process.execPath, ['--import', 'tsx', 'bench/scale.ts'], { cwd: root, encoding: 'utf8' }),
  );
  const written = new Set(rows(readFileSync(join(root, 'docs/scale.md'), 'utf8')));
  assert.ok(printed.length > 15);
  assert.deepEqual(
    printed.filter((row) => !written.has(row)),
    [],
  );
});
