import type { FieldProblem } from '../errors.ts';
import { areValidCoordinates, distanceMeters } from '../geo/coordinates.ts';
import type { Polygon, Position } from '../geo/geojson.ts';
import { crossesItself, metersBeyondPolygon, squareMeters } from '../geo/polygon.ts';
import { err, ok, type Result } from '../result.ts';
import type { Geofence } from './geofence.ts';

/** Bounds of the fences that people draw for themselves. */
export const USER_GEOFENCE_LIMITS = {
  perUser: 50,
  /** Metres. */
  radius: { min: 20, max: 50_000 },
  /** Corners of a polygon, those of its holes included; the position that closes a ring is not one more. */
  vertices: 100,
  /** How far any corner may be from the first, in metres: as wide as the largest circle. */
  extent: 100_000,
  /** Square metres; less could never be entered with a phone's accuracy. */
  minArea: 100,
  /** Degrees from the equator: closer to a pole a polygon could wind around it. */
  maxLatitude: 89,
} as const;

/**
 * Whether somebody may have this fence. Problems name the field of the request's body (`radius`,
 * `polygon.coordinates.0`).
 */
export function checkUserGeofence(fence: Geofence): Result<Geofence, FieldProblem[]> {
  const problems = fence.kind === 'circle' ? circleProblems(fence) : polygonProblems(fence.polygon);
  return problems.length === 0 ? ok(fence) : err(problems);
}

function circleProblems({ center, radius }: Extract<Geofence, { kind: 'circle' }>): FieldProblem[] {
  const { min, max } = USER_GEOFENCE_LIMITS.radius;
  const problems: FieldProblem[] = [];
  if (!areValidCoordinates(center)) problems.push({ field: 'center', message: 'is no place on Earth' });
  // Negated, so that NaN is refused as well.
  if (!(radius >= min && radius <= max)) {
    problems.push({ field: 'radius', message: `must be between ${min} and ${max} metres` });
  }
  return problems;
}

/** Shape first, then what only a well-shaped polygon can be asked; the first thing wrong is told. */
function polygonProblems(polygon: Polygon): FieldProblem[] {
  const rings = polygon.coordinates;
  const first = rings[0]?.[0];
  if (first === undefined) return [{ field: 'polygon.coordinates', message: 'must have a ring' }];
  const vertices = rings.reduce((count, ring) => count + ring.length - 1, 0);
  if (vertices > USER_GEOFENCE_LIMITS.vertices) {
    return [
      {
        field: 'polygon.coordinates',
        message: `must have at most ${USER_GEOFENCE_LIMITS.vertices} vertices`,
      },
    ];
  }
  const ofRings = rings.flatMap((ring, index) => ringProblems(ring, `polygon.coordinates.${index}`, first));
  if (ofRings.length > 0) return ofRings;
  if (crossesItself(polygon)) {
    return [{ field: 'polygon.coordinates', message: 'must not cross or touch itself' }];
  }
  return holeProblems(polygon);
}

function ringProblems(ring: readonly Position[], field: string, first: Position): FieldProblem[] {
  const { extent, maxLatitude, minArea } = USER_GEOFENCE_LIMITS;
  for (const [index, position] of ring.entries()) {
    const place = coordinatesOf(position);
    if (!areValidCoordinates(place))
      return [{ field: `${field}.${index}`, message: 'is no longitude and latitude' }];
    if (Math.abs(place.latitude) > maxLatitude) {
      return [{ field: `${field}.${index}`, message: 'is too close to a pole' }];
    }
    if (distanceMeters(coordinatesOf(first), place) > extent) {
      return [
        {
          field: `${field}.${index}`,
          message: `must be within ${extent / 1_000} km of the first position`,
        },
      ];
    }
  }
  const [start, end] = [ring[0], ring.at(-1)];
  if (ring.length < 4 || start?.[0] !== end?.[0] || start?.[1] !== end?.[1]) {
    return [{ field, message: 'must be closed: at least four positions, the last the same as the first' }];
  }
  if (squareMeters(ring) < minArea) return [{ field, message: 'has next to no area' }];
  return [];
}

/** Rings that do not cross lie wholly inside or outside of each other, so that one corner speaks for a hole. */
function holeProblems({ coordinates: [exterior = [], ...holes] }: Polygon): FieldProblem[] {
  const outline: Polygon = { type: 'Polygon', coordinates: [exterior] };
  return holes.flatMap(([corner], index) =>
    corner !== undefined && metersBeyondPolygon(outline, coordinatesOf(corner)) < 0
      ? []
      : [{ field: `polygon.coordinates.${index + 1}`, message: 'must lie inside the first ring' }],
  );
}

function coordinatesOf([longitude, latitude]: Position) {
  return { latitude, longitude };
}
