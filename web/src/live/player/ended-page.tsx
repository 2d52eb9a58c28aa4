import type { ReactNode } from 'react';
import type { ShowView } from '#domain/live/show-view.ts';
import { ShowHead } from '../room/show-head.tsx';
import { LiveShell } from '../shell/live-shell.tsx';
import { BackLink } from './back-link.tsx';
import { StageNotice } from './stage-notice.tsx';

/** A show that is over, for those who come after it and for those who gave it. */
export function EndedPage({ show, children }: { show: ShowView; children?: ReactNode }) {
  const people = show.peakViewers === 1 ? '1 person' : `${show.peakViewers.toLocaleString()} people`;
  return (
    <LiveShell title={show.title} stage={<StageNotice phase="ended" />}>
      <BackLink show={show} />
      <ShowHead show={show}>
        <p>{people} watched at most.</p>
      </ShowHead>
      {children}
    </LiveShell>
  );
}
