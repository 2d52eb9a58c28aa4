import { useQuery } from '@tanstack/react-query';
import type { OrderView } from '#domain/orders/order-view.ts';
import { formatCoordinates, formatDistance } from '../format/distance.ts';
import { formatDateTime } from '../format/time.ts';
import { personQuery } from './queries.ts';

/** Everything that was said about an order. */
export function OrderDetails({ order }: { order: OrderView }) {
  const { data: creator } = useQuery(personQuery(order.creatorId));
  const { location, description, requirements, tags } = order;
  return (
    <section className="details" aria-label="Details">
      {description && <p className="details-text">{description}</p>}
      {requirements.length > 0 && (
        <ul className="dots">
          {requirements.map((requirement) => (
            <li key={requirement}>{requirement}</li>
          ))}
        </ul>
      )}
      <dl>
        <dt>Where</dt>
        <dd>
          {[location.address, location.locality].filter(Boolean).join(', ') || formatCoordinates(location)}
          {location.precision === 'cell' && (
            <small>Somewhere in the marked cell. Whoever is chosen learns the exact place.</small>
          )}
        </dd>
        <dt>When</dt>
        <dd>{order.scheduledFor ? formatDateTime(order.scheduledFor) : 'Right away'}</dd>
        <dt>Asked</dt>
        <dd>Providers within {formatDistance(order.serviceRadius)}</dd>
        <dt>By</dt>
        <dd>
          {creator ? (creator.displayName ?? creator.username) : '…'}
          {creator?.rating.average != null && (
            <small>
              ★ {creator.rating.average.toFixed(1)} ({creator.rating.count})
            </small>
          )}
        </dd>
      </dl>
      {tags.length > 0 && (
        <p className="card-tags">
          {tags.map((tag) => (
            <span key={tag}>{tag}</span>
          ))}
        </p>
      )}
    </section>
  );
}
