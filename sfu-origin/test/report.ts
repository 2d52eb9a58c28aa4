import { writeSync } from 'node:fs';

/** Says what was measured, past the test runner, which keeps to itself what tests that pass have said. */
export function report(what: string, milliseconds: number | readonly number[]): void {
  const times = [milliseconds].flat().map(Math.round);
  writeSync(process.stderr.fd, `  ${what}: ${times.join(', ')} ms\n`);
}
