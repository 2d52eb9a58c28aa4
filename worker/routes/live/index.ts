import { type Api, newApi } from '../../api.ts';
import { registerEditShow } from './edit-show.ts';
import { registerEndShow } from './end-show.ts';
import { registerGetShow } from './get-show.ts';
import { registerInvite } from './invite.ts';
import { registerListInvitations } from './list-invitations.ts';
import { registerListShows } from './list-shows.ts';
import { registerOpenLiveRoom } from './open-live-room.ts';
import { registerBeginPreflight } from './preflight/begin-preflight.ts';
import { registerConnectPreflight } from './preflight/connect-preflight.ts';
import { registerEndPreflight } from './preflight/end-preflight.ts';
import { registerPublishPreflight } from './preflight/publish-preflight.ts';
import { registerStartShow } from './start-show.ts';
import { registerUninvite } from './uninvite.ts';

/** Live shows: who may watch, when they are live, and the way into their rooms. */
export function liveRoutes(): Api {
  const api = newApi();
  registerListShows(api);
  registerGetShow(api);
  registerEditShow(api);
  registerStartShow(api);
  registerEndShow(api);
  registerListInvitations(api);
  registerInvite(api);
  registerUninvite(api);
  registerOpenLiveRoom(api);
  registerBeginPreflight(api);
  registerPublishPreflight(api);
  registerConnectPreflight(api);
  registerEndPreflight(api);
  return api;
}
