import { useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Rings } from '../../ui/rings.tsx';
import { FloatingReactions } from '../chat/reactions.tsx';
import { canShareScreen, explainCapture } from '../media/capture.ts';
import { useStatistics } from '../media/use-statistics.ts';
import { VideoView } from '../player/video-view.tsx';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { describePath, StatisticsPanel } from '../room/statistics-panel.tsx';
import { useStore } from '../room/use-live-room.ts';
import { ViewerCount } from '../room/viewers.tsx';
import type { Capture } from './use-capture.ts';
import type { Publishing } from './use-publishing.ts';
import '../player/stage.css';

type Props = { client: LiveRoomClient; capture: Capture; publishing: Publishing; isSending: boolean };

/** What the host shows, as they show it, and the controls within reach of a thumb. */
export function StudioStage({ client, capture, publishing, isSending }: Props) {
  const { show } = useStore(client.room);
  const { link } = useStore(client.publisher.state);
  const { state } = useStore(client.connection);
  const { camera, cameraProblem } = capture;
  const { muted, screen } = publishing;
  const [showsFigures, setShowsFigures] = useState(false);
  const statistics = useStatistics(client.publisher, link === 'connected');
  const own = useMemo(() => (camera ? [camera] : []), [camera]);
  const shared = useMemo(() => (screen ? [screen.picture] : []), [screen]);
  const looksBack = camera?.getSettings().facingMode === 'environment';
  const mirrored = looksBack ? '' : 'stage-mirrored';
  return (
    <div className="player" data-testid="studio" data-link={link} data-sending={isSending}>
      {screen ? (
        <>
          <VideoView className="stage-main" tracks={shared} muted label="Your screen" />
          {own.length > 0 && !muted.camera && (
            <VideoView className={`stage-aside ${mirrored}`} tracks={own} muted label="Your camera" />
          )}
        </>
      ) : (
        <VideoView
          className={`stage-main ${mirrored} ${muted.camera || !camera ? 'stage-hidden' : ''}`}
          tracks={own}
          muted
          label="Your camera"
        />
      )}
      {!camera && !screen && (
        <div className="stage-words" role="status">
          {capture.isOpening && <Rings size={44} />}
          <p className="stage-title">{capture.isOpening ? 'Opening your camera…' : 'No camera'}</p>
          {capture.isOpening ? (
            <p>Your browser asks whether this page may use it.</p>
          ) : (
            cameraProblem !== null && <p>{explainCapture(cameraProblem, 'camera')}</p>
          )}
          {!capture.isOpening && <Button onClick={capture.open}>Try again</Button>}
        </div>
      )}
      {camera && muted.camera && !screen && (
        <div className="stage-words" role="status">
          <p className="stage-title">Your camera is off</p>
        </div>
      )}
      <FloatingReactions client={client} />
      <div className="stage-tags">
        {show?.status === 'live' && state !== 'refused' && (
          <span className="stage-tag stage-tag-live">
            <span className="live-dot" /> Live
          </span>
        )}
        <span className="stage-tag">
          <ViewerCount client={client} />
        </span>
        {link === 'reconnecting' && (
          <span className="stage-tag stage-tag-warn" role="status">
            Reconnecting…
          </span>
        )}
        {isSending && statistics?.path && (
          <span className="stage-tag">
            <Icon name="signal" size={14} /> {describePath(statistics.path)}
          </span>
        )}
        {isSending && muted.microphone && <span className="stage-tag stage-tag-warn">Nobody hears you</span>}
      </div>
      <div className="stage-bar">
        <MuteButton source="microphone" publishing={publishing} disabled={!capture.microphone} />
        <MuteButton source="camera" publishing={publishing} disabled={!camera} />
        <button
          type="button"
          className="stage-button"
          aria-label="Switch camera"
          disabled={capture.cameras.length < 2}
          onClick={capture.turnCamera}
        >
          <Icon name="turn" />
        </button>
        {canShareScreen() && (
          <button
            type="button"
            className="stage-button"
            aria-label={screen ? 'Stop sharing the screen' : 'Share the screen'}
            aria-pressed={screen !== null}
            onClick={publishing.toggleScreen}
          >
            <Icon name="screen" />
          </button>
        )}
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
      </div>
      {showsFigures && (
        <div className="stage-figures">
          <StatisticsPanel statistics={statistics} />
        </div>
      )}
    </div>
  );
}

type MuteProps = { source: 'camera' | 'microphone'; publishing: Publishing; disabled: boolean };

function MuteButton({ source, publishing: { muted, toggle }, disabled }: MuteProps) {
  const isOff = muted[source];
  return (
    <button
      type="button"
      className={isOff ? 'stage-button stage-button-off' : 'stage-button'}
      aria-label={isOff ? `Switch the ${source} on` : `Switch the ${source} off`}
      disabled={disabled}
      onClick={() => toggle(source)}
    >
      <Icon name={isOff ? `${source}-off` : source} />
    </button>
  );
}
