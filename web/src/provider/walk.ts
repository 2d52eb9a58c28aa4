import type { FixBody } from '#contract/places.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import { bearing, destination, distanceBetween } from '../map/geometry.ts';

/** Ways to try out moving, with their speeds in m/s. All of them are speeds that the server believes. */
export const PACES = {
  foot: { label: 'On foot', speed: 1.5 },
  bike: { label: 'By bike', speed: 6 },
  car: { label: 'By car', speed: 14 },
  rush: { label: 'In a rush', speed: 70 },
} as const;
export type Pace = keyof typeof PACES;

/** A simulated device is this good, in metres. */
const ACCURACY = 5;

/** The fix of somebody standing still. */
export function standAt({ latitude, longitude }: Coordinates): FixBody {
  return { latitude, longitude, speed: 0, accuracy: ACCURACY };
}

/** Where somebody is after walking straight towards a target for so many seconds; they stop there. */
export function walk(from: FixBody, target: Coordinates, speed: number, seconds: number): FixBody {
  const distance = distanceBetween(from, target);
  const heading = distance > 1 ? bearing(from, target) : (from.heading ?? 0);
  const step = speed * seconds;
  if (distance <= step) return { ...standAt(target), heading };
  return { ...destination(from, heading, step), heading, speed, accuracy: ACCURACY };
}
