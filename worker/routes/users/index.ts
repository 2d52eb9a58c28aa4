import { type Api, newApi } from '../../api.ts';
import { registerGetOwnProfile } from './get-own-profile.ts';

/** People: their profiles, verification, ratings, and the socket that follows them. */
export function userRoutes(): Api {
  const api = newApi();
  registerGetOwnProfile(api);
  return api;
}
