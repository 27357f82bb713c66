/** A node:test reporter for scripts/test.mjs: `{"passed":3,"failed":0}`. Suites and skipped tests are not counted. */
export default async function* countsReporter(events) {
  const counts = { passed: 0, failed: 0 };
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (type === 'test:fail' && isTest(data)) counts.failed += 1;
    if (type === 'test:pass' && isTest(data) && !isFile(data)) counts.passed += 1;
  }
  yield JSON.stringify(counts);
}

function isTest({ details, skip, todo }) {
  return details.type !== 'suite' && skip === undefined && todo === undefined;
}

// Node reports a file without tests as a test named after the file; a file that crashed, too, and that one is a failure.
function isFile({ name, file, nesting }) {
  return nesting === 0 && file !== undefined && file.endsWith(name);
}
