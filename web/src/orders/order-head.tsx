import type { ReactNode } from 'react';
import type { OrderView } from '#domain/orders/order-view.ts';
import { formatMoney } from '../format/money.ts';
import { Progress, StatusChip } from './status.tsx';
import './order-head.css';

/** What an order is, at a glance. */
export function OrderHead({ order, aside }: { order: OrderView; aside?: ReactNode }) {
  const { title, status, accepting, agreedAmount, baseAmount, currency } = order;
  return (
    <header className="order-head">
      <p className="order-head-line">
        <StatusChip status={status} accepting={accepting} />
        {aside}
      </p>
      <h1>{title}</h1>
      <p className="order-price">
        {formatMoney(agreedAmount ?? baseAmount, currency)}
        {agreedAmount !== null && agreedAmount !== baseAmount && (
          <small>agreed; {formatMoney(baseAmount, currency)} was asked</small>
        )}
      </p>
      <Progress status={status} />
    </header>
  );
}
