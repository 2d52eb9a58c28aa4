import { type FormEvent, useState } from 'react';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { problemsByField } from '../api/errors.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useApply } from './queries.ts';

const ARRIVALS = [
  { value: '', label: 'I will see' },
  { value: '10', label: 'in 10 minutes' },
  { value: '20', label: 'in 20 minutes' },
  { value: '30', label: 'in half an hour' },
  { value: '60', label: 'in an hour' },
];

/** A provider says that they would go. */
export function ApplyForm({ order, isReady }: { order: OrderView; isReady: boolean }) {
  const [isDetailed, setDetailed] = useState(false);
  const apply = useApply(order.id);
  const problems = problemsByField(apply.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const minutes = Number(text('arrival'));
    apply.mutate({
      message: text('message') || null,
      proposedAmount: text('amount') ? Number(text('amount').replace(',', '.')) : null,
      estimatedArrival: minutes ? new Date(Date.now() + minutes * 60_000).toISOString() : null,
    });
  };
  return (
    <form className="form apply" onSubmit={submit} aria-label="Apply">
      {isDetailed ? (
        <>
          <TextArea
            label="A word to the creator"
            name="message"
            maxLength={ORDER_LIMITS.messageLength}
            problem={problems.get('message')}
          />
          <div className="form-row">
            <TextField
              label={`Your price in ${order.currency}`}
              name="amount"
              inputMode="decimal"
              pattern="\d+([.,]\d+)?"
              placeholder={String(order.baseAmount)}
              title="An amount, such as 25 or 12.50"
              problem={problems.get('proposedAmount')}
            />
            <SelectField label="I can be there" name="arrival" problem={problems.get('estimatedArrival')}>
              {ARRIVALS.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
          </div>
        </>
      ) : (
        <Button kind="quiet" onClick={() => setDetailed(true)}>
          Name your own price, or add a word
        </Button>
      )}
      {apply.error && <Problem error={apply.error} />}
      <Button type="submit" kind="primary" pending={apply.isPending} disabled={!isReady}>
        {isDetailed ? 'Apply' : `Apply for ${formatMoney(order.baseAmount, order.currency)}`}
      </Button>
    </form>
  );
}
