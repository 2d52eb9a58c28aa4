import { useQuery } from '@tanstack/react-query';
import type { OrderView } from '#domain/orders/order-view.ts';
import { ENDED, type Relation } from '#domain/orders/transitions.ts';
import { configQuery } from '../../config/queries.ts';
import { addressOf } from '../../router.ts';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';

/** From an order to its show: for its provider to the studio, for everyone else to the picture. */
export function ShowLink({ order, relation }: { order: OrderView; relation: Relation }) {
  const { data: config } = useQuery(configQuery);
  const { liveShowId: showId, status } = order;
  if (showId === null || ENDED.has(status) || status === 'disputed' || config?.mediaBackend === 'none')
    return null;
  const isLive = status === 'active';
  if (relation === 'provider') {
    return (
      <Link className="button button-live button-wide" href={addressOf({ name: 'studio', showId })}>
        <span className="button-label">
          <Icon name="camera" size={18} /> {isLive ? 'Back to the studio' : 'Go live'}
        </span>
      </Link>
    );
  }
  return (
    <Link
      className={`button button-wide ${isLive ? 'button-live' : ''}`}
      href={addressOf({ name: 'show', showId })}
    >
      <span className="button-label">
        <Icon name="play" size={18} /> {isLive ? 'Watch it live' : 'To the show'}
      </span>
    </Link>
  );
}
