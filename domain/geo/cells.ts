import { cellToBoundary, cellToLatLng, gridDisk, latLngToCell } from 'h3-js';
import { type Coordinates, distanceMeters } from './coordinates.ts';

/** Size of the cell that stands for an exact place in public: hexagons of about 0.7 km², 1 km across. */
export const ORDER_CELL_RESOLUTION = 8;

/** Size of a matching cell: hexagons of about 250 km², so that 25 km around a place touch some 20 of them. */
export const MATCHING_CELL_RESOLUTION = 5;

/**
 * The sphere that cells are measured on puts a point up to 0.6 % farther away than the spheroid of the record does;
 * covering so much more keeps what the record calls "within the radius" inside.
 */
const SPHEROID_SLACK = 1.006;

/** What the public may know of an exact place: its H3 cell (resolution 8) and that cell's centre. */
export type BlurredPlace = { readonly cell: string; readonly center: Coordinates };

/** The H3 cell of resolution 8 around an exact place, and the centre that is shown instead of it. */
export function blur(place: Coordinates): BlurredPlace {
  const cell = latLngToCell(place.latitude, place.longitude, ORDER_CELL_RESOLUTION);
  return { cell, center: centerOf(cell) };
}

/** The H3 index (resolution 5) of the matching cell that holds this place. */
export function matchingCell(place: Coordinates): string {
  return latLngToCell(place.latitude, place.longitude, MATCHING_CELL_RESOLUTION);
}

/**
 * Every matching cell that can hold a point within `radiusMeters` of `center`; a few more just beyond the radius are
 * allowed. The cells that a disc touches are connected, so spreading from the centre's cell finds them all,
 * across the antimeridian, at the poles and around H3's pentagons alike. Meant for radii up to 25 km; the number of
 * cells grows with the square of the radius.
 */
export function coveringCells(center: Coordinates, radiusMeters: number): string[] {
  const reach = radiusMeters * SPHEROID_SLACK;
  const origin = matchingCell(center);
  const seen = new Set([origin]);
  const covering: string[] = [];
  const frontier = [origin];
  for (let cell = frontier.pop(); cell !== undefined; cell = frontier.pop()) {
    if (cell !== origin && distanceMeters(center, centerOf(cell)) > reach + circumradiusMeters(cell))
      continue;
    covering.push(cell);
    for (const neighbour of gridDisk(cell, 1)) {
      if (seen.has(neighbour)) continue;
      seen.add(neighbour);
      frontier.push(neighbour);
    }
  }
  return covering;
}

function centerOf(cell: string): Coordinates {
  const [latitude, longitude] = cellToLatLng(cell);
  return { latitude, longitude };
}

/** No point of a cell is farther from its centre than the farthest of its corners. */
function circumradiusMeters(cell: string): number {
  const center = centerOf(cell);
  return Math.max(
    ...cellToBoundary(cell).map(([latitude, longitude]) => distanceMeters(center, { latitude, longitude })),
  );
}
