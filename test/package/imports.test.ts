/** Who may import whom. A file without a rule fails, so that whoever adds one decides where it belongs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What a module may import: modules of src by their path, packages by their name. */
interface Rule {
  imports: string[];
  /** As `import type` only. */
  types?: string[];
}

/** They watch the page or act on it, know nothing of each other, and are put together by the controller alone. */
const BROWSER_FILES = ['lifecycle', 'tabs', 'ping', 'form-guard'].map((name) => `element/${name}`);

const RULES: Record<string, Rule> = {
  index: { imports: ['element/session-security'] },
  policy: { imports: [] },
  protocol: { imports: ['policy'] },

  'element/state': { imports: ['policy'] },
  'element/schedule': { imports: ['policy', 'element/state'] },
  'element/machine': { imports: ['policy', 'element/state', 'element/schedule'], types: ['protocol'] },
  'element/snapshot': { imports: ['element/state'], types: ['element/events'] },
  ...Object.fromEntries(BROWSER_FILES.map((file) => [file, { imports: ['protocol'] }])),
  'element/windows': { imports: [] },
  'element/activity': { imports: ['element/windows'] },
  'element/media': { imports: ['element/windows'] },
  'element/frame-report': { imports: [] },
  'element/frame': { imports: ['element/activity', 'element/frame-report'] },
  'element/explain': { imports: [], types: ['element/events'] },
  debug: { imports: ['element/explain'], types: ['element/events', 'element/session-security'] },
  'frame-script': { imports: ['element/frame'] },
  'element/scripted-submit': { imports: [] },
  'element/form-guard': { imports: ['element/scripted-submit'] },
  'element/departure': { imports: ['element/scripted-submit'] },
  'element/faults': { imports: [] },
  'element/settings': {
    imports: ['policy', 'element/frame-report'],
    types: ['element/departure', 'element/faults', 'element/ping'],
  },
  'element/events': { imports: [], types: ['policy'] },
  'element/messages': { imports: [] },
  'element/loop': { imports: [] },
  'element/notice': { imports: ['element/messages'], types: ['element/events'] },
  'element/locales/*': { imports: [], types: ['element/messages'] },
  'element/loader': {
    imports: readdirSync(new URL('../../src/element/locales/', import.meta.url)).map(
      (file) => `element/locales/${file.replace(/\.ts$/, '')}`,
    ),
    types: ['element/messages'],
  },
  'element/cdn': { imports: [] },
  'element/loader-cdn': { imports: ['element/cdn', 'element/messages'] },
  'element/languages': { imports: ['element/loader', 'element/messages'] },
  'element/modal': { imports: ['element/windows'] },
  'element/dialog': { imports: ['lit', 'element/messages'], types: ['element/events'] },
  'element/curtain': { imports: ['lit', 'element/windows'] },
  'element/controller': {
    imports: ['activity', 'departure', 'frame-report', 'loop', 'machine', 'media', 'snapshot', 'state']
      .map((name) => `element/${name}`)
      .concat(BROWSER_FILES, 'protocol'),
    types: ['policy', 'element/events', 'element/settings', 'lit'],
  },
  'element/session-security': {
    imports: [
      'controller',
      'curtain',
      'departure',
      'dialog',
      'events',
      'faults',
      'languages',
      'messages',
      'modal',
      'notice',
      'settings',
      'snapshot',
    ]
      .map((name) => `element/${name}`)
      .concat('lit'),
    types: ['policy'],
  },

  'server/error': { imports: [] },
  'server/store': { imports: ['policy'] },
  'server/session': { imports: ['policy', 'server/store'] },
  'server/owner': { imports: [], types: ['server/session'] },
  'server/origin': { imports: [], types: ['hono'] },
  'server/refusal': { imports: ['server/origin'], types: ['policy', 'hono'] },
  'server/adapter': { imports: [], types: ['server/session', 'hono'] },
  'server/hooks': { imports: ['server/digest'], types: ['server/session', 'hono'] },
  'server/watch': { imports: [], types: ['server/session', 'hono'] },
  'server/options': {
    imports: ['policy', 'server/error', 'server/hooks'],
    types: ['server/adapter', 'server/session', 'server/store', 'hono'],
  },
  'server/guard': {
    imports: ['error', 'hooks', 'options', 'owner', 'session', 'store', 'stores/memory', 'watch']
      .map((name) => `server/${name}`)
      .concat('policy'),
    types: ['hono'],
  },
  'server/body': { imports: [], types: ['hono'] },
  'server/compat': {
    imports: ['server/origin', 'server/refusal', 'server/store'],
    types: ['server/guard', 'hono'],
  },
  'server/routes': {
    imports: ['body', 'compat', 'origin', 'refusal', 'store']
      .map((name) => `server/${name}`)
      .concat('policy', 'protocol', 'hono'),
    types: ['server/guard'],
  },
  'server/gate': {
    imports: ['server/origin', 'server/refusal', 'server/routes', 'server/store', 'server/watch', 'hono'],
    types: ['server/guard', 'server/options', 'server/session'],
  },
  'server/hono': {
    imports: ['error', 'gate', 'guard', 'options', 'refusal', 'routes', 'store']
      .map((name) => `server/${name}`)
      .concat('hono'),
    types: ['server/adapter', 'server/hooks', 'server/session'],
  },
  'server/digest': { imports: [] },
  'server/logout-token': { imports: ['jose'] },
  'server/replay-memory': { imports: [] },
  'server/oidc-logout': {
    imports: ['body', 'digest', 'error', 'logout-token', 'replay-memory']
      .map((name) => `server/${name}`)
      .concat('jose'),
    types: ['hono'],
  },
  // What drives a store is handed to it by the application.
  'server/sessions/cookie-jar': { imports: [], types: ['hono'] },
  'server/stores/*': {
    imports: ['store', 'error', 'digest', 'stores/end-each', 'stores/record']
      .map((name) => `server/${name}`)
      .concat('policy'),
  },
  'server/sessions/hono-session': {
    imports: ['server/error', 'server/sessions/cookie-jar', 'hono', '@hono/session'],
    types: ['server/adapter', 'server/session'],
  },
  // The other libraries are known by their shape alone, and need not be there.
  'server/sessions/*': {
    imports: ['server/error', 'server/sessions/cookie-jar', 'hono'],
    types: ['server/adapter', 'server/session'],
  },
};

