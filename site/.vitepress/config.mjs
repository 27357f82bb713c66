/** The documentation as a site: the pages of docs/, as they are. Nothing of it is fetched from elsewhere. */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../../docs');
const PAGES = join(import.meta.dirname, '../pages');

// A page's packages are looked for from where it lies.
rmSync(PAGES, { recursive: true, force: true });
cpSync(DOCS, PAGES, { recursive: true });

/** By what leads a reader through; a page that is not named here comes last. */
const GROUPS = {
  'Getting started': ['quick-start', 'guide', 'faq', 'reference'],
  'What it does': ['how-it-works', 'activity', 'languages'],
  'On the server': ['sessions', 'stores', 'runtimes', 'deployment', 'scale', 'audit', 'oidc', 'protocol', 'django'],
  Assurance: ['threats', 'compliance', 'accessibility', 'comparison', 'testing', 'simulation'],
};

const named = Object.values(GROUPS).flat();
const pages = readdirSync(DOCS).filter((name) => name.endsWith('.md') && name !== 'index.md');
const others = pages.map((name) => name.replace(/\.md$/, '')).filter((name) => !named.includes(name));

/** @type {import('vitepress').UserConfig} */
export default {
  title: 'session-security',
  description: 'Signs out an unattended browser, and never a person at work.',
  lang: 'en',
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './.vitepress/cache',
  cleanUrls: false,
  // Files of the repository are no pages; test/package/links.test.ts sees that they are there.
  ignoreDeadLinks: [/^(\.\/)?\.\.\//],
  markdown: { config: namesFilesOfTheRepository },
  themeConfig: {
    nav: [{ text: 'Quick start', link: '/quick-start' }],
    sidebar: [...Object.entries(GROUPS), ...(others.length > 0 ? [['More', others]] : [])].map(([text, names]) => ({
      text,
      items: names.map((name) => ({ text: titleOf(name), link: `/${name}` })),
    })),
    search: { provider: 'local' },
    outline: { level: [2, 3] },
  },
};

function titleOf(name) {
  const words = name.replaceAll('-', ' ').replace('oidc', 'OpenID Connect');
  return words[0].toUpperCase() + words.slice(1);
}

/** On the site, a link out of docs/ would lead nowhere: its words stay, and its path is told on hovering. */
function namesFilesOfTheRepository(md) {
  md.core.ruler.push('files-of-the-repository', ({ tokens }) => {
    for (const { children } of tokens) {
      let outside = false;
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null;
        if (href?.startsWith('../')) {
          outside = true;
          token.tag = 'span';
          token.attrs = [['title', href.replace('../', '')]];
        } else if (token.type === 'link_close' && outside) {
          outside = false;
          token.tag = 'span';
        }
      }
    }
  });
}
