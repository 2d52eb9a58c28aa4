import { findMediaWorker } from '#scripts/media-worker/find-worker.ts';
import { runBenchmark } from '../benchmark.ts';
import type { PartResult } from '../report.ts';
import { capacity } from './capacity.ts';
import { join } from './join.ts';
import { oneMoreViewer } from './one-more-viewer.ts';

await runBenchmark({
  title: 'Benchmarks of media',
  suffix: '-media',
  parts: ['join', 'one-more-viewer', 'capacity'],
  async run(parts, cleanup, log) {
    // The programs that are measured have it from our environment.
    const { path } = await findMediaWorker(({ doing }) => log(doing));
    process.env.MEDIASOUP_WORKER_BIN = path;
    const results: PartResult[] = [];
    if (parts.includes('join')) results.push(await join(cleanup, log));
    if (parts.includes('one-more-viewer')) results.push(await oneMoreViewer(cleanup, log));
    if (parts.includes('capacity')) results.push(await capacity(cleanup, log));
    return results;
  },
});
