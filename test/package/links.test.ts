/** The documentation leads where it says: to files of the repository, and to headings in them. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].concat(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

describe('the links of the documentation', () => {
  for (const page of pages) {
    it(`${page} leads to what is there`, () => {
      const links = [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, link]) => link!);
      const local = links.filter((link) => !/^https?:/.test(link));
      assert.deepEqual(
        local.filter((link) => !leads(page, link)),
        [],
      );
    });
  }
});

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || headings(file).includes(anchor);
}

/** As GitHub names them. */
function headings(file: string): string[] {
  return [...prose(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Without what stands in blocks of code. */
function prose(file: string): string {
  return readFileSync(join(root, file), 'utf8').replace(/^```[^]*?^```$/gm, '');
}
