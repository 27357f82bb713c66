import { existsSync } from 'node:fs';
import js from '@eslint/js';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as litA11y } from 'eslint-plugin-lit-a11y';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Suites with a package of their own: without what they test they would be full of unknown types. */
const notInstalled = (folders) => folders.filter((folder) => !existsSync(`${folder}node_modules`));

export default defineConfig(
  // The last needs packages that are not in the main install; its own test has it compiled.
  globalIgnores([
    'dist/',
    'coverage/',
    'test-results/',
    // Types for frameworks that are not in the main install, and the projects that prove them by the tools of each.
    'types/',
    'test/consumers/*/',
    'site/',
    ...notInstalled(['test/sessions/']),
    'test/stores/driver-types.ts',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a sentence needs no ceremony.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return this.send(reply)` leaves a function early, in one line.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // It asks for the `!` that no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    },
  },
  {
    files: ['src/element/**/*.ts', 'src/index.ts'],
    extends: [lit['flat/recommended'], litA11y.recommended, wc['flat/recommended']],
    rules: {
      // In a modal dialog it is the platform's own way to say where the focus goes.
      'lit-a11y/no-autofocus': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // `describe` and `it` of node:test return promises that nobody awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: ['describe', 'it', 'test', 'suite'].map((name) => ({
            from: 'package',
            name,
            package: 'node:test',
          })),
        },
      ],
      // A test asserts that what it looks up is there, and fails where it is not.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // chai's `expect(x).to.be.true`.
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    // semantic-dom-diff declares chai's `equal` to return a promise, which it does for snapshots only.
    files: ['test/element/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    // Plain JavaScript names no types, so that half of the rules would only see `any`.
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['*.mjs', 'bin/**/*.mjs', 'scripts/**/*.mjs', 'test/**/*.mjs', 'test/compat/**/*.js'],
    languageOptions: { globals: globals.node },
  },
  { files: ['bench/**/*.js', 'demo/**/*.js', 'test/lifecycle/**/*.js'], languageOptions: { globals: globals.browser } },
);
