import { styleText } from 'node:util';
import type { Finding } from '#sfu-origin/doctor/finding.ts';
import { readRunning } from './dev/checkout.ts';
import { STATE_FOLDER } from './dev/local-state.ts';
import { presentWorker } from './media-worker/find-worker.ts';

/** `npm run doctor`: why video would not work on this machine, and what to do about it. Exits with 1 when something fails. */
const MARKS = {
  ok: styleText('green', '✓'),
  warning: styleText('yellow', '!'),
  failing: styleText('red', '✗'),
} as const;

// mediasoup reads it when it is loaded.
process.env.MEDIASOUP_WORKER_BIN ||= (await presentWorker())?.path ?? '';
const [{ ConfigurationError, readConfiguration }, { examineOrigin }] = await Promise.all([
  import('#sfu-origin/configuration.ts'),
  import('#sfu-origin/doctor/doctor.ts'),
]);

// Without a configuration of its own it is for what `npm run dev` runs here, if that has an origin.
const running = process.env.MEDIA_SECRET ? null : await readRunning(STATE_FOLDER);
const environment = { ...process.env, ...running?.origin };

try {
  // The secret is not used here: whether there is one is what readConfiguration says.
  const findings = await examineOrigin(readConfiguration(environment));
  for (const { about, status, found, advice } of findings) tell(about, status, found, advice);
  if (findings.some(({ status }) => status === 'failing')) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  for (const problem of error.problems) {
    tell('Configuration', 'failing', problem, 'Correct it: sfu-origin/README.md lists every variable.');
  }
  process.exitCode = 1;
}

function tell(about: string, status: Finding['status'], found: string, advice?: string): void {
  console.log(`${MARKS[status]} ${about.padEnd(22)} ${found}`);
  if (advice) console.log(`  ${''.padEnd(22)} ${advice}`);
}
