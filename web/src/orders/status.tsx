import type { OrderStatus } from '#domain/orders/order.ts';
import './status.css';

const NAMES: Record<OrderStatus, string> = {
  pending: 'Open',
  accepted: 'On the way',
  active: 'Live',
  completed: 'Done',
  cancelled: 'Cancelled',
  disputed: 'Disputed',
};

/** An order's status in a word, on its colour. `accepting`: somebody is just being chosen, and the payment under way. */
export function StatusChip({ status, accepting = false }: { status: OrderStatus; accepting?: boolean }) {
  return <span className={`chip chip-${status}`}>{accepting ? 'Being taken' : NAMES[status]}</span>;
}

const WAY = [
  { status: 'pending', name: 'Posted' },
  { status: 'accepted', name: 'On the way' },
  { status: 'active', name: 'Live' },
  { status: 'completed', name: 'Done' },
] as const;

/** How far an order has come. Nothing for one that left the way. */
export function Progress({ status }: { status: OrderStatus }) {
  const reached = WAY.findIndex((step) => step.status === status);
  if (reached === -1) return null;
  return (
    <ol className="progress" aria-label="Progress">
      {WAY.map(({ name }, index) => (
        <li
          key={name}
          className={index <= reached ? 'progress-reached' : undefined}
          aria-current={index === reached ? 'step' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
