import { type Api, newApi } from '../../api.ts';

/** Where providers are, and people's own geofences. */
export function placeRoutes(): Api {
  return newApi();
}
