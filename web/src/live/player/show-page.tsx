import { useQuery } from '@tanstack/react-query';
import type { ShowView } from '#domain/live/show-view.ts';
import { ApiError } from '../../api/errors.ts';
import { addressOf } from '../../router.ts';
import { useUser } from '../../session/user.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Chat } from '../chat/chat.tsx';
import { ReactionBar } from '../chat/reactions.tsx';
import { Audience } from '../room/audience.tsx';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { RoomTrouble } from '../room/room-trouble.tsx';
import { ShowHead } from '../room/show-head.tsx';
import { useLiveRoom, useStore } from '../room/use-live-room.ts';
import { LiveShell } from '../shell/live-shell.tsx';
import { ClosedToYou } from '../shows/closed-to-you.tsx';
import { showQuery } from '../shows/queries.ts';
import { useEnd } from '../shows/use-end.ts';
import { BackLink } from './back-link.tsx';
import { EndedPage } from './ended-page.tsx';
import { PlayerStage } from './player-stage.tsx';
import { StageNotice } from './stage-notice.tsx';

/** A show, for those who watch. */
export default function ShowPage({ showId }: { showId: string }) {
  const { data, error, refetch } = useQuery(showQuery(showId));
  if (data && data.show.status !== 'ended') return <WatchPage show={data.show} />;
  if (data) return <EndedPage show={data.show} />;
  const isClosed = error instanceof ApiError && error.code === 'NOT_FOUND';
  return (
    <LiveShell title="Live" stage={<StageNotice phase={isClosed ? 'closed_to_you' : 'entering'} />}>
      <BackLink show={null} />
      {isClosed ? (
        <ClosedToYou />
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={3} height={72} label="Loading the show" />
      )}
    </LiveShell>
  );
}

function WatchPage({ show }: { show: ShowView }) {
  const client = useLiveRoom(show.id);
  return client ? (
    <Entered show={show} client={client} />
  ) : (
    <LiveShell title={show.title} stage={<StageNotice phase="entering" />}>
      <ShowHead show={show} />
    </LiveShell>
  );
}

function Entered({ show: first, client }: { show: ShowView; client: LiveRoomClient }) {
  const user = useUser();
  const room = useStore(client.room);
  const { state } = useStore(client.connection);
  const show = room.show ?? first;
  useEnd(client, show);
  return (
    <LiveShell title={show.title} stage={<PlayerStage client={client} />}>
      <BackLink show={show} />
      <ShowHead show={show}>
        {show.hostId === user.id && (
          <Link className="button button-live" href={addressOf({ name: 'studio', showId: show.id })}>
            <Icon name="camera" size={18} /> To your studio
          </Link>
        )}
      </ShowHead>
      <RoomTrouble client={client} />
      <Audience show={show} client={client} />
      <Chat client={client}>
        <ReactionBar ask={client.ask} isOpen={state === 'live' && !room.muted} />
      </Chat>
    </LiveShell>
  );
}
