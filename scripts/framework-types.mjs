/**
 * The attributes, properties and listeners of the element as types, for the entries in types/ that teach them to a framework.
 *
 * @param {any} element Its declaration in the manifest.
 */
export function frameworkTypes(element) {
  return `// Generated from the doc comments of the element by \`npm run docs\`.
import type { Messages, ${element.events.map(({ type }) => type.text).join(', ')} } from '../dist/index.js';

/**
 * The attributes as they stand in HTML. \`Flag\` is what a framework takes for an attribute that is there or not: some
 * write \`false\` as a text, which would be there.
 */
export interface SessionSecurityAttributes<Flag> {
${element.attributes.map((attribute) => property(attribute.name, attributeType(attribute.type.text), attribute)).join('\n')}
}

/** The listeners, by the names of the events. */
export interface SessionSecurityListeners {
${element.events.map((event) => property(`on${event.name}`, `(event: ${event.type.text}) => void`, event)).join('\n')}
}
`;
}

function property(name, type, { description }) {
  return `  /** ${description} */\n  '${name}'?: (${type}) | undefined;`;
}

/** What a property holds, and how it is written as an attribute. */
function attributeType(type) {
  if (type === 'boolean') return 'Flag';
  const written = type.replace(/ \| null$/, '');
  if (written === 'number') return 'number | `${number}`';
  return /\bstring\b|'/.test(written) ? written : `${written} | string`;
}
