import { cellToLatLng, gridDisk, latLngToCell } from 'h3-js';
import { ORDER_CELL_RESOLUTION } from '#domain/geo/cells.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';

/** Centres of large cities all over the world, the greatest crowd first: latitude, longitude. */
const CENTRES: readonly (readonly [number, number])[] = [
  [35.68, 139.69],
  [28.61, 77.21],
  [31.23, 121.47],
  [-23.55, -46.63],
  [19.43, -99.13],
  [30.04, 31.24],
  [19.08, 72.88],
  [39.9, 116.41],
  [23.81, 90.41],
  [40.71, -74.01],
  [24.86, 67.01],
  [-34.6, -58.38],
  [41.01, 28.98],
  [6.52, 3.38],
  [14.6, 120.98],
  [55.76, 37.62],
  [34.05, -118.24],
  [48.86, 2.35],
  [-6.21, 106.85],
  [4.71, -74.07],
  [51.51, -0.13],
  [13.76, 100.5],
  [41.88, -87.63],
  [10.82, 106.63],
  [37.57, 126.98],
  [22.32, 114.17],
  [33.69, -7.39],
  [-33.87, 151.21],
  [-26.2, 28.05],
  [43.65, -79.38],
  [52.52, 13.4],
  [40.42, -3.7],
  [-1.29, 36.82],
  [48.21, 16.37],
  [59.33, 18.07],
  [-36.85, 174.76],
  [64.15, -21.94],
  [61.22, -149.9],
  [-53.16, -70.91],
  [21.31, -157.86],
];

/** So many cells around a centre make a city some 40 km across. */
const CITY_RINGS = 22;

/** A public cell of a city; `position` counts from the centre outwards. */
export type CityCell = { city: number; position: number; cell: string; center: Coordinates };

/** The cells of all cities, in the size in which the public sees an order's place. */
export function cityCells(): CityCell[] {
  return CENTRES.flatMap(([latitude, longitude], city) =>
    gridDisk(latLngToCell(latitude, longitude, ORDER_CELL_RESOLUTION), CITY_RINGS).map((cell, position) => {
      const [cellLatitude, cellLongitude] = cellToLatLng(cell);
      return { city, position, cell, center: { latitude: cellLatitude, longitude: cellLongitude } };
    }),
  );
}

/** How large each city's share is, before it is divided by the sum: the n-th has 1/√n of the first. */
export function cityWeights(): number[] {
  return CENTRES.map((_, city) => 1 / Math.sqrt(city + 1));
}

/** How crowds thin out from a city's centre: as in a normal distribution with this deviation, in metres. */
export const CITY_SPREAD_METERS = 6_000;

/** The farthest cells of a city from its centre, in metres. */
export const CITY_RADIUS_METERS = 20_000;

/** Where searchers stand: among the crowd, in the country 50 to 500 km from a city, or in the middle of nowhere. */
export type Surroundings = 'city' | 'country' | 'nowhere';

/** A place of that kind. In the middle of nowhere the next city is 1,500 to 3,000 km away, or another is nearer. */
export function placeIn(surroundings: Surroundings, random: () => number): Coordinates {
  const centre = someCity(random);
  switch (surroundings) {
    case 'city':
      return shifted(centre, random, CITY_SPREAD_METERS * Math.sqrt(-2 * Math.log(1 - random())));
    case 'country':
      return shifted(centre, random, 50_000 + random() * 450_000);
    case 'nowhere':
      return shifted(centre, random, 1_500_000 + random() * 1_500_000);
  }
}

function someCity(random: () => number): Coordinates {
  const weights = cityWeights();
  let left = random() * weights.reduce((total, weight) => total + weight, 0);
  const city = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  const [latitude, longitude] = CENTRES[city] ?? CENTRES[0] ?? [0, 0];
  return { latitude, longitude };
}

/** On a sphere, in a direction that chance decides. */
function shifted(from: Coordinates, random: () => number, meters: number): Coordinates {
  const radians = Math.PI / 180;
  const angle = meters / 6_371_008;
  const direction = random() * 2 * Math.PI;
  const north = from.latitude * radians;
  const latitude = Math.asin(
    Math.sin(north) * Math.cos(angle) + Math.cos(north) * Math.sin(angle) * Math.cos(direction),
  );
  const east = Math.atan2(
    Math.sin(direction) * Math.sin(angle) * Math.cos(north),
    Math.cos(angle) - Math.sin(north) * Math.sin(latitude),
  );
  const longitude = from.longitude + east / radians;
  return { latitude: latitude / radians, longitude: ((longitude + 540) % 360) - 180 };
}

/** Random numbers in [0, 1) that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
