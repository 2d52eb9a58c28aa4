import { type Api, newApi } from '../../api.ts';
import { registerAskForVerification } from './ask-for-verification.ts';
import { registerDecideVerification } from './decide-verification.ts';
import { registerGetOwnProfile } from './get-own-profile.ts';
import { registerGetPublicProfile } from './get-public-profile.ts';
import { registerListRatings } from './list-ratings.ts';
import { registerOpenOwnSocket } from './open-own-socket.ts';
import { registerUpdateOwnProfile } from './update-own-profile.ts';

/** People: their profiles, verification, ratings, and the socket that follows them. */
export function userRoutes(): Api {
  const api = newApi();
  // What is under `me` comes before what takes any id.
  registerGetOwnProfile(api);
  registerUpdateOwnProfile(api);
  registerOpenOwnSocket(api);
  registerAskForVerification(api);
  registerDecideVerification(api);
  registerGetPublicProfile(api);
  registerListRatings(api);
  return api;
}
