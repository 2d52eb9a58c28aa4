import { expect, inject, test } from 'vitest';
import { play, ScheduleFailed } from './schedule.ts';
import { Tally } from './tally.ts';

/** Schedules of all test files together. SCHEDULES asks for more of them, FIRST_SEED for others. */
const SCHEDULES = Number(process.env.SCHEDULES ?? 10_000);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
const FILES = 4;

/** Failing schedules are looked for until there are so many. */
const ENOUGH_FAILURES = 10;

/** Kinds of things that every test file meets, so that none of them is left out unnoticed. */
const MET_BY_ALL = [
  '3-D Secure failed',
  '3-D Secure succeeded',
  'account disabled',
  'accept committed',
  'attempt accept by authorization failed',
  'attempt accept by setup saved',
  'attempt renewal by authorization authorized',
  'attempt replacement by authorization authorized',
  'attempt schedule by authorization authorized',
  'attempt schedule by authorization failed',
  'chargeback',
  'chargeback of a part',
  'command given twice',
  'compared with Stripe',
  'complaint lost',
  'complaint won',
  'crash in the middle',
  'days pass',
  'deadline attempt_expired',
  'deadline authorization_due',
  'deadline authorization_lapsing',
  'deadline card_due',
  'deadline no_show',
  'deadline over_long',
  'deadline unreleased',
  'dispute done',
  'hold cancelled in the dashboard',
  'hold captured in the dashboard',
  'inquiry becomes a chargeback',
  'more than one refund',
  'onboarded',
  'order ends cancelled',
  'order ends completed and released',
  'outage',
  'parked step retried',
  'pay committed',
  'payee owes at the end',
  'payment ends cancelled',
  'payment ends failed',
  'payment ends refunded',
  'payment ends succeeded',
  'posting capture',
  'posting chargeback',
  'posting chargeback_lost',
  'posting fee',
  'posting netting',
  'posting refund',
  'posting refund_failed',
  'posting refund_owed',
  'posting release',
  'posting reversal',
  'posting transfer',
  'record lost',
  'refund comes back',
  'refund in the dashboard',
  'resolve done',
  'reversal tried again',
  'step authorize called anew',
  'step capture called anew',
  'step refund called anew',
  'step setup called anew',
  'step transfer blocked',
  'step transfer called anew',
  'step void called anew',
  'stripe arrive_late',
  'stripe conflict',
  'stripe cut_after',
  'stripe cut_before',
  'stripe fail_after',
  'stripe fail_before',
  'stripe fail_before_remembered',
  'stripe rate_limited',
  'stripe time_out_after',
  'stripe time_out_before',
  'tried again in the browser',
  'two rooms of one order',
  'webhook before an older one',
  'webhook doubled',
  'webhook dropped',
  'withdraw done',
];

/** Plays one file's part of all schedules, or the one that SEED names. */
export function simulate(file: number): void {
  const given = inject('fuzzSeed');
  test('whatever happens in whatever order, the books are right in the end', async () => {
    // Traces of thousands of errors that are dealt with cost more than the schedules.
    Error.stackTraceLimit = given === null ? 0 : 30;
    const tally = new Tally();
    const failed: string[] = [];
    for (const seed of given === null ? seedsOf(file) : [Number(given)]) {
      try {
        tally.add((await play(seed, { withStory: given !== null })).met);
      } catch (error) {
        if (!(error instanceof ScheduleFailed)) throw error;
        failed.push(`${error.message}\n  ${howToReplay(seed)}`);
        if (error.story) console.log(error.story.join('\n'), '\n', error.cause);
        if (failed.length >= ENOUGH_FAILURES) break;
      }
    }
    console.log(tally.lines().join('\n'));
    expect(failed.join('\n')).toBe('');
    if (given === null) expect(MET_BY_ALL.filter((kind) => tally.of(kind) === 0)).toEqual([]);
  }, 900_000);
}

/** Every file has its own, so that they run side by side. */
function seedsOf(file: number): number[] {
  return Array.from({ length: SCHEDULES / FILES }, (_, index) => FIRST_SEED + index * FILES + file);
}

function howToReplay(seed: number): string {
  return `SEED=${seed} npx vitest run --project node test/simulation/first.test.ts`;
}
