import { useState } from 'react';
import { currencyRules } from '#domain/money/currencies.ts';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import type { DisputeOutcome } from '#domain/orders/order-events.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { problemsByField } from '../api/errors.ts';
import { formatMoney } from '../format/money.ts';
import { useOrderCommand } from '../orders/queries.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';

const OUTCOMES = [
  { value: 'release', label: 'Provider' },
  { value: 'refund', label: 'Creator' },
  { value: 'split', label: 'Some for each' },
] as const satisfies readonly { value: DisputeOutcome; label: string }[];

/** Decides a dispute; of an order that was released it can still give money back. */
export function ResolveForm({ order, payment }: { order: OrderView; payment: PaymentView | null }) {
  const isLate = order.status === 'completed' && order.releasedAt !== null;
  const [isOpen, setOpen] = useState(false);
  const [outcome, setOutcome] = useState<DisputeOutcome>('split');
  const command = useOrderCommand(order.id);
  const problems = problemsByField(command.error);
  if (order.status !== 'disputed' && !isLate) return null;
  if (payment?.chargeback === 'open') {
    return <p className="muted">The creator's bank decides first; then you can.</p>;
  }
  if (isLate && !isOpen) return <Button onClick={() => setOpen(true)}>Give money back</Button>;
  const outcomes = isLate ? OUTCOMES.filter(({ value }) => value !== 'release') : OUTCOMES;
  const agreed = order.agreedAmount ?? order.baseAmount;
  return (
    <form
      className="form confirm"
      aria-label="Decide the dispute"
      onSubmit={(event) => {
        event.preventDefault();
        if (command.isPending) return;
        const fields = new FormData(event.currentTarget);
        const text = (name: string) => String(fields.get(name) ?? '').trim();
        const reason = text('reason');
        command.mutate(
          {
            name: 'resolve',
            outcome,
            ...(outcome === 'split' ? { providerShare: Number(text('share').replace(',', '.')) } : {}),
            ...(reason ? { reason } : {}),
          },
          { onSuccess: () => setOpen(false) },
        );
      }}
    >
      <Choice
        legend={`Who gets the ${formatMoney(agreed, order.currency)}?`}
        showLegend
        options={outcomes}
        value={outcome}
        onChange={setOutcome}
      />
      {outcome === 'split' && (
        <TextField
          label={`The provider's share in ${order.currency}`}
          name="share"
          inputMode="decimal"
          pattern="\d+([.,]\d+)?"
          title="An amount, such as 10 or 12.50"
          required
          hint={`Before fees. The creator is paid back the rest.${currencyRules(order.currency)?.exponent === 3 ? ' It must end in 0.' : ''}`}
          problem={problems.get('providerShare')}
        />
      )}
      <TextField
        label="Reason"
        name="reason"
        maxLength={ORDER_LIMITS.reasonLength}
        hint="Optional. Both sides read it."
        problem={problems.get('reason')}
      />
      {command.error && <Problem error={command.error} />}
      <div className={isLate ? 'form-row' : 'form'}>
        {isLate && <Button onClick={() => setOpen(false)}>Back</Button>}
        <Button type="submit" kind="primary" pending={command.isPending}>
          Decide
        </Button>
      </div>
    </form>
  );
}
