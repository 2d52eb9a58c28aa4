import type { Log } from '../benchmark.ts';
import { interleaved } from '../measure/interleaved.ts';
import { medianOf } from '../measure/statistics.ts';
import type { PartResult } from '../report.ts';
import { Contender } from './forwarding/contenders.ts';

const ROUNDS = 3;
const FEW = 20;
const MANY = 120;
const WINDOW_MS = 3_000;
/** A machine that is so busy measures nothing. */
const MOST_LOSS = 0.5;

type Cost = { cpu: number; bytes: number };

/** What a viewer more costs who watches: the difference between few and many, by the number of them. */
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
      `One more viewer: the difference between ${FEW} and ${MANY}, by their number, of the whole process tree; 125 packets of 1 kB a second each. ` +
        'The rival is a bare forwarder in Node: header, SRTP, send, and nothing else of an SFU. Memory is that of viewers at plain transports.',
    ],
  };
}

async function cost(contender: Contender): Promise<Cost> {
  const at = async (viewers: number) => {
    await contender.seat(viewers);
    const { cores, loss } = await contender.show(viewers, WINDOW_MS);
    if (loss > MOST_LOSS)
      throw new Error(`of ${viewers} viewers' packets ${Math.round(loss * 100)} % were lost`);
    // What was lost on a busy machine has cost nothing.
    return { cores, served: viewers * (1 - loss), bytes: contender.residentBytes };
  };
  const few = await at(FEW);
  const many = await at(MANY);
  await contender.seat(0);
  return {
    cpu: ((many.cores - few.cores) * 1_000) / (many.served - few.served),
    bytes: (many.bytes - few.bytes) / (MANY - FEW),
  };
}
