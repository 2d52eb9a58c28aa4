import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findMediaWorker } from './media-worker/find-worker.ts';
import { NoMediaWorkerError } from './media-worker/progress.ts';

/** `npm run test:media`: the tests for which media flows, with the media worker that `npm run media:worker` would name. */
try {
  const { path } = await findMediaWorker(({ doing, share }) => {
    console.error(share === undefined ? doing : `${doing}: ${Math.floor(share * 100)} %`);
  });
  const tests = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'media', ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, TEST_MEDIA: '1', MEDIASOUP_WORKER_BIN: path } },
  );
  const [code] = await once(tests, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
} catch (error) {
  if (!(error instanceof NoMediaWorkerError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exitCode = 1;
}
