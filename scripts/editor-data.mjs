/**
 * What editors are told of the element. A hover shows what stands in its doc comments, and no list of all that it has
 * besides: the editor offers that where it can be typed.
 */

/**
 * Custom data of VS Code for HTML (`html.customData`).
 *
 * @param {any} element Its declaration in the manifest.
 */
export function vsCodeHtml(element) {
  return {
    version: 1.1,
    tags: [
      {
        name: element.tagName,
        description: markdown(tagText(element)),
        attributes: element.attributes.map(({ name, description, type }) => ({
          name,
          description: markdown(description),
          // A name on its own, without a value.
          ...(type.text === 'boolean' && { valueSet: 'v' }),
          ...(choices(type).length > 0 && { values: choices(type).map((choice) => ({ name: choice })) }),
        })),
      },
    ],
  };
}

/**
 * Custom data of VS Code for CSS (`css.customData`).
 *
 * @param {any} element
 */
export function vsCodeCss({ tagName, cssProperties, cssParts }) {
  return {
    version: 1.1,
    properties: cssProperties.map(({ name, description }) => ({ name, description: markdown(description) })),
    pseudoElements: cssParts.map(({ name, description }) => ({
      name: `::part(${name})`,
      description: markdown(`${description} In \`<${tagName}>\`.`),
    })),
  };
}

/**
 * Web-types, which the editors of JetBrains find by the field in package.json.
 *
 * @param {any} element
 * @param {{ name: string, version: string }} metadata Of the package.
 */
export function webTypes(element, { name, version }) {
  const events = element.events.map(({ name, type, description }) => ({ name, type: type.text, description }));
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name,
    version,
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: [
          {
            name: element.tagName,
            description: tagText(element),
            attributes: element.attributes.map(webTypesAttribute),
            slots: element.slots.map(named),
            js: {
              properties: element.members.filter(isProperty).map(webTypesProperty),
              events,
            },
          },
        ],
      },
      css: {
        properties: element.cssProperties.map(named),
        'pseudo-elements': element.cssParts.map(({ name, description }) => ({ name: `part(${name})`, description })),
      },
    },
  };

  function webTypesProperty({ name, type, description }) {
    const attribute = element.attributes.find(({ fieldName }) => fieldName === name);
    return { name, type: type.text, description: description ?? attribute?.description };
  }
}

function webTypesAttribute({ name, description, type }) {
  if (type.text === 'boolean') return { name, description, value: { type: 'boolean', kind: 'no-value' } };
  const values = choices(type);
  const isChoice = values.length > 0;
  return {
    name,
    description,
    value: { type: isChoice ? 'enum' : type.text.startsWith('number') ? 'number' : 'string', kind: 'plain' },
    ...(isChoice && { values: values.map((choice) => ({ name: choice })) }),
  };
}

function isProperty({ kind, static: isStatic }) {
  return kind === 'field' && !isStatic;
}

function tagText({ summary, description }) {
  return `${summary} ${description.replace(/\s+/g, ' ')}`;
}

/** The values between which a type such as `'post' | 'get' | null` lets one choose. */
function choices({ text }) {
  return /^'/.test(text) ? [...text.matchAll(/'([^']+)'/g)].map(([, choice]) => choice) : [];
}

function markdown(value) {
  return { kind: 'markdown', value };
}

function named({ name, description }) {
  return { name, description };
}
