import fc from 'fast-check';
import { cellToLatLng, getPentagons } from 'h3-js';
import { MATCHING_CELL_RESOLUTION } from './cells.ts';
import type { Coordinates } from './coordinates.ts';

/** For property tests. Anywhere on Earth, as likely in one square kilometre as in another. */
export const anyPlace: fc.Arbitrary<Coordinates> = fc
  .record({ z: fc.double({ min: -1, max: 1, noNaN: true }), longitude: degrees(-180, 180) })
  .map(({ z, longitude }) => ({ latitude: (Math.asin(z) * 180) / Math.PI, longitude }));

/** Where grids and longitudes misbehave: the antimeridian, the poles, and around H3's pentagons. */
export const awkwardPlace: fc.Arbitrary<Coordinates> = fc.oneof(
  fc.record({ latitude: degrees(-89, 89), longitude: fc.constantFrom(180, -180, 179.99, -179.99, 179.9) }),
  fc.record({ latitude: fc.oneof(degrees(89.5, 90), degrees(-90, -89.5)), longitude: degrees(-180, 180) }),
  fc
    .record({
      pentagon: fc.constantFrom(...getPentagons(MATCHING_CELL_RESOLUTION)),
      bearing: degrees(0, 360),
      meters: fc.double({ min: 0, max: 40_000, noNaN: true }),
    })
    .map(({ pentagon, bearing, meters }) => {
      const [latitude, longitude] = cellToLatLng(pentagon);
      return placeAt({ latitude, longitude }, bearing, meters);
    }),
);

/** Where people live, away from the poles. */
export const inhabitedPlace: fc.Arbitrary<Coordinates> = fc.record({
  latitude: degrees(-65, 70),
  longitude: degrees(-180, 180),
});

/** The place that lies so many metres from another along a great circle with this initial bearing. */
export function placeAt(from: Coordinates, bearing: number, meters: number): Coordinates {
  const radians = Math.PI / 180;
  const angle = meters / 6_371_007.180918475;
  const latitude = from.latitude * radians;
  const sine =
    Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(bearing * radians);
  const east = Math.atan2(
    Math.sin(bearing * radians) * Math.sin(angle) * Math.cos(latitude),
    Math.cos(angle) - Math.sin(latitude) * sine,
  );
  const longitude = from.longitude + east / radians;
  return {
    latitude: Math.asin(Math.min(1, Math.max(-1, sine))) / radians,
    longitude: longitude - 360 * Math.round(longitude / 360),
  };
}

function degrees(min: number, max: number): fc.Arbitrary<number> {
  return fc.double({ min, max, noNaN: true });
}
