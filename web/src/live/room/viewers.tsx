import { mayInRoom } from '#domain/live/live-roles.ts';
import { useUser } from '../../session/user.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PersonActions } from '../chat/chat.tsx';
import type { LiveRoomClient } from './live-room-client.ts';
import { useStore } from './use-live-room.ts';
import './viewers.css';

/** How many watch. */
export function ViewerCount({ client }: { client: LiveRoomClient }) {
  const { presence } = useStore(client.room);
  return (
    <span className="viewer-count" data-testid="viewers">
      <Icon name="people" size={16} /> {presence.viewers.toLocaleString()}
      <span className="visually-hidden">{presence.viewers === 1 ? 'viewer' : 'viewers'}</span>
    </span>
  );
}

/** Who is here, while they are few enough to be named. */
export function People({ client }: { client: LiveRoomClient }) {
  const user = useUser();
  const { presence, role } = useStore(client.room);
  const mayModerate = role !== null && mayInRoom(role, 'moderate');
  if (presence.people === null) {
    return <p className="muted">{presence.viewers.toLocaleString()} people watch: too many to name.</p>;
  }
  if (presence.people.length === 0) return <p className="muted">Nobody is here yet.</p>;
  return (
    <ul className="people" aria-label="Who is here">
      {presence.people.map(({ userId, username, role: theirs }) => (
        <li key={userId}>
          <Avatar name={username} size="small" />
          <span className="people-name">
            {userId === user.id ? 'You' : username}
            {theirs !== 'viewer' && <span className="chip">{theirs}</span>}
          </span>
          {mayModerate && userId !== user.id && theirs !== 'host' && (
            <span className="people-actions">
              <PersonActions client={client} userId={userId} username={username} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
