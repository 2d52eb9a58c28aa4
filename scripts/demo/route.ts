/** WGS 84 degrees. */
export type Place = { readonly latitude: number; readonly longitude: number };

/** One position on a walk; heading in degrees clockwise from north, speed in m/s. */
export type Step = Place & { readonly heading: number; readonly speed: number };

/** Where the walk begins. */
export const RESTAURADORES = { latitude: 38.71585, longitude: -9.14165 };

/** Where the walk ends: Cais das Colunas. */
export const QUAY = { latitude: 38.70659, longitude: -9.13598 };

/** Home of the provider who is not there: by the cathedral. */
export const CATHEDRAL = { latitude: 38.7099, longitude: -9.1334 };

/** Down to the river in Lisbon: Restauradores, Rossio, the length of Rua Augusta, its arch, the square, the quay. */
const CORNERS: readonly Place[] = [
  RESTAURADORES,
  { latitude: 38.71478, longitude: -9.14085 },
  { latitude: 38.71438, longitude: -9.14022 },
  { latitude: 38.71412, longitude: -9.13968 },
  { latitude: 38.71352, longitude: -9.13937 },
  { latitude: 38.71318, longitude: -9.13868 },
  { latitude: 38.71252, longitude: -9.13841 },
  { latitude: 38.71106, longitude: -9.13779 },
  { latitude: 38.70962, longitude: -9.13718 },
  { latitude: 38.70852, longitude: -9.13671 },
  { latitude: 38.70769, longitude: -9.13645 },
  { latitude: 38.70671, longitude: -9.13604 },
  QUAY,
];

/** Someone who is not in a hurry. */
const WALKING_SPEED = 1.4;

/** The walk in `count` steps of equal length. */
export function walkToTheQuay(count: number): Step[] {
  const legs = CORNERS.slice(1).flatMap((to, index) => {
    const from = CORNERS[index];
    return from ? [{ from, to, meters: metersBetween(from, to) }] : [];
  });
  const total = legs.reduce((sum, { meters }) => sum + meters, 0);
  return Array.from({ length: count }, (_, step) => {
    let ahead = (total * step) / (count - 1);
    for (const { from, to, meters } of legs) {
      if (ahead <= meters)
        return { ...between(from, to, ahead / meters), heading: bearing(from, to), speed: WALKING_SPEED };
      ahead -= meters;
    }
    return { ...QUAY, heading: 180, speed: WALKING_SPEED };
  });
}

/** Metres on a plane; within one town the Earth's curve does not show. */
export function metersBetween(from: Place, to: Place): number {
  const { north, east } = offset(from, to);
  return Math.hypot(north, east);
}

function bearing(from: Place, to: Place): number {
  const { north, east } = offset(from, to);
  return Math.round((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

function offset(from: Place, to: Place): { north: number; east: number } {
  const metersPerDegree = 111_320;
  return {
    north: (to.latitude - from.latitude) * metersPerDegree,
    east: (to.longitude - from.longitude) * metersPerDegree * Math.cos((from.latitude * Math.PI) / 180),
  };
}

/** Six decimals are a tenth of a metre. */
function between(from: Place, to: Place, share: number): Place {
  const mix = (a: number, b: number) => Number((a + (b - a) * share).toFixed(6));
  return { latitude: mix(from.latitude, to.latitude), longitude: mix(from.longitude, to.longitude) };
}
