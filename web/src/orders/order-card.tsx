import type { OrderView } from '#domain/orders/order-view.ts';
import { formatDistance } from '../format/distance.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';
import { addressOf } from '../router.ts';
import { Link } from '../ui/link.tsx';
import { useNow } from '../ui/use-now.ts';
import { StatusChip } from './status.tsx';
import './order-card.css';

type ListedOrder = OrderView & { distanceMeters?: number; creatorName?: string };

type Props = {
  order: ListedOrder;
  showStatus?: boolean;
  /** While the pointer or the focus is on it. */
  onPoint?: (isPointed: boolean) => void;
};

/** One order in a list. */
export function OrderCard({ order, showStatus = false, onPoint }: Props) {
  const now = useNow(30_000);
  return (
    <li className="card">
      <Link
        className="card-link"
        href={addressOf({ name: 'order', orderId: order.id })}
        onPointerEnter={() => onPoint?.(true)}
        onPointerLeave={() => onPoint?.(false)}
        onFocus={() => onPoint?.(true)}
        onBlur={() => onPoint?.(false)}
      >
        <span className="card-price">
          {formatMoney(order.agreedAmount ?? order.baseAmount, order.currency)}
        </span>
        <span className="card-title">{order.title}</span>
        <span className="card-facts">
          {(showStatus || order.accepting) && (
            <StatusChip status={order.status} accepting={order.accepting} />
          )}
          {factsOf(order, now).join(' · ')}
        </span>
        {order.tags.length > 0 && (
          <span className="card-tags">
            {order.tags.map((tag) => (
              <span key={tag}>{tag}</span>
            ))}
          </span>
        )}
      </Link>
    </li>
  );
}

function factsOf(order: ListedOrder, now: number): string[] {
  const { distanceMeters, scheduledFor, location, creatorName, createdAt } = order;
  const posted = formatRelative(createdAt, now);
  return [
    distanceMeters === undefined ? null : `${formatDistance(distanceMeters)} away`,
    scheduledFor ? formatDateTime(scheduledFor) : 'Right away',
    location.locality,
    creatorName ? `${creatorName}, ${posted}` : posted,
  ].filter((fact) => fact !== null);
}
