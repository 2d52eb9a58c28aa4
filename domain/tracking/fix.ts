import { type Coordinates, distanceMeters } from '../geo/coordinates.ts';
import { STALE_AFTER_MS } from './policy.ts';

/**
 * One position of a person at a time. Heading in degrees clockwise from north, speed in m/s, accuracy as the radius of
 * 68 % confidence in metres; absent or null when the device does not say.
 */
export type Fix = Coordinates & {
  readonly heading?: number | null;
  readonly speed?: number | null;
  readonly accuracy?: number | null;
  readonly at: Date;
};

/** Faster than any train on rails: nobody on the ground moves faster (100 m/s = 360 km/h). */
export const MAX_PLAUSIBLE_SPEED = 100;

/** How far a device's clock may run ahead of ours. */
export const FUTURE_TOLERANCE_MS = 10_000;

/** Fixes without a time of their own get that of their arrival, and networks deliver late and in bunches. */
const TIME_ERROR_MS = 2_000;

/** A device that names no accuracy is taken to be this good; one that claims a huge radius gains no more than the cap. */
const ASSUMED_ACCURACY_METERS = 50;
const ACCURACY_CAP_METERS = 500;

/** So many fixes in a row that agree with each other, over so long, are believed against what we held true. */
export const RETRUST_FIXES = 3;
export const RETRUST_SPAN_MS = 10_000;

/** Why a fix is not relied on; see {@link judgeFix}. */
export const FIX_FLAGS = ['impossible_jump', 'stale', 'from_future', 'out_of_order'] as const;
export type FixFlag = (typeof FIX_FLAGS)[number];

export type FixVerdict =
  | { readonly verdict: 'trusted' }
  | { readonly verdict: 'flagged'; readonly reason: FixFlag };

/**
 * What a judgement is made on: the last trusted fix, and the run of fixes since that agree with each other but not
 * with it. Plain data, to be kept between fixes.
 */
export type FixHistory = {
  readonly trusted: Fix | null;
  readonly suspects: { readonly first: Fix; readonly last: Fix; readonly count: number } | null;
};

/** The history of somebody who has sent nothing yet. */
export const NO_FIXES: FixHistory = { trusted: null, suspects: null };

/**
 * Whether a fix may be shown and relied on, and the history to judge the next one by.
 *
 * - `from_future`: more than `FUTURE_TOLERANCE_MS` ahead of `now`; `stale`: older than `STALE_AFTER_MS`.
 * - `out_of_order`: older than the last trusted fix. One of the same time is judged by its distance.
 * - `impossible_jump`: farther from the last trusted fix than `MAX_PLAUSIBLE_SPEED` allows, both accuracies granted.
 *
 * One wild fix is flagged and the next good one trusted as before. Was it the trusted one that was wild, then the
 * fixes after it agree with each other instead: the `RETRUST_FIXES`th of such a run, at least `RETRUST_SPAN_MS` after
 * its first, is trusted. So nobody is locked out, and a teleport still costs time in which no movement shows. A device
 * whose clock is wrong should leave `at` out, and is judged by the time of arrival.
 */
export function judgeFix(history: FixHistory, next: Fix, now: Date): FixVerdict & { history: FixHistory } {
  const age = now.getTime() - next.at.getTime();
  if (age < -FUTURE_TOLERANCE_MS) return { verdict: 'flagged', reason: 'from_future', history };
  if (age > STALE_AFTER_MS) return { verdict: 'flagged', reason: 'stale', history };
  if (history.trusted === null || isReachable(history.trusted, next)) return trust(next);
  if (next.at < history.trusted.at) return { verdict: 'flagged', reason: 'out_of_order', history };

  const suspects = withSuspect(history.suspects, next);
  const span = next.at.getTime() - suspects.first.at.getTime();
  if (suspects.count >= RETRUST_FIXES && span >= RETRUST_SPAN_MS) return trust(next);
  return { verdict: 'flagged', reason: 'impossible_jump', history: { ...history, suspects } };
}

function trust(fix: Fix): FixVerdict & { history: FixHistory } {
  return { verdict: 'trusted', history: { trusted: fix, suspects: null } };
}

function withSuspect(suspects: FixHistory['suspects'], next: Fix): NonNullable<FixHistory['suspects']> {
  if (suspects === null || !isReachable(suspects.last, next)) return { first: next, last: next, count: 1 };
  return { first: suspects.first, last: next, count: suspects.count + 1 };
}

/** Whether one can have come from one fix to the next; never back in time. */
function isReachable(from: Fix, to: Fix): boolean {
  const elapsed = to.at.getTime() - from.at.getTime();
  if (elapsed < 0) return false;
  const travelled = (MAX_PLAUSIBLE_SPEED * (elapsed + TIME_ERROR_MS)) / 1_000;
  return distanceMeters(from, to) <= travelled + uncertaintyMeters(from) + uncertaintyMeters(to);
}

function uncertaintyMeters({ accuracy }: Fix): number {
  return Math.min(accuracy ?? ASSUMED_ACCURACY_METERS, ACCURACY_CAP_METERS);
}
