import type { Feature, Polygon, Position } from 'geojson';
import type { Coordinates } from '#domain/geo/coordinates.ts';

/** The mean radius of the Earth in metres (IUGG). */
const EARTH_RADIUS = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Where one gets from a place by going `distance` metres towards `bearing` (degrees clockwise from north). */
export function destination(from: Coordinates, bearing: number, distance: number): Coordinates {
  const angle = distance / EARTH_RADIUS;
  const latitude = from.latitude * RADIANS;
  const course = bearing * RADIANS;
  const arrival = Math.asin(
    Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(course),
  );
  const east = Math.atan2(
    Math.sin(course) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * Math.sin(arrival),
  );
  return { latitude: arrival / RADIANS, longitude: from.longitude + east / RADIANS };
}

/** The course from one place to another, in degrees clockwise from north, 0…360. */
export function bearing(from: Coordinates, to: Coordinates): number {
  const east = (to.longitude - from.longitude) * RADIANS;
  const [start, end] = [from.latitude * RADIANS, to.latitude * RADIANS];
  const y = Math.sin(east) * Math.cos(end);
  const x = Math.cos(start) * Math.sin(end) - Math.sin(start) * Math.cos(end) * Math.cos(east);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}

/** Metres between two places along a great circle. The domain's own measure would bring all of H3 into the first load. */
export function distanceBetween(a: Coordinates, b: Coordinates): number {
  const latitude = ((b.latitude - a.latitude) * RADIANS) / 2;
  const longitude = ((b.longitude - a.longitude) * RADIANS) / 2;
  const h =
    Math.sin(latitude) ** 2 +
    Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * Math.sin(longitude) ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A circle on the ground as a polygon. */
export function circle(center: Coordinates, radius: number, corners = 96): Feature<Polygon> {
  const ring: Position[] = Array.from({ length: corners + 1 }, (_, corner) => {
    const { latitude, longitude } = destination(center, (corner * 360) / corners, radius);
    return [longitude, latitude];
  });
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: {} };
}

/** Longitude and latitude. */
export type Corner = [number, number];

/** The south-west and north-east corners of the least box around some places, with a margin in metres. */
export function boundsOf(places: readonly Coordinates[], margin: number): [Corner, Corner] {
  const corners = places.flatMap((place) =>
    [0, 90, 180, 270].map((course) => destination(place, course, margin)),
  );
  const latitudes = corners.map(({ latitude }) => latitude);
  const longitudes = corners.map(({ longitude }) => longitude);
  return [
    [Math.min(...longitudes), Math.min(...latitudes)],
    [Math.max(...longitudes), Math.max(...latitudes)],
  ];
}

const STEPS = [1, 2, 5];

/** The radii of some three round rings up to a radius, in metres: the last one is the radius itself. */
export function ringRadii(radius: number): number[] {
  const third = radius / 3;
  const power = 10 ** Math.floor(Math.log10(third));
  const step = (STEPS.find((factor) => factor * power >= third) ?? 10) * power;
  const rings: number[] = [];
  for (let ring = step; ring < radius * 0.92; ring += step) rings.push(ring);
  return [...rings, radius];
}