interface Import {
  /** A module of src (`server/store`), a package (`lit`), or a module of Node (`node:fs`). */
  target: string;
  typeOnly: boolean;
}

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

const modules = new Map(
  readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll('\\', '/').replace(/\.ts$/, ''))
    .map((module) => [module, importsOf(module)]),
);

describe('imports', () => {
  for (const [module, imports] of modules) {
    it(`[P4] ${module} imports only what its rule allows`, () => {
      const rule = RULES[module] ?? RULES[`${dirname(module)}/*`];
      assert.ok(rule, `name a rule for src/${module}.ts here, and in the design`);
      const allowed = ({ target, typeOnly }: Import): boolean =>
        rule.imports.includes(target) || (typeOnly && (rule.types?.includes(target) ?? false));
      assert.deepEqual(
        imports.filter((found) => !allowed(found)),
        [],
      );
    });
  }

  it('[P4] the element never reaches the server half', () => {
    assert.deepEqual(
      [...reachable('index')].filter((target) => target.startsWith('server/')),
      [],
    );
  });

  it('[P4] the server half never reaches the element', () => {
    const server = [...modules.keys()].filter((module) => module.startsWith('server/'));
    const reached = server.flatMap((module) => [...reachable(module)]);
    assert.deepEqual(
      reached.filter((target) => target.startsWith('element/') || target === 'index'),
      [],
    );
  });

  it('[S13] no built-in module of Node is reachable from the Hono entry', () => {
    assert.deepEqual(
      [...reachable('server/hono')].filter((target) => isBuiltin(target)),
      [],
    );
  });

  for (const entry of ['stores/', 'sessions/', 'oidc-logout']) {
    it(`[S13] no built-in module of Node is reachable from ${entry}`, () => {
      const entries = [...modules.keys()].filter((module) => module.startsWith(`server/${entry}`));
      assert.notEqual(entries.length, 0);
      assert.deepEqual(
        entries.flatMap((module) => [...reachable(module)]).filter((target) => isBuiltin(target)),
        [],
      );
    });
  }

  it('[P4] at run time nothing is needed but Lit and Hono, and by an adapter or the logout its library', () => {
    const optional = /^server\/(?:sessions\/|oidc-logout$|logout-token$)/;
    const needed = [...modules]
      .filter(([module]) => !optional.test(module))
      .flatMap(([, imports]) => imports.filter(({ typeOnly }) => !typeOnly));
    const known = new Set([...modules.keys(), 'lit', 'hono']);
    assert.deepEqual(
      needed.filter(({ target }) => !known.has(target)),
      [],
    );
    assert.ok(!reachable('server/hono').has('jose'));
  });
});

/** Everything that is imported by the module, or by what it imports, types included. */
function reachable(module: string, seen = new Set<string>()): Set<string> {
  for (const { target } of modules.get(module) ?? []) {
    if (seen.has(target)) continue;
    seen.add(target);
    reachable(target, seen);
  }
  return seen;
}

function importsOf(module: string): Import[] {
  const path = join(SOURCE, `${module}.ts`);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    // A computed `import()` names nothing that a rule could allow.
    const name = specifier && ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)';
    found.push({ target: resolve(module, name), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyImport(node));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, isTypeOnlyExport(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnlyImport({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  return (
    !name && !!namedBindings && ts.isNamedImports(namedBindings) && namedBindings.elements.every((e) => e.isTypeOnly)
  );
}

function isTypeOnlyExport({ isTypeOnly, exportClause }: ts.ExportDeclaration): boolean {
  return (
    isTypeOnly ||
    (!!exportClause && ts.isNamedExports(exportClause) && exportClause.elements.every((e) => e.isTypeOnly))
  );
}

/** `../store.js` in server/stores/memory is `server/store`; `hono/factory` is `hono`, `@hono/session/x` `@hono/session`. */
function resolve(module: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(module), specifier).replaceAll('\\', '/').replace(/\.js$/, '');
  if (isBuiltin(specifier)) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
