/** Why an engine cannot be run here; `false` if it can. In CI nothing is passed over: what is missing fails. */
import { findProgram } from './engines.mjs';

export function missing(program: string): string | false {
  if (process.env['CI'] || findProgram(program) !== undefined) return false;
  return `${program} is not installed`;
}
