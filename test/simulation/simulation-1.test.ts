import './stand-ins.ts';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { test } from 'vitest';
import { simulate } from './simulate.ts';

test('books stay right', async () => {
  const s = new Session();
  s.connect();
  if (process.env.PROFILE) {
    await simulate(1, 100);
    s.post('Profiler.enable');
    s.post('Profiler.start');
  }
  await simulate(Number(process.env.FROM ?? 1), Number(process.env.COUNT ?? 100));
  if (process.env.PROFILE)
    await new Promise<void>((r) =>
      s.post('Profiler.stop', (_e, { profile }) => {
        writeFileSync('/tmp/sim.cpuprofile', JSON.stringify(profile));
        r();
      }),
    );
}, 900_000);
