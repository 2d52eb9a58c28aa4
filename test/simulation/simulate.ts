import { inject } from 'vitest';
import { play, ScheduleFailed } from './schedule.ts';
import { Tally } from './tally.ts';

export async function simulate(first: number, count: number): Promise<Tally> {
  const given = inject('fuzzSeed');
  const tally = new Tally();
  const seeds = given === null ? Array.from({ length: count }, (_, i) => first + i) : [Number(given)];
  Error.stackTraceLimit = given === null ? 0 : 30;
  const begun = performance.now();
  const failures: string[] = [];
  for (const seed of seeds) {
    try {
      const { met } = await play(seed, { withStory: false });
      tally.add(met);
    } catch (error) {
      if (!(error instanceof ScheduleFailed)) throw error;
      failures.push(error.message.split('\n')[0] ?? '');
      if (failures.length > 30) break;
      if (given !== null) {
        const told = await play(seed, { withStory: true }).catch((again: unknown) => again);
        console.log(told instanceof ScheduleFailed ? told.story?.join('\n') : told);
        console.log((error.cause as Error).stack, (error.cause as Error).cause);
      }
    }
  }
  console.log(failures.join('\n'));
  console.log(tally.lines().join('\n'));
  console.log(`${seeds.length} in ${performance.now() - begun} ms`);
  if (failures.length > 0) throw new Error(`${failures.length} failed`);
  return tally;
}
