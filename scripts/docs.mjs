/**
 * Writes what is generated from the sources: custom-elements.json, what editors and frameworks are told of the element,
 * and in README.md and docs/*.md the tables between `<!-- generated: NAME -->` and `<!-- /generated -->`. With `--check` it writes nothing, and fails where anything is
 * out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { vsCodeCss, vsCodeHtml, webTypes } from './editor-data.mjs';
import { frameworkTypes } from './framework-types.mjs';
import { createManifest } from './manifest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const manifest = await createManifest(root);
const tables = createTables();
const outdated = [];

write('custom-elements.json', json(manifest));
const element = elementDeclaration();
write('vscode.html-custom-data.json', json(vsCodeHtml(element)));
write('vscode.css-custom-data.json', json(vsCodeCss(element)));
write('web-types.json', json(webTypes(element, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))));
await writeFormatted('types/attributes.d.ts', frameworkTypes(element));
for (const file of markdownFiles()) {
  const filled = fillIn(readFileSync(join(root, file), 'utf8'), file);
  await writeFormatted(file, filled);
}

if (outdated.length > 0) {
  console.error(`Out of date: ${outdated.join(', ')}. Run \`npm run docs\` and commit what it writes.`);
  process.exitCode = 1;
}

function write(file, content) {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  if (process.argv.includes('--check')) outdated.push(file);
  else writeFileSync(path, content);
}

async function writeFormatted(file, content) {
  write(file, await format(content, { ...(await resolveConfig(join(root, file))), filepath: file }));
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function markdownFiles() {
  const docs = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs')) : [];
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
}

function fillIn(markdown, file) {
  return markdown.replace(/(<!-- generated: (\S+) -->)[^]*?(<!-- \/generated -->)/g, (_, start, name, end) => {
    const table = tables[name];
    if (table === undefined)
      throw new Error(`${file} asks for "${name}"; there are ${Object.keys(tables).join(', ')}.`);
    return `${start}\n\n${table}\n\n${end}`;
  });
}

function createTables() {
  const element = elementDeclaration();
  const methods = element.members.filter(({ kind, static: isStatic }) => kind === 'method' && !isStatic);
  return {
    attributes: table(
      ['Attribute', 'Property', 'Type', 'Description'],
      element.attributes.map(({ name, fieldName, type, description }) => [
        code(name),
        code(fieldName),
        code(type?.text),
        description,
      ]),
    ),
    events: table(
      ['Event', 'Class', 'Description'],
      element.events.map(({ name, type, description }) => [code(name), code(type?.text), description]),
    ),
    methods: table(
      ['Method', 'Description'],
      methods.map((method) => [code(signature(method)), method.description]),
    ),
    slots: table(
      ['Slot', 'Description'],
      element.slots.map(({ name, description }) => [name ? code(name) : '(default)', description]),
    ),
    parts: table(
      ['Part', 'Description'],
      element.cssParts.map(({ name, description }) => [code(name), description]),
    ),
    properties: table(
      ['Custom property', 'Default', 'Description'],
      element.cssProperties.map(({ name, default: value, description }) => [code(name), code(value), description]),
    ),
    languages: table(['Tag', 'Language', 'Reviewed by a native speaker'], languages()),
    texts: table(
      ['Name', 'English'],
      texts().map(([name, text]) => [code(name), text]),
    ),
    options: table(
      ['Option', 'Type', 'Description'],
      serverInterface('SessionSecurityOptions').map(({ name, type, required, description }) => [
        code(name),
        code(type),
        required ? `Required. ${description}` : description,
      ]),
    ),
    server: table(
      ['Member', 'Description'],
      serverInterface('SessionSecurity').map(({ name, type, isMethod, description }) => [
        code(isMethod ? type.replace(/;$/, '') : name),
        description,
      ]),
    ),
    hooks: table(
      ['Hook', 'Description'],
      serverInterface('SessionSecurityHooks').map(({ type, description }) => [
        code(type.replace('?', '').replace(/: unknown;$/, '')),
        description,
      ]),
    ),
  };
}

/** The element, with an empty list for whatever it doesn't have. */
function elementDeclaration() {
  const declarations = manifest.modules.flatMap((module) => module.declarations);
  const element = declarations.find(({ tagName }) => tagName === 'session-security');
  if (!element)
    throw new Error('The manifest has no <session-security>: is `@tag session-security` in its class docs?');
  return { members: [], attributes: [], events: [], slots: [], cssParts: [], cssProperties: [], ...element };
}

/** By the comment at the head of each file. */
function languages() {
  const folder = join(root, 'src/element/locales');
  return readdirSync(folder).map((name) => {
    const [, language, review] = /^\/\*\* (.+?)\. (.+?)\. \*\//.exec(readFileSync(join(folder, name), 'utf8'));
    return [code(name.replace(/\.ts$/, '')), language, review.startsWith('Reviewed') ? 'yes' : 'not yet'];
  });
}

/** What the element says in English, by name. */
function texts() {
  const statements = parse(join(root, 'src/element/messages.ts')).statements.filter(ts.isVariableStatement);
  const declarations = statements.flatMap(({ declarationList }) => [...declarationList.declarations]);
  const english = declarations.find(({ name }) => name.text === 'english');
  if (!english) throw new Error('src/element/messages.ts declares no `english`.');
  return english.initializer.properties.map(({ name, initializer }) => [name.text, initializer.text]);
}

function signature({ name, parameters = [], return: returned }) {
  const list = parameters.map(
    ({ name, optional, type }) => `${name}${optional ? '?' : ''}: ${type?.text ?? 'unknown'}`,
  );
  return `${name}(${list.join(', ')})${returned ? `: ${returned.type.text}` : ''}`;
}

/** The members of an interface of the server half, with their doc comments. */
function serverInterface(interfaceName) {
  const files = readdirSync(join(root, 'src/server')).filter((name) => name.endsWith('.ts'));
  const sources = files.map((name) => parse(join(root, 'src/server', name)));
  const found = sources
    .flatMap(({ statements }) => statements)
    .find((node) => ts.isInterfaceDeclaration(node) && node.name.text === interfaceName);
  if (!found) throw new Error(`No file in src/server has an interface ${interfaceName}.`);
  return found.members.map((member) => ({
    name: member.name.getText(),
    type: print(ts.isPropertySignature(member) ? member.type : member),
    isMethod: ts.isMethodSignature(member),
    required: !member.questionToken,
    description: ts
      .getJSDocCommentsAndTags(member)
      .map(({ comment }) => ts.getTextOfJSDocComment(comment))
      .join(' '),
  }));
}

function parse(path) {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

function print(node) {
  const printer = ts.createPrinter({ removeComments: true });
  return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
}

/** A column in which nothing stands is left out. */
function table(head, rows) {
  const columns = [...head.keys()].filter((column) => rows.some((row) => row[column]));
  const line = (cells) => `| ${columns.map((column) => cell(cells[column])).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text = '') {
  return text
    .replace(/\{@link (\S+?)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}

function code(text) {
  return text ? `\`${text}\`` : '';
}
