import type { Log } from '../benchmark.ts';
import { interleaved } from '../measure/interleaved.ts';
import { medianOf } from '../measure/statistics.ts';
import type { PartResult } from '../report.ts';
import { Contender } from './forwarding/contenders.ts';
import { PACKETS_PER_SECOND } from './forwarding/synthetic-video.ts';

const ROUNDS = 3;
const FEW = 20;
const MANY = 120;
const WINDOW_MS = 3_000;

type Cost = { cpu: number; bytes: number };

/** What a viewer costs who watches. */
export async function oneMoreViewer(cleanup: AsyncDisposableStack, log: Log): Promise<PartResult> {
  const contenders = {
    one: await Contender.origin(1, cleanup),
    two: await Contender.origin(2, cleanup),
    rival: await Contender.node(cleanup),
  };
  log(`one more viewer: ${FEW} against ${MANY}`);
  const rounds = await interleaved(ROUNDS, {
    one: () => cost(contenders.one),
    two: () => cost(contenders.two),
    rival: () => cost(contenders.rival),
  });
  const [one, two, rival] = [medianOf(rounds.one), medianOf(rounds.two), medianOf(rounds.rival)];
  // The first round only: what was freed after it is used again.
  const memory = { ours: rounds.one[0]?.bytes ?? Number.NaN, rival: rounds.rival[0]?.bytes ?? Number.NaN };
  const line = { part: 'one more viewer', better: 'lower', tunedRival: null } as const;
  return {
    lines: [
      {
        ...line,
        measurement: 'CPU, a second of 1 Mbit/s',
        unit: 'ms',
        ours: one.cpu,
        rival: rival.cpu,
      },
      {
        ...line,
        measurement: 'CPU, in a room on two workers (rival: the same on one)',
        unit: 'ms',
        ours: two.cpu,
        rival: one.cpu,
      },
      { ...line, measurement: 'memory', unit: 'KiB', ours: memory.ours / 1024, rival: memory.rival / 1024 },
    ],
    aims: [],
    notes: [
      `One more viewer: CPU is that of the whole process tree with ${MANY} viewers, for each of them; memory the difference between ${FEW} and ${MANY} at plain transports. ` +
        'The rival is a bare forwarder in Node: header, SRTP, send, and nothing else of an SFU.',
    ],
  };
}

/**
 * CPU is counted by the packets that came, so that a busy machine, where some do not, makes it no cheaper; memory is the
 * difference between few viewers and many.
 */
async function cost(contender: Contender): Promise<Cost> {
  await contender.seat(FEW);
  await contender.show(FEW, WINDOW_MS / 2);
  const before = contender.residentBytes;
  await contender.seat(MANY);
  const { cpuSeconds, packets } = await contender.show(MANY, WINDOW_MS);
  const after = contender.residentBytes;
  await contender.seat(0);
  if (packets === 0) throw new Error('nothing came to the viewers');
  return {
    cpu: (cpuSeconds / packets) * PACKETS_PER_SECOND * 1_000,
    bytes: (after - before) / (MANY - FEW),
  };
}
