import type { LiveRoomClient } from './live-room-client.ts';
import { useStore } from './use-live-room.ts';

/** What keeps this page from hearing the room, while it lasts. */
export function RoomTrouble({ client }: { client: LiveRoomClient }) {
  const { state, refusal } = useStore(client.connection);
  const { show, stalledSince } = useStore(client.room);
  switch (state) {
    case 'waiting':
      return (
        <p className="muted" role="status">
          Connection lost, trying again…
        </p>
      );
    case 'refused':
      return show?.status === 'ended' ? null : (
        <p className="problem" role="alert">
          {refusal || 'The room is closed to you.'}
        </p>
      );
    case 'connecting':
    case 'closed':
      return null;
    case 'live':
      return stalledSince && show?.status === 'live' ? (
        <p className="muted" role="status">
          No picture reaches anybody at the moment. It comes back by itself.
        </p>
      ) : null;
  }
}
