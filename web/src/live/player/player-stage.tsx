import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Rings } from '../../ui/rings.tsx';
import { FloatingReactions } from '../chat/reactions.tsx';
import { QUALITIES, type Quality } from '../media/quality.ts';
import { useStatistics } from '../media/use-statistics.ts';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { StatisticsPanel } from '../room/statistics-panel.tsx';
import { useStore } from '../room/use-live-room.ts';
import { ViewerCount } from '../room/viewers.tsx';
import { layoutOf } from './layout.ts';
import { playerPhase } from './player-phase.ts';
import { stageWords } from './player-words.ts';
import { SoundView, VideoView } from './video-view.tsx';
import './stage.css';

/** The picture of a show, and all that may stand in its place. */
export function PlayerStage({ client }: { client: LiveRoomClient }) {
  const room = useStore(client.room);
  const connection = useStore(client.connection);
  const watcher = useStore(client.watcher.state);
  const stage = useRef<HTMLDivElement>(null);
  const [sound, setSound] = useState<'on' | 'off'>('on');
  const [autoplay, setAutoplay] = useState<'granted' | 'silent' | 'refused'>('granted');
  const [showsFigures, setShowsFigures] = useState(false);
  const statistics = useStatistics(client.watcher, showsFigures);
  useWatching(client, room.show?.status !== 'ended' && room.show?.mediaBackend !== 'none');

  const paused = useMemo(
    () => new Set(room.tracks.filter((track) => track.paused).map(({ source }) => source)),
    [room.tracks],
  );
  const layout = useMemo(() => layoutOf(watcher.tracks, paused), [watcher.tracks, paused]);
  const [seen, setSeen] = useState<MediaStreamTrack | null>(null);
  const picture = layout.main.find(({ kind }) => kind === 'video') ?? null;
  const phase = playerPhase({ connection, room, watcher, hasPicture: picture !== null && seen === picture });
  const words = stageWords(phase, { hostName: room.show?.hostName ?? 'the host', problem: watcher.problem });
  const isSilent = sound === 'off' || autoplay !== 'granted';
  const keepsPicture = phase === 'reconnecting' || phase === 'playing' || phase === 'connecting';

  /** Browsers let no page make a sound before it was touched; silent pictures most of them let play. */
  const onPlaying = (playing: boolean) => {
    if (!playing) setAutoplay((now) => (now === 'granted' ? 'silent' : 'refused'));
  };
  const letPlay = () => {
    setAutoplay('granted');
    setSound('on');
    // Within the tap itself, as some browsers want it.
    for (const video of stage.current?.querySelectorAll('video') ?? []) {
      video.play().catch(() => setAutoplay('refused'));
    }
  };
  const mustTap = autoplay === 'refused' && layout.main.length > 0;

  return (
    <div className="player" ref={stage} data-phase={phase} data-testid="player">
      <VideoView
        className={keepsPicture ? 'stage-main' : 'stage-main stage-hidden'}
        tracks={layout.main}
        muted={isSilent}
        label={room.show?.title ?? 'Live'}
        onPlaying={onPlaying}
        onPicture={() => setSeen(picture)}
      />
      {layout.aside.length > 0 && keepsPicture && (
        <VideoView
          className="stage-aside"
          tracks={layout.aside}
          muted
          label={room.show?.hostName ?? 'The host'}
        />
      )}
      {layout.screenSound && <SoundView track={layout.screenSound} muted={isSilent} />}
      {words && !mustTap && (
        <div
          className={phase === 'reconnecting' ? 'stage-words stage-words-over' : 'stage-words'}
          role="status"
        >
          {words.busy && <Rings size={44} />}
          <p className="stage-title">{words.title}</p>
          {words.more && <p>{words.more}</p>}
          {phase === 'failed' && (
            <Button kind="primary" onClick={() => client.watcher.retry()}>
              Try again
            </Button>
          )}
        </div>
      )}
      <FloatingReactions client={client} />
      {mustTap && (
        <button type="button" className="stage-play" aria-label="Play" onClick={letPlay}>
          <Icon name="play" size={40} />
        </button>
      )}
      {connection.state !== 'refused' && (
        <div className="stage-tags">
          {room.show?.status === 'live' && (
            <span className="stage-tag stage-tag-live">
              <span className="live-dot" /> Live
            </span>
          )}
          <span className="stage-tag">
            <ViewerCount client={client} />
          </span>
        </div>
      )}
      <div className="stage-bar">
        {autoplay === 'silent' && (
          <Button kind="primary" onClick={letPlay}>
            <Icon name="sound" size={18} /> Turn the sound on
          </Button>
        )}
        <button
          type="button"
          className="stage-button"
          aria-label={isSilent ? 'Sound on' : 'Sound off'}
          onClick={() => (isSilent ? letPlay() : setSound('off'))}
        >
          <Icon name={isSilent ? 'sound-off' : 'sound'} />
        </button>
        <QualityChoice client={client} quality={watcher.quality} />
        <span className="stage-bar-space" />
        <button
          type="button"
          className="stage-button"
          aria-label="Figures"
          aria-pressed={showsFigures}
          onClick={() => setShowsFigures(!showsFigures)}
        >
          <Icon name="gauge" />
        </button>
        <FullScreenButton of={stage} />
      </div>
      {showsFigures && (
        <div className="stage-figures">
          <StatisticsPanel statistics={statistics} />
        </div>
      )}
    </div>
  );
}

/** Watches while there may be something to see. */
function useWatching(client: LiveRoomClient, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    client.watcher.start();
    return () => client.watcher.stop();
  }, [client, enabled]);
}

const QUALITY_NAMES: Record<Quality, string> = {
  auto: 'Best picture',
  medium: 'Medium',
  low: 'Low',
  sound: 'Sound only',
};

function QualityChoice({ client, quality }: { client: LiveRoomClient; quality: Quality }) {
  return (
    <select
      className="stage-select"
      aria-label="Quality"
      value={quality}
      onChange={(event) => {
        const chosen = QUALITIES.find((one) => one === event.target.value);
        // Who is not heard now is heard with the next join.
        if (chosen) client.watcher.want(chosen).catch(() => {});
      }}
    >
      {QUALITIES.map((one) => (
        <option key={one} value={one}>
          {QUALITY_NAMES[one]}
        </option>
      ))}
    </select>
  );
}

function FullScreenButton({ of }: { of: React.RefObject<HTMLElement | null> }) {
  if (!document.fullscreenEnabled) return null;
  return (
    <button
      type="button"
      className="stage-button"
      aria-label="Full screen"
      onClick={() =>
        void (document.fullscreenElement ? document.exitFullscreen() : of.current?.requestFullscreen())
      }
    >
      <Icon name="full" />
    </button>
  );
}
