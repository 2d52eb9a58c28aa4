import { createWorker, version, workerBin } from 'mediasoup';
import { type Finding, failing, ok } from './finding.ts';

/** Whether media workers start here. */
export async function checkMediaWorker(): Promise<Finding> {
  const about = 'Media worker';
  try {
    const worker = await createWorker({ logLevel: 'none' });
    worker.close();
    return ok(about, `mediasoup ${version} starts (${workerBin}).`);
  } catch (error) {
    return failing(
      about,
      `mediasoup ${version} does not start (${workerBin}): ${error instanceof Error ? error.message : String(error)}`,
      'Run "npm run media:worker": it finds, downloads or builds one, and says what it lacks.',
    );
  }
}
