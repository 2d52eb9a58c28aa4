import { CLOSE_CODES } from '#contract/close-codes.ts';
import type { WatcherState } from '../media/watcher.ts';
import type { RoomConnection } from '../room/live-room-client.ts';
import type { LiveRoomState } from '../room/live-room-state.ts';

/** What a viewer sees, or why they see nothing. */
export type PlayerPhase =
  /** The room has not answered yet. */
  | 'entering'
  /** The room is not open to this person, or does not exist. */
  | 'closed_to_you'
  /** This person was put out. */
  | 'put_out'
  /** The same seat was taken by another page. */
  | 'elsewhere'
  | 'not_live_yet'
  /** The system that this show belongs to carries no video. */
  | 'no_video'
  | 'connecting'
  /** It is live, but its host sends no picture. */
  | 'nothing_sent'
  | 'camera_off'
  | 'playing'
  /** The viewer's own wish. */
  | 'sound_only'
  /** Their connection carries no picture. */
  | 'audio_only'
  | 'reconnecting'
  | 'failed'
  | 'ended';

type Known = {
  connection: RoomConnection;
  room: Pick<LiveRoomState, 'show' | 'tracks' | 'audioOnly'>;
  watcher: Pick<WatcherState, 'link' | 'tracks' | 'quality'>;
  /** A frame of what is received now has been shown. */
  hasPicture: boolean;
};

export function playerPhase({ connection, room, watcher, hasPicture }: Known): PlayerPhase {
  const { show } = room;
  if (show?.status === 'ended') return 'ended';
  if (connection.state === 'refused') return refusalPhase(connection, show !== null);
  if (!show) return 'entering';
  if (show.mediaBackend === 'none') return 'no_video';
  if (watcher.link === 'failed') return 'failed';

  const pictures = room.tracks.filter(({ kind }) => kind === 'video');
  if (pictures.length === 0) {
    if (show.status === 'scheduled') return 'not_live_yet';
    return connection.state === 'live' ? 'nothing_sent' : 'reconnecting';
  }
  if (watcher.link === 'reconnecting') return 'reconnecting';
  if (watcher.link !== 'connected') return 'connecting';
  if (pictures.every(({ paused }) => paused)) return 'camera_off';
  if (watcher.quality === 'sound') return 'sound_only';
  if (room.audioOnly) return 'audio_only';
  return hasPicture ? 'playing' : 'connecting';
}

function refusalPhase({ code }: RoomConnection, wasIn: boolean): PlayerPhase {
  if (code === CLOSE_CODES.GONE) return 'ended';
  if (code === CLOSE_CODES.REPLACED) return 'elsewhere';
  return wasIn ? 'put_out' : 'closed_to_you';
}
