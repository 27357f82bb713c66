// @ts-check
/** Makes one program of the tests named: it starts in no time, and mutation testing starts it a thousand times. */
import process from 'node:process';
import { build } from 'esbuild';

await build({
  stdin: {
    contents: process.argv
      .slice(2)
      .map((file) => `import "./${file}";`)
      .join(''),
    resolveDir: process.cwd(),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  // The package says of its files that they may be left out.
  ignoreAnnotations: true,
  outfile: 'mutated.test.mjs',
});
