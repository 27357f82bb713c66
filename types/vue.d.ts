/** Registers `<session-security>` and teaches it to Vue's templates: `import 'session-security/vue'`. */
import type { HTMLAttributes, PublicProps } from 'vue';
import type { SessionSecurity } from '../dist/index.js';
import type { SessionSecurityAttributes, SessionSecurityListeners } from './attributes.js';

export * from '../dist/index.js';

/** Vue writes `false` as a text: give `undefined` for an attribute that is not to be there. */
type Flag = true | '';

/** The names by which Vue's tools look up what stands in a template: `warnAfter` for `warn-after`. */
type CamelCased<T> = { [Name in keyof T as CamelCase<Name & string>]: T[Name] };
type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;
/** `onSessionWarning` for `@session-warning`. */
type VueListeners = {
  [
    Name in keyof SessionSecurityListeners as Name extends `on${infer Event}`
      ? `on${Capitalize<CamelCase<Event>>}`
      : never
  ]: SessionSecurityListeners[Name];
};

declare module 'vue' {
  interface GlobalComponents {
    'session-security': new () => SessionSecurity & {
      $props: HTMLAttributes & PublicProps & CamelCased<SessionSecurityAttributes<Flag>> & VueListeners;
    };
  }
}
