import { distanceMeters } from '../geo/coordinates.ts';
import type { LineFeature, Position } from '../geo/geojson.ts';
import type { Fix } from './fix.ts';

/** Somebody who moves less than this stands still as far as a trail goes … */
export const TRAIL_STEP_METERS = 5;

/** … but once in so long a point says that they are still there. */
export const TRAIL_HEARTBEAT_MS = 60_000;

/** `times[i]` (ISO 8601 UTC) belongs to position `i`; `distanceMeters` is the length of the trail. */
export type TrailProperties = { readonly times: readonly string[]; readonly distanceMeters: number };

/**
 * The fixes worth keeping of a stretch of trusted ones, oldest first, after `lastKept`: those that have moved on by
 * `TRAIL_STEP_METERS`, and one each `TRAIL_HEARTBEAT_MS`. Times strictly increase. Thinning in pieces, each after the
 * last fix kept of the one before, keeps the same fixes as thinning at once.
 */
export function thinTrail(fixes: readonly Fix[], lastKept: Fix | null = null): Fix[] {
  const kept: Fix[] = [];
  let last = lastKept;
  for (const fix of fixes) {
    if (last !== null && !isWorthKeeping(last, fix)) continue;
    kept.push(fix);
    last = fix;
  }
  return kept;
}

/** A trail as GeoJSON. A line needs two positions (RFC 7946, 3.1.4): with fewer there is no geometry, and no times. */
export function trailFeature(fixes: readonly Fix[]): LineFeature<TrailProperties> {
  if (fixes.length < 2) {
    return { type: 'Feature', geometry: null, properties: { times: [], distanceMeters: 0 } };
  }
  let length = 0;
  for (const [index, fix] of fixes.entries()) {
    const before = fixes[index - 1];
    if (before !== undefined) length += distanceMeters(before, fix);
  }
  return {
    type: 'Feature',
    geometry: {
      type: 'LineString',
      coordinates: fixes.map(({ latitude, longitude }): Position => [longitude, latitude]),
    },
    properties: { times: fixes.map(({ at }) => at.toISOString()), distanceMeters: length },
  };
}

function isWorthKeeping(last: Fix, next: Fix): boolean {
  const elapsed = next.at.getTime() - last.at.getTime();
  return elapsed > 0 && (elapsed >= TRAIL_HEARTBEAT_MS || distanceMeters(last, next) >= TRAIL_STEP_METERS);
}
