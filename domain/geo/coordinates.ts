import { greatCircleDistance, UNITS } from 'h3-js';

/** A place on Earth: WGS 84 degrees, latitude −90…90, longitude −180…180. */
export type Coordinates = { readonly latitude: number; readonly longitude: number };

/** Whether both numbers are finite and within WGS 84's ranges, borders included. */
export function areValidCoordinates({ latitude, longitude }: Coordinates): boolean {
  // NaN and the infinities fail these comparisons by themselves.
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

/**
 * Great-circle distance in metres on H3's sphere (radius 6,371,007 m). PostGIS measures `geography` on the WGS 84
 * spheroid: the two differ by up to 0.6 %, so the record's distances win where both are at hand.
 */
export function distanceMeters(a: Coordinates, b: Coordinates): number {
  return greatCircleDistance([a.latitude, a.longitude], [b.latitude, b.longitude], UNITS.m);
}
