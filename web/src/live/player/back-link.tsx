import type { ShowView } from '#domain/live/show-view.ts';
import { addressOf } from '../../router.ts';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';

/** From an order's show back to the order, for those it belongs to. */
export function BackLink({ show }: { show: ShowView | null }) {
  const href = show?.orderId
    ? addressOf({ name: 'order', orderId: show.orderId })
    : addressOf({ name: 'shows', list: 'live' });
  return (
    <Link className="back" href={href}>
      <Icon name="back" size={16} /> {show?.orderId ? 'The order' : 'Live shows'}
    </Link>
  );
}
