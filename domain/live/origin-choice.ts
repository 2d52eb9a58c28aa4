import { type Coordinates, distanceMeters } from '../geo/coordinates.ts';

/** A media origin as a choice. `load` is the share of its CPU that is in use, 0 to 1. `location` null: it does not say. */
export type OriginCandidate = {
  originId: string;
  location: Coordinates | null;
  load: number;
  draining: boolean;
  workers: number;
};

/**
 * For whom: `place` null when nobody knows where they are. `present`: where the room is already. `avoid`: what has just failed.
 * `mayGrow`: whether the room may be at one origin more.
 */
export type OriginWish = {
  place: Coordinates | null;
  present: ReadonlySet<string>;
  avoid: ReadonlySet<string>;
  mayGrow: boolean;
};

/** Everything is weighed as if it were a way, in kilometres. */
const KM = 1_000;
/** A distance that is not known. */
const UNKNOWN_KM = 3_000;
/** What one copy less between origins is worth: whom an origin of the room serves from so much farther is served well. */
const PRESENT_KM = 1_000;
/** An origin at its limit is as good as one so much farther away; at half its load, a quarter of that. */
const BUSY_KM = 4_000;
/** Above this it takes newcomers only when there is no other. */
const FULL_LOAD = 0.9;
const FULL_KM = 100_000;

/** The origin that serves somebody best, or null: there is none. One that drains or has no worker is none. */
export function chooseOrigin<O extends OriginCandidate>(
  candidates: readonly O[],
  wish: OriginWish,
): O | null {
  const possible = candidates.filter(
    ({ originId, draining, workers }) => !draining && workers > 0 && !wish.avoid.has(originId),
  );
  const present = possible.filter(({ originId }) => wish.present.has(originId));
  // Far from a picture is better than where none comes.
  const allowed = wish.mayGrow || present.length === 0 ? possible : present;
  return allowed.reduce<O | null>(
    (best, other) => (best && isBetter(best, other, wish) ? best : other),
    null,
  );
}

function isBetter(a: OriginCandidate, b: OriginCandidate, wish: OriginWish): boolean {
  const [costOfA, costOfB] = [cost(a, wish), cost(b, wish)];
  // A choice that is made twice must be made the same way.
  return costOfA === costOfB ? a.originId < b.originId : costOfA < costOfB;
}

function cost({ originId, location, load }: OriginCandidate, { place, present }: OriginWish): number {
  const way = place && location ? distanceMeters(place, location) / KM : UNKNOWN_KM;
  return (
    way + load ** 2 * BUSY_KM + (load > FULL_LOAD ? FULL_KM : 0) - (present.has(originId) ? PRESENT_KM : 0)
  );
}
