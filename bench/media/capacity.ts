import type { Log } from '../benchmark.ts';
import { interleaved } from '../measure/interleaved.ts';
import { median } from '../measure/statistics.ts';
import type { PartResult } from '../report.ts';
import { Contender } from './forwarding/contenders.ts';

const ROUNDS = 2;
const WINDOW_MS = 2_500;

/** A picture is carried when so few packets are lost, and so late. */
const MOST_LOSS = 0.001;
const MOST_DELAY_MS = 100;

const FIRST = 100;
const GROWTH = 1.5;
/** Halvings between the last size that was carried and the first that was not: to 3 %. */
const HALVINGS = 4;
/** On a busy machine nearly every size breaks and is tried twice: what was carried within this has to do. */
const LONGEST_CLIMB_MS = 75_000;
const LEAST = 5;
const MOST = 3_000;

/** How many viewers a worker, two of them, and the rival carry before the picture breaks. */
export async function capacity(cleanup: AsyncDisposableStack, log: Log): Promise<PartResult> {
  const contenders = {
    one: await Contender.origin(1, cleanup),
    two: await Contender.origin(2, cleanup),
    rival: await Contender.node(cleanup),
  };
  const climb = (name: keyof typeof contenders) => async () => {
    const viewers = await viewersUntilLoss(contenders[name]);
    log(`capacity: ${{ one: 'one worker', two: 'two workers', rival: 'the rival' }[name]} up to ${viewers}`);
    return viewers;
  };
  const rounds = await interleaved(ROUNDS, {
    one: climb('one'),
    two: climb('two'),
    rival: climb('rival'),
  });
  const [one, two, rival] = [median(rounds.one), median(rounds.two), median(rounds.rival)];
  if (one === 0 || two === 0 || rival === 0) {
    const note = `Capacity was not measured: on so busy a machine even ${LEAST} viewers’ picture broke.`;
    return { lines: [], aims: [], notes: [note] };
  }
  const line = { part: 'capacity', better: 'higher', unit: 'viewers', tunedRival: null } as const;
  return {
    lines: [
      { ...line, measurement: 'one core, until the picture breaks', ours: one, rival },
      {
        ...line,
        measurement: 'a room on two workers (rival: the same on one), until the picture breaks',
        ours: two,
        rival: one,
      },
    ],
    aims: [
      {
        aim: 'a room on two workers carries ≥ 1.5 × the viewers of one on one',
        reached: `${(two / one).toFixed(2)} ×`,
        met: two / one >= 1.5,
      },
    ],
    notes: [
      `Capacity: 1 Mbit/s of VP8 in, SRTP to each viewer; broken is above ${MOST_LOSS * 100} % loss or ${MOST_DELAY_MS} ms (p95) from sender to viewer, twice in a row. ` +
        'Sender and receivers run on the same machine, so two workers have less than two cores where there are two.',
    ],
  };
}

/** Climbs until the picture breaks, and then halves the step. @returns the greatest size that was carried */
async function viewersUntilLoss(contender: Contender): Promise<number> {
  let carried = 0;
  let broken = Number.POSITIVE_INFINITY;
  let size = FIRST;
  let halvings = 0;
  const end = performance.now() + LONGEST_CLIMB_MS;
  while (halvings <= HALVINGS && size >= LEAST && size <= MOST && performance.now() < end) {
    if (await carries(contender, size)) carried = size;
    else broken = size;
    if (broken === Number.POSITIVE_INFINITY) size = Math.round(size * GROWTH);
    else if (carried === 0) size = Math.floor(size / 2);
    else {
      size = Math.round((carried + broken) / 2);
      halvings += 1;
    }
  }
  await contender.seat(0);
  return carried;
}

/** A hiccup of the machine is no limit: what breaks has a second chance. */
async function carries(contender: Contender, viewers: number): Promise<boolean> {
  await contender.seat(viewers);
  for (let attempt = 0; attempt < 2; attempt++) {
    const { loss, delayP95 } = await contender.show(viewers, WINDOW_MS);
    if (loss <= MOST_LOSS && delayP95 <= MOST_DELAY_MS) return true;
  }
  return false;
}
