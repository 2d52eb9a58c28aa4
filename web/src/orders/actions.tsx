import { useState } from 'react';
import { ORDER_LIMITS } from '#domain/orders/order.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { mayCommand, possibleIn, type Relation } from '#domain/orders/transitions.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useOrderCommand } from './queries.ts';

const ACTIONS = [
  { name: 'start', label: 'Start the stream', kind: 'live' },
  { name: 'complete', label: 'Complete', kind: 'primary' },
  { name: 'cancel', label: 'Cancel the order', kind: 'plain', confirm: 'Really cancel?' },
  { name: 'dispute', label: 'Something is wrong', kind: 'plain', confirm: 'Open a dispute?' },
] as const;
type Action = (typeof ACTIONS)[number];

/** What this person can do with an order now, by the domain's own table. */
export function OrderActions({ order, relation }: { order: OrderView; relation: Relation }) {
  const [asked, setAsked] = useState<Action | null>(null);
  const command = useOrderCommand(order.id);
  const possible = ACTIONS.filter(
    ({ name }) =>
      mayCommand(name, relation) &&
      possibleIn(name, order.status) &&
      !(name === 'dispute' && order.releasedAt),
  );
  if (possible.length === 0) return null;

  if (asked && possible.includes(asked)) {
    return (
      <form
        className="form confirm"
        onSubmit={(event) => {
          event.preventDefault();
          const reason = String(new FormData(event.currentTarget).get('reason')).trim();
          command.mutate(
            { name: asked.name, ...(reason ? { reason } : {}) },
            { onSettled: () => setAsked(null) },
          );
        }}
      >
        <p>
          <strong>{'confirm' in asked ? asked.confirm : asked.label}</strong>
        </p>
        <TextField
          label="Reason"
          name="reason"
          maxLength={ORDER_LIMITS.reasonLength}
          hint="Optional."
          autoFocus
        />
        <div className="form-row">
          <Button onClick={() => setAsked(null)}>Back</Button>
          <Button type="submit" kind="danger" pending={command.isPending}>
            {asked.label}
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
