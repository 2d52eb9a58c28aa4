import { findMediaWorker } from './media-worker/find-worker.ts';
import { NoMediaWorkerError } from './media-worker/progress.ts';

/** `npm run media:worker`: sees to it that there is a media worker, and prints where. Ctrl-C stops; a build goes on next time. */
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

try {
  const { path, source } = await findMediaWorker(({ doing, share }) => {
    console.error(share === undefined ? doing : `${doing}: ${Math.floor(share * 100)} %`);
  }, stopped.signal);
  console.error(
    {
      environment: 'Named by MEDIASOUP_WORKER_BIN',
      package: 'Installed',
      downloaded: 'Downloaded',
      built: 'Built',
    }[source],
  );
  console.log(path);
} catch (error) {
  if (stopped.signal.aborted) process.exit(130);
  if (!(error instanceof NoMediaWorkerError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exit(1);
}
