import { PAYMENT_PATIENCE } from '#domain/payments/attempts.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useAnswerBank, useSyncPayment } from './paying.ts';

/** What the payer can do about a payment that is under way: answer their bank, or have Stripe asked again. */
export function BankQuestion({ payment }: { payment: PaymentView }) {
  const answer = useAnswerBank(payment.orderId);
  const sync = useSyncPayment();
  const minutes = PAYMENT_PATIENCE.attemptMs / 60_000;
  return (
    <>
      {payment.requiresAction && (
        <p className="muted">
          There are {minutes} minutes for that from the start; then the payment is given up.
        </p>
      )}
      {answer.error && <Problem error={answer.error} />}
      {sync.error && <Problem error={sync.error} />}
      <p className="money-actions">
        {payment.requiresAction ? (
          <Button kind="primary" pending={answer.isPending} onClick={() => answer.mutate(payment)}>
            Confirm with your bank
          </Button>
        ) : (
          <Button pending={sync.isPending} onClick={() => sync.mutate(payment.id)}>
            Look again
          </Button>
        )}
      </p>
    </>
  );
}
