import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderView } from '#domain/orders/order-view.ts';
import type { Relation } from '#domain/orders/transitions.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { formatMoney } from '../format/money.ts';
import { useOrderCommand } from '../orders/queries.ts';
import { addressOf } from '../router.ts';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Link } from '../ui/link.tsx';
import { Problem } from '../ui/problem.tsx';
import { BankQuestion } from './bank-question.tsx';
import { type MoneyState, moneyState } from './money-state.ts';
import { payoutAccountQuery } from './queries.ts';
import { ReplaceCard } from './replace-card.tsx';
import { sharesOf } from './shares.ts';
import './money.css';

type Props = { order: OrderView; payment: PaymentView; relation: Relation; payee: string };

const ICONS: Record<MoneyState['tone'], IconName> = {
  plain: 'coins',
  good: 'coins',
  waiting: 'shield',
  bad: 'card',
};

/** Where the money of an order is, and what can be done about it. */
export function MoneyPanel({ order, payment, relation, payee }: Props) {
  const { tone, title, notes } = moneyState(order, payment, { relation, payee });
  const isPayer = relation === 'creator';
  const isReleasable =
    isPayer && order.status === 'completed' && !order.releasedAt && payment.chargeback !== 'open';
  return (
    <section className={`money money-${tone}`} aria-label="Money">
      <div role="status" className="money-state">
        <Icon name={ICONS[tone]} />
        <p>
          <strong data-testid="money">{title}</strong>
          {notes.map((note) => (
            <small key={note}>{note}</small>
          ))}
        </p>
      </div>
      {relation === 'provider' && <OwnShare order={order} payment={payment} />}
      {isPayer && payment.status === 'processing' && <BankQuestion payment={payment} />}
      {isPayer && payment.cardDueAt && <ReplaceCard payment={payment} />}
      {isReleasable && <Release order={order} payment={payment} payee={payee} />}
    </section>
  );
}

function Release({ order, payment, payee }: Omit<Props, 'relation'>) {
  const command = useOrderCommand(order.id);
  const [isAsked, setAsked] = useState(false);
  const sum = formatMoney(payment.grossAmount, payment.currency);
  return (
    <>
      {command.error && <Problem error={command.error} />}
      {isAsked ? (
        <>
          <p>
            <strong>Release {sum}?</strong> Afterwards you can no longer say that something was wrong.
          </p>
          <div className="form-row">
            <Button onClick={() => setAsked(false)} autoFocus>
              Back
            </Button>
            <Button
              kind="primary"
              pending={command.isPending}
              onClick={() => command.mutate({ name: 'release' })}
            >
              Release it
            </Button>
          </div>
        </>
      ) : (
        <Button kind="primary" onClick={() => setAsked(true)}>
          Release {sum} to {payee}
        </Button>
      )}
    </>
  );
}

/** What is the provider's of it, and what keeps it from reaching them. */
function OwnShare({ order, payment }: { order: OrderView; payment: PaymentView }) {
  const known = payment.netAmount !== null;
  const shares = known
    ? {
        gross: payment.grossAmount,
        platformFee: payment.platformFee ?? 0,
        processingFee: payment.processingFee ?? 0,
        net: payment.netAmount ?? 0,
      }
    : sharesOf(payment.grossAmount, payment.currency);
  const isOver = payment.status === 'cancelled' || payment.status === 'refunded';
  if (!shares || (isOver && !known)) return null;
  const sum = (amount: number) => formatMoney(amount, payment.currency);
  const isWaiting = known && !payment.settledAt && payment.status === 'succeeded';
  return (
    <>
      <p className="shares">
        <strong>{sum(shares.net)}</strong> {known ? 'is' : 'will be'} yours of {sum(shares.gross)}, after{' '}
        {sum(shares.platformFee)} for TapLive and {sum(shares.processingFee)} for the payment.
      </p>
      {(isWaiting || !order.releasedAt) && <PayoutsMissing isWaiting={isWaiting} />}
    </>
  );
}

/** Says so where nothing can be sent to the provider yet. They may work all the same. */
function PayoutsMissing({ isWaiting }: { isWaiting: boolean }) {
  const { data } = useQuery(payoutAccountQuery);
  if (!data || data.state === 'ready') return null;
  return (
    <p className="shares-wait">
      {isWaiting
        ? 'It waits until you can be paid out. '
        : 'You cannot be paid out yet; you can work all the same. '}
      <Link href={addressOf({ name: 'earnings', isLinkSpent: false })}>Set up payouts</Link>
    </p>
  );
}
