import { useQuery } from '@tanstack/react-query';
import type { RankedApplication } from '#contract/orders.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { formatDistance } from '../format/distance.ts';
import { formatMoney } from '../format/money.ts';
import { formatClock } from '../format/time.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { applicationsQuery, useOrderCommand } from './queries.ts';
import './applications.css';

/** Who would go, the best first, for the creator to choose from. */
export function Applications({ order }: { order: OrderView }) {
  const { data, error, isPending, refetch } = useQuery(applicationsQuery(order.id));
  const accept = useOrderCommand(order.id);
  const open = data?.items.filter(({ status }) => status === 'pending');
  return (
    <section className="applications" aria-labelledby="applications-title">
      <h2 id="applications-title">
        Who would go {open && open.length > 0 && <span className="count">{open.length}</span>}
      </h2>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={1} height={96} label="Loading the applications" />}
      {accept.error && <Problem error={accept.error} />}
      <div aria-live="polite">
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
              isPending={
                accept.isPending &&
                accept.variables.name === 'accept' &&
                accept.variables.applicationId === application.id
              }
              onAccept={() => {
                if (!accept.isPending) accept.mutate({ name: 'accept', applicationId: application.id });
              }}
            />
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
  isPending: boolean;
  onAccept: () => void;
};

function Applicant({ application, order, isBest, isPending, onAccept }: ApplicantProps) {
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
      <Button kind="primary" pending={isPending} onClick={onAccept}>
        Choose {provider.username}
      </Button>
    </li>
  );
}
