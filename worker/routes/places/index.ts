import { type Api, newApi } from '../../api.ts';
import { registerCreateGeofence } from './create-geofence.ts';
import { registerDeleteGeofence } from './delete-geofence.ts';
import { registerListGeofences } from './list-geofences.ts';
import { registerListNearbyProviders } from './list-nearby-providers.ts';
import { registerReportLocation } from './report-location.ts';
import { registerSetAvailability } from './set-availability.ts';

/** Where providers are, and people's own geofences. */
export function placeRoutes(): Api {
  const api = newApi();
  registerReportLocation(api);
  registerSetAvailability(api);
  registerListNearbyProviders(api);
  registerListGeofences(api);
  registerCreateGeofence(api);
  registerDeleteGeofence(api);
  return api;
}
