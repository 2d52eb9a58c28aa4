import type { RankedApplication } from '#contract/orders.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { PAYMENT_PATIENCE } from '#domain/payments/attempts.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { useNow } from '../ui/use-now.ts';
import { PayWithCard } from './pay-with-card.tsx';
import type { useAccept } from './paying.ts';

type Props = {
  order: OrderView;
  application: RankedApplication;
  accept: ReturnType<typeof useAccept>;
  onBack: () => void;
};

/** Chooses a provider: says what that costs and when, and has a card pay for it. */
export function AcceptForm({ order, application, accept, onBack }: Props) {
  const now = useNow(60_000);
  const { username } = application.provider;
  const price = formatMoney(application.proposedAmount ?? order.baseAmount, order.currency);
  const heldOn = heldLater(order.scheduledFor, now);
  return (
    <PayWithCard
      label={heldOn ? `Save the card and choose ${username}` : `Pay ${price} and choose ${username}`}
      isPending={accept.isPending}
      error={accept.error}
      onPay={(paymentMethodId) => accept.mutate({ applicationId: application.id, paymentMethodId })}
      onBack={onBack}
    >
      <p className="pay-terms">
        <strong>{price}</strong>{' '}
        {heldOn
          ? `is held on ${formatDateTime(heldOn)}, 72 hours before the stream. Now the card is only saved.`
          : 'is held on your card now, and taken when the stream is complete.'}{' '}
        {username} is paid when you release it.
      </p>
    </PayWithCard>
  );
}

/** When the money of an order that is far ahead is held; null where that is now. */
function heldLater(scheduledFor: string | null, now: number): string | null {
  if (scheduledFor === null) return null;
  const heldAt = new Date(scheduledFor).getTime() - PAYMENT_PATIENCE.authorizeAheadMs;
  return heldAt > now ? new Date(heldAt).toISOString() : null;
}
