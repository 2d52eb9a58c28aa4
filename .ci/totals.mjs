// Adds up the reports of vitest's JSON reporter given as arguments. Names what failed or was skipped, prints the totals
// as the last line, and fails unless everything ran and passed.
import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
const failed = [];
const skipped = [];

for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) {
    failed.push(`${file}: the tests did not run`);
    continue;
  }
  for (const { name, status, message, assertionResults } of JSON.parse(readFileSync(file, 'utf8'))
    .testResults) {
    let failures = 0;
    for (const test of assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') {
        failures += 1;
        failed.push(`${name}: ${test.fullName}`);
      } else skipped.push(`${name}: ${test.fullName}`);
    }
    // A file that could not be loaded has no tests to tell of.
    if (status === 'failed' && failures === 0) failed.push(`${name}: ${message}`);
  }
}

for (const what of failed) console.log(`failed: ${what}`);
for (const what of skipped) console.log(`skipped, which is not allowed here: ${what}`);
console.log(
  `${passed} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
);
process.exit(failed.length + skipped.length > 0 ? 1 : 0);
