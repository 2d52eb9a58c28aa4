import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { ApiContext } from '../../api.ts';

/** Roughly where the client is, as Cloudflare tells it from the address; null elsewhere. */
export function placeOf(c: ApiContext): Coordinates | null {
  const { latitude, longitude } = c.req.raw.cf ?? {};
  if (typeof latitude !== 'string' || typeof longitude !== 'string') return null;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}
