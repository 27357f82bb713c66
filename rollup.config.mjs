import { readFileSync } from 'node:fs';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

const { dependencies, exports, name, peerDependencies, version } = JSON.parse(readFileSync('package.json', 'utf8'));

// What the package exports is what is built: nothing to keep in step by hand.
const entries = Object.values(exports)
  .map((target) => target.default)
  .filter((file) => file !== undefined)
  .map((file) => file.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));

// Lit's development build is larger and writes to the console.
const plugins = [
  resolve({ exportConditions: ['production'] }),
  esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }),
];

export default [
  {
    // Modules as they are, for bundlers and servers: the application's own Lit and Hono are used.
    input: entries,
    external: Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}(/|$)`)),
    plugins,
    output: { dir: 'dist', format: 'es', preserveModules: true, preserveModulesRoot: 'src', sourcemap: true },
  },
  {
    // One file for a script tag, Lit inside. With `file` instead of `dir`, what is imported dynamically would be inlined.
    input: { [name]: 'src/index.ts' },
    plugins: [
      ...plugins,
      terser({ module: true, ecma: 2022, compress: { passes: 3 }, format: { comments: /^!/ } }),
      litLicense(),
    ],
    output: {
      dir: 'dist/cdn',
      format: 'es',
      sourcemap: true,
      chunkFileNames: '[name].js',
      banner: `/*! ${name} ${version}, MIT. Contains Lit, © Google LLC, BSD-3-Clause: see lit.LICENSE.txt */`,
    },
  },
];

/** Lit's licence asks that its text come with every copy. */
function litLicense() {
  return {
    name: 'lit-license',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'lit.LICENSE.txt', source: readFileSync('node_modules/lit/LICENSE') });
    },
  };
}
