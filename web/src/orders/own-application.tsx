import type { ApplicationView } from '#domain/orders/order-view.ts';
import { formatMoney } from '../format/money.ts';
import { formatClock } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useWithdraw } from './queries.ts';

/** One's own application, while the creator has not chosen. */
export function OwnApplication({ application }: { application: ApplicationView }) {
  const withdraw = useWithdraw(application.orderId);
  const { proposedAmount, currency, estimatedArrival, message } = application;
  return (
    <section className="own-application" aria-label="Your application">
      <p>
        <strong>You have applied</strong>
        {proposedAmount !== null && ` for ${formatMoney(proposedAmount, currency)}`}
        {estimatedArrival && `, there by ${formatClock(estimatedArrival)}`}. You will hear when the creator
        chooses.
      </p>
      {message && <blockquote>{message}</blockquote>}
      {withdraw.error && <Problem error={withdraw.error} />}
      <Button pending={withdraw.isPending} onClick={() => withdraw.mutate(application.id)}>
        Take it back
      </Button>
    </section>
  );
}
