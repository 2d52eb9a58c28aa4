import { api } from './api.ts';
import { runBenchmark } from './benchmark.ts';
import { fanOut } from './fan-out.ts';
import { nearby } from './nearby.ts';
import type { PartResult } from './report.ts';
import { sockets } from './sockets.ts';
import { startStack } from './stack/stack.ts';

await runBenchmark({
  title: 'Benchmarks',
  suffix: '',
  parts: ['nearby', 'fan-out', 'sockets', 'api'],
  async run(parts, cleanup, log) {
    const results: PartResult[] = [];
    if (parts.includes('nearby')) results.push(await nearby(cleanup, log));
    if (parts.some((part) => part !== 'nearby')) {
      log('building the Worker, starting Postgres and the gateway');
      const stack = await startStack(cleanup);
      if (parts.includes('fan-out')) results.push(await fanOut(stack, cleanup, log));
      if (parts.includes('sockets')) results.push(await sockets(stack, cleanup, log));
      if (parts.includes('api')) results.push(await api(stack, cleanup, log));
    }
    return results;
  },
});
