import { type Coordinates, distanceMeters } from '../geo/coordinates.ts';
import type { Fix } from './fix.ts';
import { ARRIVAL_RADIUS_METERS, STALE_AFTER_MS } from './policy.ts';

/** Ways are longer than the straight line: about 1.3 times in cities (the circuity of road networks). */
export const DETOUR_FACTOR = 1.3;

/** Somebody who stands still now will walk at least; nobody keeps up more than this on the way, in m/s. */
export const SPEED_FLOOR = 1.2;
export const SPEED_CEILING = 40;

/** Fixes that are this much older than the last say nothing of the speed now; each half-life of age halves their weight. */
const SPEED_WINDOW_MS = 120_000;
const SPEED_HALF_LIFE_MS = 30_000;

/** Over less time than this the error of two fixes would pass for movement. */
const SHORTEST_BASELINE_MS = 2_000;

/** How far it still is (metres, straight), how fast they come (m/s, smoothed and bounded), and when they will be there. */
export type ArrivalEstimate = {
  readonly distanceMeters: number;
  readonly speed: number;
  readonly seconds: number;
  readonly arrivesAt: Date;
};

/**
 * When somebody will be within the arrival radius of their destination. `fixes` are their recent trusted ones, oldest
 * first. Null when there is none, the last one is stale, or nothing tells how fast they move.
 */
export function estimateArrival(
  fixes: readonly Fix[],
  destination: Coordinates,
  now: Date,
): ArrivalEstimate | null {
  const last = fixes.at(-1);
  if (last === undefined || now.getTime() - last.at.getTime() > STALE_AFTER_MS) return null;
  const measured = smoothedSpeed(fixes, last);
  if (measured === null) return null;
  const speed = Math.min(SPEED_CEILING, Math.max(SPEED_FLOOR, measured));
  const distance = distanceMeters(last, destination);
  const way = Math.max(0, distance - ARRIVAL_RADIUS_METERS) * DETOUR_FACTOR;
  // They have been moving since their last fix, too.
  const arrivesAt = new Date(Math.max(now.getTime(), last.at.getTime() + (way / speed) * 1_000));
  return {
    distanceMeters: distance,
    speed,
    seconds: Math.round((arrivesAt.getTime() - now.getTime()) / 1_000),
    arrivesAt,
  };
}

/** What the device measures itself beats positions, which jitter; without it, the displacement over the window counts. */
function smoothedSpeed(fixes: readonly Fix[], last: Fix): number | null {
  const recent = fixes.filter(({ at }) => last.at.getTime() - at.getTime() <= SPEED_WINDOW_MS);
  let weights = 0;
  let weighted = 0;
  for (const { speed, at } of recent) {
    if (speed === undefined || speed === null) continue;
    const weight = 0.5 ** ((last.at.getTime() - at.getTime()) / SPEED_HALF_LIFE_MS);
    weights += weight;
    weighted += weight * speed;
  }
  if (weights > 0) return weighted / weights;

  const first = recent[0] ?? last;
  const elapsed = last.at.getTime() - first.at.getTime();
  return elapsed >= SHORTEST_BASELINE_MS ? distanceMeters(first, last) / (elapsed / 1_000) : null;
}
