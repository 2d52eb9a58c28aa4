import type { Feature, FeatureCollection, LineString } from 'geojson';
import { formatLatitude, formatLongitude } from '../format/distance.ts';

export type Box = { west: number; south: number; east: number; north: number };

/** Steps between lines in minutes of arc: each is a round part of a degree, as on charts. */
const STEPS = [30 * 60, 10 * 60, 5 * 60, 2 * 60, 60, 30, 10, 5, 2, 1, 0.5, 0.2, 0.1];

/** Lines are at least so far apart on the screen, in pixels. */
const CLOSEST_PIXELS = 110;

/** Beyond this web maps show nothing. */
const LAST_LATITUDE = 85;

/** The step in minutes of arc that suits a zoom level, where the world is 512 × 2^zoom pixels wide. */
export function stepAt(zoom: number): number {
  const pixelsPerMinute = (512 * 2 ** zoom) / (360 * 60);
  const fitting = STEPS.filter((step) => step * pixelsPerMinute >= CLOSEST_PIXELS);
  return fitting.at(-1) ?? 30 * 60;
}

/** The meridians and parallels of a box, each with its label. `step` in minutes of arc. */
export function graticule(box: Box, step: number): FeatureCollection<LineString> {
  const south = Math.max(-LAST_LATITUDE, box.south);
  const north = Math.min(LAST_LATITUDE, box.north);
  const features: Feature<LineString>[] = [];
  for (const minutes of multiples(box.west, box.east, step)) {
    const longitude = minutes / 60;
    features.push(
      line(
        [
          [longitude, south],
          [longitude, north],
        ],
        formatLongitude(wrap(longitude)),
      ),
    );
  }
  for (const minutes of multiples(south, north, step)) {
    const latitude = minutes / 60;
    features.push(
      line(
        [
          [box.west, latitude],
          [box.east, latitude],
        ],
        formatLatitude(latitude),
      ),
    );
  }
  return { type: 'FeatureCollection', features };
}

/** The multiples of a step (minutes) within two angles (degrees). Counted in steps, so that no error adds up. */
function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil((from * 60) / step);
  const last = Math.floor((to * 60) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

function line(coordinates: [number, number][], label: string): Feature<LineString> {
  return { type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: { label } };
}

function wrap(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}
