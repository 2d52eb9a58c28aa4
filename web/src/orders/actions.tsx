import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { mayCommand, possibleIn, type Relation } from '#domain/orders/transitions.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { configQuery } from '../config/queries.ts';
import { cancellationTerms } from '../money/cancellation-terms.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useNow } from '../ui/use-now.ts';
import { useOrderCommand } from './queries.ts';

const ACTIONS = [
  { name: 'start', label: 'Start the stream', kind: 'live' },
  { name: 'complete', label: 'Complete', kind: 'primary' },
  {
    name: 'cancel',
    label: 'Cancel the order',
    kind: 'plain',
    confirm: 'Really cancel?',
    doIt: 'Cancel the order',
  },
  {
    name: 'dispute',
    label: 'Something is wrong',
    kind: 'plain',
    confirm: 'Open a dispute?',
    doIt: 'Open a dispute',
  },
] as const;
type Action = (typeof ACTIONS)[number];

type Props = { order: OrderView; payment: PaymentView | null; relation: Relation };

/** What this person can do with an order now, by the domain's own table. */
export function OrderActions({ order, payment, relation }: Props) {
  const [asked, setAsked] = useState<Action | null>(null);
  const now = useNow(15_000);
  const command = useOrderCommand(order.id);
  const { data: config } = useQuery(configQuery);
  // Where there is video, an order starts with the picture, in the studio.
  const startsHere = config?.mediaBackend === 'none';
  const possible = ACTIONS.filter(
    ({ name }) =>
      (name !== 'start' || startsHere) &&
      mayCommand(name, relation) &&
      possibleIn(name, order.status) &&
      !(name === 'dispute' && order.releasedAt),
  );
  if (possible.length === 0) return null;

  if (asked && possible.includes(asked)) {
    const isReasonOwed = owesReason(asked, order, relation);
    const terms = termsOf(asked, { order, payment, relation }, new Date(now));
    return (
      <form
        className="form confirm"
        onSubmit={(event) => {
          event.preventDefault();
          const reason = String(new FormData(event.currentTarget).get('reason')).trim();
          command.mutate(
            { name: asked.name, ...(reason ? { reason } : {}) },
            { onSuccess: () => setAsked(null) },
          );
        }}
      >
        <p>
          <strong>{'confirm' in asked ? asked.confirm : asked.label}</strong>
        </p>
        {terms && <p data-testid="terms">{terms}</p>}
        <TextField
          label="Reason"
          name="reason"
          maxLength={ORDER_LIMITS.reasonLength}
          hint={isReasonOwed ? 'The other party reads it.' : 'Optional.'}
          required={isReasonOwed}
          autoFocus
        />
        {command.error && <Problem error={command.error} />}
        <div className="form-row">
          <Button
            onClick={() => {
              command.reset();
              setAsked(null);
            }}
          >
            Back
          </Button>
          <Button type="submit" kind="danger" pending={command.isPending}>
            {'doIt' in asked ? asked.doIt : asked.label}
          </Button>
        </div>
      </form>
    );
  }

  return (
    <section className="actions" aria-label="What you can do">
      {command.error && <Problem error={command.error} />}
      {possible.map((action) => (
        <Button
          key={action.name}
          kind={action.kind}
          pending={command.isPending && command.variables.name === action.name}
          onClick={() => {
            if ('confirm' in action) setAsked(action);
            else command.mutate({ name: action.name });
          }}
        >
          {action.label}
        </Button>
      ))}
    </section>
  );
}

/** Whoever breaks a promise, or complains of one, says why. */
function owesReason({ name }: Action, { status }: OrderView, relation: Relation): boolean {
  return name === 'dispute' || (name === 'cancel' && status === 'accepted' && relation === 'provider');
}

/** What it means for the money; null where it means nothing. */
function termsOf({ name }: Action, { order, payment, relation }: Props, now: Date): string | null {
  switch (name) {
    case 'cancel':
      return cancellationTerms(order, payment, relation, now);
    case 'dispute':
      return 'The money stays in escrow until TapLive has looked into it and decided.';
    case 'start':
    case 'complete':
      return null;
  }
}
