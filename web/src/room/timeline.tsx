import { formatClock, formatDateTime } from '../format/time.ts';
import type { LoggedEvent } from '../realtime/frames.ts';
import { useUser } from '../session/user.tsx';
import { Icon } from '../ui/icon.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { describeEvent } from './describe-event.ts';
import type { NameOf } from './use-names.ts';

type Props = { events: readonly LoggedEvent[]; isLoading: boolean; nameOf: NameOf; currency: string };

/** What happened, the newest first. New entries are read out. */
export function Timeline({ events, isLoading, nameOf, currency }: Props) {
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">What happened</h2>
      {events.length === 0 && isLoading && <Skeleton rows={2} height={44} label="Loading the events" />}
      <ol role="log" aria-live="polite" aria-relevant="additions" data-testid="timeline">
        {events.toReversed().map((event) => (
          <Entry key={event.seq} event={event} nameOf={nameOf} currency={currency} />
        ))}
      </ol>
    </section>
  );
}

type EntryProps = { event: LoggedEvent; nameOf: NameOf; currency: string };

function Entry({ event, nameOf, currency }: EntryProps) {
  const user = useUser();
  const time = (
    <time dateTime={event.at} title={formatDateTime(event.at)}>
      {formatClock(event.at)}
    </time>
  );
  if (event.event === 'message:received') {
    const isOwn = event.data.by === user.id;
    return (
      <li className={isOwn ? 'message message-own' : 'message'} data-seq={event.seq}>
        <p className="message-text">{event.data.text}</p>
        <p className="message-by">
          {event.data.by ? nameOf(event.data.by) : 'TapLive'} {time}
        </p>
      </li>
    );
  }
  const { icon, text, note, tone } = describeEvent(event, nameOf, currency);
  return (
    <li className={`entry entry-${tone}`} data-seq={event.seq} data-event={event.event}>
      <span className="entry-icon">
        <Icon name={icon} size={14} />
      </span>
      <p>
        {text}
        {note && <small>{note}</small>}
      </p>
      {time}
    </li>
  );
}
