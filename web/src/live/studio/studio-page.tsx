import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ShowView } from '#domain/live/show-view.ts';
import { ApiError, hasReason, messageOf } from '../../api/errors.ts';
import { addressOf } from '../../router.ts';
import { useUser } from '../../session/user.tsx';
import { Button } from '../../ui/button.tsx';
import { Link } from '../../ui/link.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Chat } from '../chat/chat.tsx';
import { explainCapture } from '../media/capture.ts';
import { MediaUnsupportedError } from '../media/media-link.ts';
import { BackLink } from '../player/back-link.tsx';
import { EndedPage } from '../player/ended-page.tsx';
import { Audience } from '../room/audience.tsx';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { RoomTrouble } from '../room/room-trouble.tsx';
import { ShowHead } from '../room/show-head.tsx';
import { useLiveRoom, useStore } from '../room/use-live-room.ts';
import { LiveShell } from '../shell/live-shell.tsx';
import { ClosedToYou } from '../shows/closed-to-you.tsx';
import { showQuery, useShowCommand } from '../shows/queries.ts';
import { useEnd } from '../shows/use-end.ts';
import { DeviceChoice } from './device-choice.tsx';
import { LevelMeter } from './level-meter.tsx';
import { StudioStage } from './studio-stage.tsx';
import { useCapture } from './use-capture.ts';
import { useGoingLive } from './use-going-live.ts';
import { usePublishing } from './use-publishing.ts';
import { useWakeLock } from './use-wake-lock.ts';
import './studio.css';

/** Where a show's host goes live. */
export default function StudioPage({ showId }: { showId: string }) {
  const user = useUser();
  const { data, error, refetch } = useQuery(showQuery(showId));
  const show = data?.show;
  const isHost = show?.hostId === user.id;
  if (show && isHost && show.status !== 'ended') return <HostPage show={show} />;
  if (show?.status === 'ended') {
    return <EndedPage show={show}>{isHost && <AfterEnd show={show} />}</EndedPage>;
  }
  return (
    <LiveShell title="Studio" stage={<div className="player" />}>
      <BackLink show={show ?? null} />
      {show ? (
        <div className="empty">
          <h1>This is not your show</h1>
          <p className="muted">Only {show.hostName} can go live here.</p>
          <Link className="button" href={addressOf({ name: 'show', showId })}>
            To the show
          </Link>
        </div>
      ) : error instanceof ApiError && error.code === 'NOT_FOUND' ? (
        <ClosedToYou />
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={3} height={72} label="Loading the show" />
      )}
    </LiveShell>
  );
}

function HostPage({ show }: { show: ShowView }) {
  const client = useLiveRoom(show.id);
  return client ? (
    <Studio show={show} client={client} />
  ) : (
    <LiveShell title={show.title} stage={<div className="player" />}>
      <ShowHead show={show} />
    </LiveShell>
  );
}

function Studio({ show: first, client }: { show: ShowView; client: LiveRoomClient }) {
  const room = useStore(client.room);
  const { link, problem } = useStore(client.publisher.state);
  const { state } = useStore(client.connection);
  const show = room.show ?? first;
  const capture = useCapture();
  const publishing = usePublishing(client, capture);
  const { isWanted, isSending, begin, goLive } = useGoingLive(client, show);
  useOpening(capture.open);
  const mayGoOn = state !== 'refused' && show.status === 'live' && capture.camera !== null;
  useGoingOn(mayGoOn && link === 'idle', goLive);
  useWakeLock(isSending);
  useEnd(client, show);

  const mayGoLive = capture.camera !== null && show.mediaBackend !== 'none';
  return (
    <LiveShell
      title={`Studio: ${show.title}`}
      stage={<StudioStage client={client} capture={capture} publishing={publishing} isSending={isSending} />}
    >
      <BackLink show={show} />
      <ShowHead show={show} />
      <RoomTrouble client={client} />
      {show.mediaBackend === 'none' && (
        <p className="muted">This system runs without video: start the order where it stands.</p>
      )}
      {capture.camera && capture.cameraProblem !== null && (
        <p className="problem" role="alert">
          {explainCapture(capture.cameraProblem, 'camera')}
        </p>
      )}
      {capture.microphoneProblem !== null && (
        <p className="problem" role="alert">
          {explainCapture(capture.microphoneProblem, 'microphone')}
        </p>
      )}
      {publishing.screenProblem && (
        <p className="problem" role="alert">
          {publishing.screenProblem}
        </p>
      )}
      {link === 'failed' && (
        <p className="problem" role="alert">
          {problem instanceof MediaUnsupportedError ? problem.message : messageOf(problem)}
        </p>
      )}
      {link === 'failed' && hasReason(problem, 'live_elsewhere') && (
        <Button kind="live" className="button-wide" onClick={() => goLive({ takeOver: true })}>
          Go on from here
        </Button>
      )}
      {begin.error && <Problem error={begin.error} onRetry={() => begin.mutate()} />}

      {show.status === 'scheduled' && (
        <section className="studio-start" aria-label="Go live">
          <DeviceChoice capture={capture} />
          <LevelMeter track={capture.microphone} />
          <Button
            kind="live"
            className="button-wide"
            disabled={!mayGoLive}
            pending={isWanted && link !== 'failed' && !begin.isError}
            onClick={() => goLive()}
          >
            Go live
          </Button>
          <p className="muted">
            {isSending ? 'Your picture is on its way; the show begins with it.' : noteOf(show)}{' '}
            <Link href={addressOf({ name: 'preflight' })}>Check your video first</Link>
          </p>
        </section>
      )}
      {show.status === 'live' && (
        <>
          <details className="studio-more">
            <summary>Camera and microphone</summary>
            <DeviceChoice capture={capture} />
            <LevelMeter track={publishing.muted.microphone ? null : capture.microphone} />
          </details>
          <EndButton show={show} />
        </>
      )}
      <Audience show={show} client={client} />
      <Chat client={client} />
    </LiveShell>
  );
}

function noteOf({ orderId }: ShowView): string {
  return orderId
    ? 'Nobody sees you yet. Your order starts with the picture, once you are at the place.'
    : 'Nobody sees you yet.';
}

/** Whoever comes into the studio is asked for camera and microphone at once, once. */
function useOpening(open: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(open, []);
}

/** A host who comes back to a show that is live is seen again without another click. */
function useGoingOn(isDue: boolean, goLive: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is done when it becomes due
  useEffect(() => {
    if (isDue) goLive();
  }, [isDue]);
}

function EndButton({ show }: { show: ShowView }) {
  const [isAsked, setAsked] = useState(false);
  const command = useShowCommand(show.id);
  if (!isAsked) {
    return (
      <Button kind="danger" onClick={() => setAsked(true)}>
        End the show
      </Button>
    );
  }
  return (
    <section className="confirm" aria-label="End the show">
      <p>
        <strong>End it for everyone?</strong> It cannot be taken back.
      </p>
      {command.error && <Problem error={command.error} />}
      <div className="form-row">
        <Button onClick={() => setAsked(false)}>Back</Button>
        <Button kind="danger" pending={command.isPending} onClick={() => command.mutate('end')}>
          End the show
        </Button>
      </div>
    </section>
  );
}

/** Whoever was seen wants to know that they no longer are. */
function AfterEnd({ show }: { show: ShowView }) {
  return (
    <>
      <p className="muted">Camera and microphone are off.</p>
      {show.orderId && (
        <Link className="button button-primary" href={addressOf({ name: 'order', orderId: show.orderId })}>
          To the order
        </Link>
      )}
    </>
  );
}
