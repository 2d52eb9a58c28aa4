import { type Coordinates, distanceMeters } from '../geo/coordinates.ts';
import type { Polygon } from '../geo/geojson.ts';
import { metersBeyondPolygon } from '../geo/polygon.ts';
import type { Fix } from './fix.ts';
import { ARRIVAL_RADIUS_METERS } from './policy.ts';

/** An area that one is inside or outside of; `radius` in metres. */
export type Geofence =
  | { readonly kind: 'circle'; readonly center: Coordinates; readonly radius: number }
  | { readonly kind: 'polygon'; readonly polygon: Polygon };

/** Which side of a fence somebody was last known to be on. */
export type GeofenceSide = 'inside' | 'outside' | 'unknown';

/** The side after a fix, and the crossing that it made, if any. */
export type GeofenceStep = { readonly state: GeofenceSide; readonly crossed?: 'entered' | 'exited' };

/** One who is inside has left only when so far beyond the border, and farther than the fix may be wrong. */
export const EXIT_MARGIN_METERS = 30;

/** A fix that may be wrong by more than this says nothing about sides (a phone that knows only its radio cell). */
export const WORST_USABLE_ACCURACY_METERS = 200;

/** The fence around an order's place, inside of which its provider has arrived. */
export function arrivalFence(center: Coordinates): Geofence {
  return { kind: 'circle', center, radius: ARRIVAL_RADIUS_METERS };
}

/** How far a place lies beyond a fence's border, in metres; negative inside. */
export function metersBeyond(fence: Geofence, place: Coordinates): number {
  switch (fence.kind) {
    case 'circle':
      return distanceMeters(fence.center, place) - fence.radius;
    case 'polygon':
      return metersBeyondPolygon(fence.polygon, place);
  }
}

/**
 * The side of a fence after one more trusted fix. Entering is being at or within the border; leaving is being beyond
 * it by more than `EXIT_MARGIN_METERS` and by more than the fix's own accuracy. So a fix that jitters on the border by
 * less than the margin crosses it once at most. The first fix inside counts as entering; the first one outside
 * is no crossing.
 */
export function advanceGeofence(state: GeofenceSide, fence: Geofence, fix: Fix): GeofenceStep {
  const accuracy = fix.accuracy ?? 0;
  if (accuracy > WORST_USABLE_ACCURACY_METERS) return { state };
  const beyond = metersBeyond(fence, fix);
  switch (state) {
    case 'inside':
      return beyond > Math.max(EXIT_MARGIN_METERS, accuracy)
        ? { state: 'outside', crossed: 'exited' }
        : { state: 'inside' };
    case 'outside':
    case 'unknown':
      return beyond <= 0 ? { state: 'inside', crossed: 'entered' } : { state: 'outside' };
  }
}
