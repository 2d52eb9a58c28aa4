import type { Coordinates } from '#domain/geo/coordinates.ts';

/** Where to look: `radius` metres around a place, for at most `limit` results. */
export type Around = { center: Coordinates; radius: number; limit: number };

/**
 * The index walks outwards in the order of `<->`, which measures on a sphere and differs from ST_Distance by up to
 * 0.3 %. It brings so many more candidates than asked for, so that ST_Distance decides where a list ends.
 */
export const EXTRA_CANDIDATES = 20;
