#!/usr/bin/env node
// @ts-check
/** `npx session-security check <ping-url>`: tells the author of another server what is wrong with it. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { check } from './check.mjs';

const USAGE = `session-security check <ping-url> [options]

Tries the rules of docs/protocol.md on a server, and says which it breaks and how to mend that.

  --cookie <name=value>   of somebody who has just signed in, and who then leaves the session alone
  --header <name: value>  what each request bears besides, such as a token; may be repeated
  --sign-out <url>        signs that session out at the end, by POST: an ended one must stay ended
  --expire                waits for the end of the idle limit, and tries the same
  --compat django         tries GET {ping-url}?idleFor=N as well

Exit code: 0 if all rules hold that were tried, 1 if not, 2 if nothing could be tried.`;

const SIGNS = { holds: '✓', broken: '✗', untried: '–' };

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cookie: { type: 'string' },
      header: { type: 'string', multiple: true },
      'sign-out': { type: 'string' },
      expire: { type: 'boolean' },
      compat: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [command, url, ...more] = positionals;
  const fault =
    (command !== 'check' && `the command is ${command ?? 'missing'}: it is "check"`) ||
    (more.length > 0 && `"${more.join(' ')}" is one argument too many`) ||
    (!isHttp(url) && `<ping-url> is ${url ?? 'missing'}: give an http(s) URL`) ||
    (values['sign-out'] !== undefined &&
      !URL.canParse(values['sign-out'], url) &&
      `--sign-out is ${values['sign-out']}: give a URL`) ||
    (values.compat !== undefined && values.compat !== 'django' && `--compat is ${values.compat}: give "django"`);
  const headers = (values.header ?? []).map((line) => line.match(/^([\w-]+):\s*(.*)$/)?.slice(1));
  const notHeader = headers.indexOf(undefined);
  if (fault || notHeader !== -1) {
    console.error(
      `session-security: ${fault || `--header is ${values.header?.[notHeader]}: give "name: value"`}\n\n${USAGE}`,
    );
    return 2;
  }
  const counts = { holds: 0, broken: 0, untried: 0 };
  const results = check(new URL(/** @type {string} */ (url)), {
    ...(values.cookie !== undefined && { cookie: values.cookie }),
    headers: Object.fromEntries(/** @type {[string, string][]} */ (headers)),
    ...(values['sign-out'] !== undefined && { signOut: new URL(values['sign-out'], url) }),
    expire: values.expire ?? false,
    compat: values.compat === 'django',
  });
  for await (const { rule, state, detail } of results) {
    counts[state]++;
    console.log(`${SIGNS[state]} ${rule}${detail === '' ? '' : `\n    ${detail.replaceAll('\n', '\n    ')}`}`);
  }
  console.log(`\n${counts.holds} rules hold, ${counts.broken} do not, ${counts.untried} were not tried.`);
  return counts.broken > 0 ? 1 : 0;
}

/** @param {string | undefined} url */
const isHttp = (url) => url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`session-security: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
