import { useEffect, useMemo, useRef, useState } from 'react';
import { EMPTY_SCENE, useScene } from '../../map/scene.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { VideoView } from '../player/video-view.tsx';
import { CHECKS, type Check, type Finding, summarize } from './finding.ts';
import { runPreflight } from './preflight.ts';
import './preflight.css';

const NAMES: Record<Check, string> = {
  browser: 'Browser',
  camera: 'Camera',
  microphone: 'Microphone',
  server: 'Media server',
  udp: 'Over UDP',
  tcp: 'Over TCP',
  turn: 'Through a relay',
  picture: 'Your picture and back',
};

const ICONS: Record<Finding['status'], IconName> = { ok: 'check', warning: 'flag', failing: 'cross' };

type State = {
  readonly run: 'not_yet' | 'running' | 'done';
  readonly begun: ReadonlySet<Check>;
  readonly findings: Partial<Record<Check, Finding>>;
  readonly picture: MediaStreamTrack | null;
};

const NOT_YET: State = { run: 'not_yet', begun: new Set(), findings: {}, picture: null };

/** Why video would not work here, in words that one can act on. */
export default function PreflightPage() {
  const { state, start } = usePreflight();
  const { run, begun, findings, picture } = state;
  const summary = summarize(findings, run === 'done');
  const tracks = useMemo(() => (picture ? [picture] : []), [picture]);
  useScene(EMPTY_SCENE);
  return (
    <PageFrame title="Check your video">
      <h1>Check your video</h1>
      <p className="muted">
        Tries everything that going live and watching need: your devices, the ways to a media server, and a
        picture there and back. Nobody sees it, and nothing is kept.
      </p>
      <Button kind="primary" pending={run === 'running'} onClick={start}>
        {run === 'not_yet' ? 'Start the check' : 'Check again'}
      </Button>
      {summary && (
        <p
          className={`preflight-summary preflight-${summary.status}`}
          role="status"
          data-testid="preflight-summary"
        >
          <Icon name={ICONS[summary.status]} /> {summary.found}
        </p>
      )}
      {run !== 'not_yet' && (
        <ol className="preflight-checks" aria-label="What was found" aria-busy={run === 'running'}>
          {CHECKS.filter((check) => begun.has(check)).map((check) => (
            <CheckItem key={check} check={check} finding={findings[check] ?? null} />
          ))}
        </ol>
      )}
      {tracks.length > 0 && (
        <VideoView
          className="preflight-picture"
          tracks={tracks}
          muted
          label="What came back from the media server"
        />
      )}
      {run === 'done' && <NoPictureHelp />}
    </PageFrame>
  );
}

function CheckItem({ check, finding }: { check: Check; finding: Finding | null }) {
  return (
    <li
      className={finding ? `preflight-${finding.status}` : undefined}
      data-check={check}
      data-status={finding?.status}
    >
      <span className="preflight-icon">
        {finding ? <Icon name={ICONS[finding.status]} size={16} /> : <span className="preflight-busy" />}
      </span>
      <div>
        <h2>{NAMES[check]}</h2>
        <p>{finding?.found ?? 'Trying…'}</p>
        {finding?.advice && <p className="preflight-advice">{finding.advice}</p>}
      </div>
    </li>
  );
}

function NoPictureHelp() {
  return (
    <details className="more">
      <summary>Connected, but no picture?</summary>
      <div className="preflight-help">
        <p>
          <b>“Connecting…” stays:</b> the ways above do not lead to the media server. A network that holds UDP
          and unusual TCP ports back needs a relay.
        </p>
        <p>
          <b>Connected, and black:</b> the host’s camera is off or covered, or their connection is too weak to
          send. The player says so when the host has switched it off.
        </p>
        <p>
          <b>Sound without a picture:</b> your connection carries the sound only; the picture is tried again
          from time to time. A lower quality helps.
        </p>
        <p>
          <b>A big play button:</b> browsers let no page make a sound before you touch it. Tap it once.
        </p>
      </div>
    </details>
  );
}

function usePreflight(): { state: State; start: () => void } {
  const [state, setState] = useState(NOT_YET);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);
  const change = (next: (now: State) => State) => {
    if (!isGone.current) setState(next);
  };
  const start = () => {
    setState({ ...NOT_YET, run: 'running' });
    const done = () => change((now) => ({ ...now, run: 'done' }));
    runPreflight({
      begin: (check) => change((now) => ({ ...now, begun: new Set([...now.begun, check]) })),
      found: (check, finding) =>
        change((now) => ({ ...now, findings: { ...now.findings, [check]: finding } })),
      picture: (picture) => change((now) => ({ ...now, picture })),
    }).then(done, done);
  };
  return { state, start };
}
