import { useState } from 'react';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { ApiError } from '../api/errors.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { PayWithCard } from './pay-with-card.tsx';
import { useReplaceCard } from './paying.ts';

/** Gives another card, after the one before would not do. */
export function ReplaceCard({ payment }: { payment: PaymentView }) {
  const [isOpen, setOpen] = useState(false);
  const replace = useReplaceCard(payment.orderId);
  const sum = formatMoney(payment.grossAmount, payment.currency);
  // While one is being tried there is nothing to give.
  if (!isOpen && payment.status !== 'failed') return null;
  if (!isOpen) {
    return (
      <Button kind="primary" onClick={() => setOpen(true)}>
        Give another card
      </Button>
    );
  }
  return (
    <PayWithCard
      label={`Pay ${sum}`}
      isPending={replace.isPending}
      // What the bank said stands above, with the payment.
      error={isDecline(replace.error) ? null : replace.error}
      onPay={(paymentMethodId) => replace.mutate(paymentMethodId)}
      onBack={() => setOpen(false)}
    >
      <p className="pay-terms">
        <strong>{sum}</strong> is held on this card instead.
      </p>
    </PayWithCard>
  );
}

function isDecline(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'PAYMENT_FAILED';
}
