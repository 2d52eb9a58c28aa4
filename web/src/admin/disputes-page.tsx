import { useInfiniteQuery } from '@tanstack/react-query';
import { formatMoney } from '../format/money.ts';
import { formatRelative } from '../format/time.ts';
import { useLastPlaceScene } from '../map/use-last-place.ts';
import { StatusChip } from '../orders/status.tsx';
import { addressOf } from '../router.ts';
import { Button } from '../ui/button.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useNow } from '../ui/use-now.ts';
import { type DisputePage, disputesQuery } from './queries.ts';
import { AdminTabs } from './tabs.tsx';
import '../orders/order-card.css';

/** What an admin has to decide, and what a bank is deciding. */
export function DisputesPage() {
  useLastPlaceScene();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(disputesQuery);
  const disputes = data?.pages.flatMap(({ items }) => items);
  return (
    <PageFrame title="Disputes">
      <h1 className="visually-hidden">Disputes</h1>
      <AdminTabs current="disputes" />
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={3} height={92} label="Loading the disputes" />}
      {disputes && (
        <ul className="cards" aria-label="Disputes">
          {disputes.map((dispute) => (
            <DisputeCard key={dispute.order.id} dispute={dispute} />
          ))}
        </ul>
      )}
      {disputes?.length === 0 && <p className="empty muted">Nothing is disputed.</p>}
      {hasNextPage && (
        <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </PageFrame>
  );
}

function DisputeCard({ dispute: { order, payment } }: { dispute: DisputePage['items'][number] }) {
  const now = useNow(30_000);
  const atBank = payment?.chargebacks.find(({ state }) => state === 'open' || state === 'inquiry');
  return (
    <li className="card">
      <Link className="card-link" href={addressOf({ name: 'order', orderId: order.id })}>
        <span className="card-price">
          {formatMoney(payment?.amountCaptured ?? order.agreedAmount ?? order.baseAmount, order.currency)}
        </span>
        <span className="card-title">{order.title}</span>
        <span className="card-facts">
          <StatusChip status={order.status} />
          {[
            order.status === 'disputed' ? 'TapLive decides' : null,
            atBank
              ? `${atBank.state === 'open' ? 'the bank decides about' : 'the bank asks about'} ${formatMoney(atBank.amount, order.currency)}`
              : null,
            `changed ${formatRelative(order.updatedAt, now)}`,
          ]
            .filter((fact) => fact !== null)
            .join(' · ')}
        </span>
      </Link>
    </li>
  );
}
