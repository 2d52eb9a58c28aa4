import { blur } from '#domain/geo/cells.ts';
import { type Coordinates, distanceMeters } from '#domain/geo/coordinates.ts';

const STEP_METERS = 100;

/**
 * How far an applicant is from an order's place, in hundreds of metres. It is kept for the creator, who knows the
 * place: so it is measured from the centre of the applicant's cell, or a few orders around somebody would find out
 * where they are. The applicant is never told, for the same reason the other way round.
 */
export function applicantDistance(applicant: Coordinates, place: Coordinates): number {
  return Math.round(distanceMeters(blur(applicant).center, place) / STEP_METERS) * STEP_METERS;
}
