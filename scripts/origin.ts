import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findMediaWorker } from './media-worker/find-worker.ts';
import { NoMediaWorkerError } from './media-worker/progress.ts';

/** `npm run origin`: a media origin, with the media worker that `npm run media:worker` would name. See sfu-origin/README.md. */
const stopped = new AbortController();
const stopEarly = () => stopped.abort();
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
for (const signal of SIGNALS) process.on(signal, stopEarly);
try {
  const { path } = await findMediaWorker(({ doing, share }) => {
    console.error(JSON.stringify({ level: 'info', event: 'media_worker', doing, share }));
  }, stopped.signal);
  const origin = spawn(process.execPath, ['sfu-origin/main.ts'], {
    // Detached: a terminal's Ctrl-C reaches us, and only us, and is passed on once.
    detached: true,
    stdio: 'inherit',
    env: { ...process.env, MEDIASOUP_WORKER_BIN: path },
  });
  for (const signal of SIGNALS) {
    process.off(signal, stopEarly);
    process.on(signal, () => origin.kill(signal));
  }
  const [code] = await once(origin, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
} catch (error) {
  if (!stopped.signal.aborted) {
    if (!(error instanceof NoMediaWorkerError)) throw error;
    console.error(`\n${error.message}\n`);
  }
  process.exitCode = 1;
}
