// @ts-check
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { playwrightLauncher } from '@web/test-runner-playwright';

/**
 * Chromium for the test runner, which leaves in `folder` what each page has run, as V8 counts it. The runner's own
 * coverage comes mapped already, and could not be added to that of Node.
 *
 * @param {string} folder
 * @param {NonNullable<Parameters<typeof playwrightLauncher>[0]>} options
 */
export function coveredChromium(folder, options) {
  const launcher = playwrightLauncher({
    ...options,
    async createPage({ context }) {
      const page = await context.newPage();
      await page.coverage.startJSCoverage({ resetOnNavigation: false });
      return page;
    },
  });
  const stop = launcher.stopSession.bind(launcher);
  launcher.stopSession = async (id) => {
    const scripts = await launcher.getPage(id).coverage.stopJSCoverage();
    const own = scripts.filter(({ url }) => new URL(url).pathname.startsWith('/src/'));
    writeFileSync(join(folder, `${id}.json`), JSON.stringify(own));
    return stop(id);
  };
  return launcher;
}
