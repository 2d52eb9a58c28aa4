import { useUser } from '../session/user.tsx';
import type { NameOf } from './use-names.ts';
import type { Room } from './use-room.ts';

/** Whether this page hears the room, and who else is in it. */
export function Connection({ room, nameOf }: { room: Room; nameOf: NameOf }) {
  const user = useUser();
  // An admin is there for the house, whoever they are.
  const names = room.present
    .filter(({ userId }) => userId !== user.id)
    .map(({ userId, relation }) => (relation === 'admin' ? 'TapLive' : nameOf(userId)));
  return (
    <span className={`connection connection-${room.connection}`} role="status">
      <span className="connection-dot" aria-hidden="true" />
      {textOf(room, [...new Set(names)])}
    </span>
  );
}

function textOf({ connection, refusal }: Room, others: string[]): string {
  switch (connection) {
    case 'live':
      return others.length > 0
        ? `${others.join(', ')} ${others.length > 1 ? 'are' : 'is'} here too`
        : 'Connected';
    case 'connecting':
      return 'Connecting…';
    case 'waiting':
      return 'Connection lost, trying again…';
    case 'refused':
      return refusal || 'The room is closed to you';
    case 'closed':
      return 'Closed';
  }
}
