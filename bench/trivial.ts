/** The least that an element of Lit's can be: what any takes. */
export const TRIVIAL = `import { LitElement, html } from 'lit';
customElements.define('trivial-element', class extends LitElement { render() { return html\`<p>1</p>\`; } });`;
