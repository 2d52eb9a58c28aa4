import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { RankedApplication } from '#contract/orders.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { formatDistance } from '../format/distance.ts';
import { formatMoney } from '../format/money.ts';
import { formatClock } from '../format/time.ts';
import { AcceptForm } from '../money/accept-form.tsx';
import { MoneyPanel } from '../money/money-panel.tsx';
import { useAccept } from '../money/paying.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { applicationsQuery } from './queries.ts';
import './applications.css';

/** Who would go, the best first, for the creator to choose from; and the payment, while one is being chosen. */
export function Applications({ order, payment }: { order: OrderView; payment: PaymentView | null }) {
  const { data, error, isPending, refetch } = useQuery(applicationsQuery(order.id));
  const [chosenId, setChosenId] = useState<string | null>(null);
  const accept = useAccept(order.id);
  const open = data?.items.filter(({ status }) => status === 'pending');
  // While the form says why a card would not do, it is not said twice.
  const isSaid = chosenId !== null && accept.error !== null;
  const isTold = payment && (order.accepting || (payment.status === 'failed' && !isSaid));
  return (
    <section className="applications" aria-labelledby="applications-title">
      <h2 id="applications-title">
        Who would go {open && open.length > 0 && <span className="count">{open.length}</span>}
      </h2>
      {isTold && <MoneyPanel order={order} payment={payment} relation="creator" payee="them" />}
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={1} height={96} label="Loading the applications" />}
      <p className="visually-hidden" role="status">
        {open && open.length > 0 && `${open.length} would go`}
      </p>
      <div>
        {open?.length === 0 && (
          <p className="empty muted">
            Nobody yet. Providers within {formatDistance(order.serviceRadius)} were told; applications appear
            here by themselves.
          </p>
        )}
        <ol>
          {open?.map((application, index) => (
            <Applicant
              key={application.id}
              application={application}
              order={order}
              isBest={index === 0 && open.length > 1}
            >
              {order.accepting ? null : chosenId === application.id ? (
                <AcceptForm
                  order={order}
                  application={application}
                  accept={accept}
                  onBack={() => setChosenId(null)}
                />
              ) : (
                <Button
                  kind="primary"
                  onClick={() => {
                    accept.reset();
                    setChosenId(application.id);
                  }}
                >
                  Choose {application.provider.username}
                </Button>
              )}
            </Applicant>
          ))}
        </ol>
      </div>
    </section>
  );
}

type ApplicantProps = {
  application: RankedApplication;
  order: OrderView;
  isBest: boolean;
  /** What can be done about it. */
  children: ReactNode;
};

function Applicant({ application, order, isBest, children }: ApplicantProps) {
  const { provider, proposedAmount, distanceMeters, estimatedArrival, message, score } = application;
  return (
    <li className="applicant">
      <Avatar name={provider.username} />
      <div className="applicant-who">
        <strong>{provider.username}</strong>
        {isBest && <span className="applicant-best">best match</span>}
        <span className="applicant-facts">
          {provider.rating === null
            ? 'no ratings yet'
            : `★ ${provider.rating.toFixed(1)} (${provider.ratingCount})`}
          {` · ${provider.completedOrders} done`}
          {distanceMeters !== null && ` · ${formatDistance(distanceMeters)} away`}
          {estimatedArrival && ` · there by ${formatClock(estimatedArrival)}`}
        </span>
      </div>
      <div className="applicant-price">
        {formatMoney(proposedAmount ?? order.baseAmount, order.currency)}
        <meter min={0} max={1} value={score} aria-label="Match">
          {Math.round(score * 100)} %
        </meter>
      </div>
      {message && <blockquote>{message}</blockquote>}
      {children}
    </li>
  );
}
