import { cli } from '@custom-elements-manifest/analyzer/cli.js';

const SOURCES = ['src/index.ts', 'src/element/session-security.ts', 'src/element/events.ts'];

/**
 * The custom elements manifest of what is published: paths as in the package, not as in the repository, and nothing
 * that an application must not touch.
 *
 * @param {string} root
 */
export async function createManifest(root) {
  const argv = ['analyze', '--litelement', '--quiet', ...SOURCES.flatMap((source) => ['--globs', source])];
  const manifest = await cli({ argv, cwd: root, noWrite: true });
  for (const { declarations } of manifest.modules) {
    for (const declaration of declarations) {
      if (declaration.members) declaration.members = declaration.members.filter(isPublic);
      if (declaration.events) declaration.events = declaration.events.filter(isDocumented);
    }
  }
  return JSON.parse(JSON.stringify(manifest), (key, value) =>
    key === 'path' || key === 'module' ? published(value) : value,
  );
}

/** @param {{ privacy?: string }} member */
function isPublic({ privacy = 'public' }) {
  return privacy === 'public';
}

/**
 * The analyzer takes the first argument of any event's constructor for the event's name; `@fires` knows better.
 *
 * @param {{ description?: string }} event
 */
function isDocumented({ description }) {
  return description !== undefined;
}

/** @param {string} source */
function published(source) {
  // A type that is only handed on is named as it is imported there.
  return source
    .replace(/^\.\//, 'dist/element/')
    .replace(/^\/?src\//, 'dist/')
    .replace(/\.ts$/, '.js');
}
