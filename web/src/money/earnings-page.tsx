import { useInfiniteQuery } from '@tanstack/react-query';
import type { Earnings } from '#contract/payments.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { useLastPlaceScene } from '../map/use-last-place.ts';
import { addressOf } from '../router.ts';
import { useMay } from '../session/user.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { PayoutAccount } from './payout-account.tsx';
import { earningsQuery } from './queries.ts';
import './money.css';

/** What a provider earned, where it is, and how it reaches them. */
export function EarningsPage({ isLinkSpent }: { isLinkSpent: boolean }) {
  const mayEarn = useMay('order:apply');
  useLastPlaceScene();
  return (
    <PageFrame title="Your earnings">
      <Link className="back" href={addressOf({ name: 'explore', at: null })}>
        <Icon name="back" size={16} /> Orders nearby
      </Link>
      <h1>Your earnings</h1>
      {mayEarn ? (
        <>
          <PayoutAccount isLinkSpent={isLinkSpent} />
          <EarningsList />
        </>
      ) : (
        <p className="muted">Your account orders streams; it has nothing to earn.</p>
      )}
    </PageFrame>
  );
}

function EarningsList() {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(earningsQuery);
  const totals = data?.pages[0]?.totals;
  const entries = data?.pages.flatMap(({ items }) => items);
  return (
    <>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={3} height={92} label="Loading your earnings" />}
      {totals?.map((total) => (
        <Total key={total.currency} total={total} />
      ))}
      {entries && entries.length > 0 && (
        <section aria-labelledby="entries-title">
          <h2 id="entries-title">What it comes from</h2>
          <ul className="entries">
            {entries.map((entry) => (
              <Entry key={entry.paymentId} entry={entry} />
            ))}
          </ul>
        </section>
      )}
      {entries?.length === 0 && (
        <p className="empty muted">
          Nothing yet. What you earn stands here as soon as the creator of an order releases it.
        </p>
      )}
      {hasNextPage && (
        <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function Total({ total }: { total: Earnings['totals'][number] }) {
  const sum = (amount: number) => formatMoney(amount, total.currency);
  return (
    <section className="total" aria-label={`Earned in ${total.currency}`}>
      <p className="total-main">
        <strong data-testid="earned">{sum(total.net)}</strong> earned
      </p>
      <dl>
        <dt>Paid out</dt>
        <dd>{sum(total.transferred - total.reversed)}</dd>
        <dt>Not sent yet</dt>
        <dd>{sum(total.pending)}</dd>
        <dt>Fees</dt>
        <dd>{sum(total.platformFee + total.processingFee)}</dd>
        {total.receivable > 0 && (
          <>
            <dt>You owe</dt>
            <dd>
              {sum(total.receivable)} <small>taken off what you earn next</small>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Entry({ entry }: { entry: Earnings['items'][number] }) {
  const { orderId, title, gross, platformFee, processingFee, net, transferred, reversed, currency } = entry;
  const sum = (amount: number) => formatMoney(amount, currency);
  return (
    <li className="card">
      <Link className="card-link" href={addressOf({ name: 'order', orderId })}>
        <span className="card-price">{sum(net)}</span>
        <span className="card-title">{title ?? 'An order'}</span>
        <span className="card-facts">
          {sum(gross)} less {sum(platformFee + processingFee)} fees
          {' · '}
          {entry.settledAt
            ? `paid out on ${formatDateTime(entry.settledAt)}`
            : transferred > 0
              ? `${sum(transferred)} paid out`
              : 'not sent yet'}
          {reversed > 0 && ` · ${sum(reversed)} taken back`}
        </span>
      </Link>
    </li>
  );
}
