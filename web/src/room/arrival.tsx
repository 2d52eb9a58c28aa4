import type { OrderView } from '#domain/orders/order-view.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import { ARRIVAL_RADIUS_METERS } from '#domain/tracking/policy.ts';
import { formatDistance, formatSpeed } from '../format/distance.ts';
import { formatClock, formatDuration, formatRelative } from '../format/time.ts';
import { useNow } from '../ui/use-now.ts';
import type { NameOf } from './use-names.ts';
import type { Room } from './use-room.ts';

type Props = { order: OrderView; room: Room; relation: Relation; nameOf: NameOf };

/** Where the provider is: how far, how fast, when they will be there. */
export function Arrival({ order, room: { position, stale }, relation, nameOf }: Props) {
  const now = useNow(5_000);
  const who = order.providerId ? nameOf(order.providerId) : 'Someone';
  const isOwn = relation === 'provider';
  if (!position) {
    return (
      <section className="arrival arrival-unknown" aria-label="Arrival">
        <p className="arrival-main">{isOwn ? 'Nobody sees you yet' : `Waiting to hear where ${who} is`}</p>
        <p className="muted">
          {isOwn
            ? 'Share your location below, so that your customer sees you coming.'
            : 'Their position appears on the map as soon as they share it.'}
        </p>
      </section>
    );
  }
  const isThere = position.distanceMeters <= ARRIVAL_RADIUS_METERS;
  return (
    <section className={stale ? 'arrival arrival-stale' : 'arrival'} aria-label="Arrival">
      <p className="arrival-kicker">{isOwn ? 'You' : who}</p>
      <p className="arrival-main" data-testid="eta">
        {mainText(order, isThere, position.etaSeconds, stale)}
      </p>
      <p className="arrival-facts">
        <span>
          <b>{formatDistance(position.distanceMeters)}</b> {isThere ? 'from the spot' : 'to go'}
        </span>
        {position.speed !== null && position.speed > 0.3 && (
          <span>
            <b>{formatSpeed(position.speed)}</b>
          </span>
        )}
        <span className={stale ? 'arrival-warning' : undefined}>
          {stale ? `Last seen ${formatRelative(position.at, now)}` : 'Seen live'}
        </span>
      </p>
    </section>
  );
}

function mainText(order: OrderView, isThere: boolean, etaSeconds: number | null, stale: boolean): string {
  if (order.status === 'active' && order.startedAt) return `Live since ${formatClock(order.startedAt)}`;
  if (isThere) return 'At the place';
  if (stale || etaSeconds === null) return 'On the way';
  return `There in ${formatDuration(etaSeconds)}`;
}
