import type { ReactNode } from 'react';
import type { ShowStatus } from '#domain/live/show.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import { formatDateTime, formatRelative } from '../../format/time.ts';
import { useNow } from '../../ui/use-now.ts';
import './show-head.css';

const NAMES: Record<ShowStatus, string> = { scheduled: 'Not live yet', live: 'Live', ended: 'Ended' };

/** A show's state in a word. */
export function ShowChip({ status }: { status: ShowStatus }) {
  return <span className={`chip show-chip-${status}`}>{NAMES[status]}</span>;
}

/** What a show is, at a glance. */
export function ShowHead({
  show,
  aside,
  children,
}: {
  show: ShowView;
  aside?: ReactNode;
  children?: ReactNode;
}) {
  const now = useNow(30_000);
  return (
    <header className="show-head">
      <p className="show-head-line">
        <ShowChip status={show.status} />
        {show.visibility === 'private' && <span className="chip">Private</span>}
        {aside}
      </p>
      <h1>{show.title}</h1>
      <p className="muted">{factsOf(show, now).join(' · ')}</p>
      {children}
    </header>
  );
}

/** Who shows it, where, and since when. */
export function factsOf(show: ShowView, now: number): string[] {
  return [`by ${show.hostName}`, show.location?.locality ?? null, whenOf(show, now)].filter(
    (fact) => fact !== null,
  );
}

function whenOf({ status, scheduledFor, startedAt, endedAt }: ShowView, now: number): string | null {
  switch (status) {
    case 'scheduled':
      return scheduledFor ? formatDateTime(scheduledFor) : null;
    case 'live':
      return startedAt ? `began ${formatRelative(startedAt, now)}` : null;
    case 'ended':
      return endedAt ? `ended ${formatRelative(endedAt, now)}` : null;
  }
}
