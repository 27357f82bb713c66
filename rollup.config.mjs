import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';
import esbuild from 'rollup-plugin-esbuild';

const { dependencies, exports, name, peerDependencies, version } = JSON.parse(readFileSync('package.json', 'utf8'));

// What the package exports is what is built: nothing to keep in step by hand. Entries for frameworks add types alone.
const targets = Object.values(exports).map((target) => target.default);
const entries = [...new Set(targets)]
  .filter((file) => file !== undefined)
  .map((file) => file.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));

const languages = readdirSync('src/element/locales').map((file) => file.replace(/\.ts$/, ''));

// Lit's development build is larger and writes to the console.
const plugins = (define = {}) => [
  resolve({ exportConditions: ['production'] }),
  esbuild({ target: 'es2022', tsconfig: 'tsconfig.json', define }),
];

export default [
  {
    // Modules as they are, for bundlers and servers: the application's own Lit and Hono are used.
    input: entries,
    external: Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}(/|$)`)),
    plugins: plugins(),
    output: { dir: 'dist', format: 'es', preserveModules: true, preserveModulesRoot: 'src', sourcemap: true },
  },
  {
    // One file for a script tag, Lit inside. With `file` instead of `dir`, what is imported dynamically would be inlined.
    input: { [name]: 'src/index.ts' },
    plugins: [
      fetchedLanguages(),
      ...plugins({ VERSION: JSON.stringify(version), LANGUAGES: JSON.stringify(languages.join(' ')) }),
      squeezeTemplates(),
      terser({
        module: true,
        ecma: 2022,
        compress: {
          passes: 3,
          inline: 1,
          pure_getters: true,
          unsafe_arrows: true,
          lhs_constants: false,
          keep_fargs: false,
        },
        mangle: { properties: { regex: internalNames() } },
        format: { comments: /^!/ },
      }),
      litLicense(),
      integrityHashes(),
    ],
    output: {
      dir: 'dist/cdn',
      format: 'es',
      sourcemap: true,
      chunkFileNames: '[name].js',
      banner: `/*! ${name} ${version}, MIT; Lit: © Google LLC, BSD-3-Clause, see lit.LICENSE.txt */`,
    },
  },
  {
    // A script of its own, for the pages in frames.
    input: 'src/frame-script.ts',
    plugins: [...plugins(), terser({ module: true, ecma: 2022, format: { comments: /^!/ } })],
    output: { file: 'dist/cdn/frame.js', format: 'iife', sourcemap: true, banner: `/*! ${name} ${version}, MIT */` },
  },
  {
    // For developers, beside either.
    input: 'src/debug.ts',
    plugins: [...plugins(), terser({ module: true, ecma: 2022, format: { comments: /^!/ } })],
    output: { file: 'dist/cdn/debug.js', format: 'iife', sourcemap: true, banner: `/*! ${name} ${version}, MIT */` },
  },
];

/**
 * Takes comments and white space out of CSS and HTML, which no minifier of JavaScript touches, and the check of values
 * out of Lit's `css`, since ours has none: what is left is its `unsafeCSS`. The code keeps its lines, for the source map.
 */
function squeezeTemplates() {
  const squeezeCss = (template) =>
    template
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/([:;,{}`]) /g, '$1')
      .replace(/;? ?([{}!`])/g, '$1')
      .replace(/='(\w+)'\]/g, '=$1]')
      .replace(/\b0\./g, '.');
  const linesOf = (template) => template.replace(/[^\n]/g, '');
  return {
    name: 'squeeze-templates',
    transform(code, id) {
      if (id.includes('node_modules')) return null;
      const squeezed = code
        .replace('import { css', 'import { unsafeCSS')
        .replace(/\bcss(`[^`]*`)/g, (_, template) => `unsafeCSS(${squeezeCss(template)})${linesOf(template)}`)
        .replace(/^ +/gm, '');
      return { code: squeezed, map: null };
    },
  };
}

/** Properties nobody outside sees: what the machine alone names, and what Lit marks as its own. */
function internalNames() {
  const read = (file) => readFileSync(`src/${file}.ts`, 'utf8');
  const seen = [
    'policy',
    'protocol',
    'element/events',
    'element/faults',
    'element/messages',
    'element/session-security',
  ];
  const known = new Set(seen.flatMap((file) => read(file).match(/\w+/g)));
  const named = [
    ...['machine', 'state', 'schedule']
      .map((file) => read(`element/${file}`))
      .join('')
      .matchAll(/\b(\w+)\??: /g),
  ].map(([, name]) => name);
  const own = new Set(named.filter((name) => !known.has(name)));
  return new RegExp(`^(?:_\\$.*|${[...own].join('|')})$`);
}

/** The one file has no neighbours that it could import: its languages are JSON, fetched from where it came from. */
function fetchedLanguages() {
  return {
    name: 'fetched-languages',
    resolveId(source) {
      return source === './loader.js' ? join(import.meta.dirname, 'src/element/loader-cdn.ts') : null;
    },
    async generateBundle() {
      for (const language of languages) {
        const source = readFileSync(`src/element/locales/${language}.ts`, 'utf8');
        const { code } = await transform(source, { loader: 'ts', format: 'esm' });
        const { default: messages } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
        this.emitFile({ type: 'asset', fileName: `locales/${language}.json`, source: JSON.stringify(messages) });
      }
    },
  };
}

/** Lit's licence asks that its text come with every copy. */
function litLicense() {
  return {
    name: 'lit-license',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'lit.LICENSE.txt', source: readFileSync('node_modules/lit/LICENSE') });
    },
  };
}

/** What `integrity` says of the file in a script tag (W3C Subresource Integrity), for who takes it from a CDN. */
function integrityHashes() {
  return {
    name: 'integrity-hashes',
    writeBundle({ dir }, bundle) {
      const scripts = Object.values(bundle).filter(({ type }) => type === 'chunk');
      const hashOf = ({ fileName }) =>
        createHash('sha384')
          .update(readFileSync(join(dir, fileName)))
          .digest('base64');
      const hashes = scripts.map((script) => [script.fileName, `sha384-${hashOf(script)}`]);
      writeFileSync(join(dir, 'integrity.json'), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
    },
  };
}
