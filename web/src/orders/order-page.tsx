import { useQuery } from '@tanstack/react-query';
import type { OrderView } from '#domain/orders/order-view.ts';
import { relationTo } from '#domain/orders/relation.ts';
import { ApiError } from '../api/errors.ts';
import { PartyView } from '../room/party-view.tsx';
import { addressOf } from '../router.ts';
import { useUser } from '../session/user.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { orderQuery } from './queries.ts';
import { StrangerView } from './stranger-view.tsx';

/** One order: its room for those it belongs to, what it asks for to everyone else. */
export function OrderPage({ orderId }: { orderId: string }) {
  const { data, error, refetch } = useQuery(orderQuery(orderId));
  return (
    <PageFrame title={data?.order.title ?? 'Order'}>
      <Link className="back" href={addressOf({ name: 'explore', at: null })}>
        <Icon name="back" size={16} /> Orders nearby
      </Link>
      {data ? (
        <OrderOf order={data.order} />
      ) : error instanceof ApiError && error.code === 'NOT_FOUND' ? (
        <div className="empty">
          <h1>This order is not open to you</h1>
          <p className="muted">It may have been taken by someone else, or never was.</p>
        </div>
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton rows={3} height={120} label="Loading the order" />
      )}
    </PageFrame>
  );
}

function OrderOf({ order }: { order: OrderView }) {
  const user = useUser();
  const relation = relationTo(order, { kind: 'person', userId: user.id, role: user.role });
  return relation === 'stranger' ? (
    <StrangerView order={order} />
  ) : (
    <PartyView order={order} relation={relation} />
  );
}
