import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PaymentStepView } from '#contract/payments.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';
import { useLastPlaceScene } from '../map/use-last-place.ts';
import { addressOf } from '../router.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Link } from '../ui/link.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useNow } from '../ui/use-now.ts';
import { paymentStepsQuery, useRetryStep } from './queries.ts';
import { AdminTabs } from './tabs.tsx';
import './admin.css';

type State = PaymentStepView['state'];

const SHOWN = [
  { value: 'parked', label: 'Parked' },
  { value: 'unknown', label: 'Unknown' },
  { value: 'blocked', label: 'Waiting' },
  { value: 'failed', label: 'Refused' },
  { value: 'all', label: 'All' },
] as const satisfies readonly { value: State | 'all'; label: string }[];

/** The calls to Stripe that are owed or were made; whatever is stuck can be looked for again. */
export function PaymentStepsPage() {
  useLastPlaceScene();
  const [shown, setShown] = useState<(typeof SHOWN)[number]['value']>('parked');
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(paymentStepsQuery(shown === 'all' ? null : shown));
  const steps = data?.pages.flatMap(({ items }) => items);
  return (
    <PageFrame title="Payment steps">
      <h1 className="visually-hidden">Payment steps</h1>
      <AdminTabs current="payment-steps" />
      <Choice legend="Which steps" options={SHOWN} value={shown} onChange={setShown} />
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton rows={3} height={92} label="Loading the steps" />}
      {steps && (
        <ul className="steps" aria-label="Payment steps">
          {steps.map((step) => (
            <Step key={step.id} step={step} />
          ))}
        </ul>
      )}
      {steps?.length === 0 && <p className="empty muted">{EMPTY[shown]}</p>}
      {hasNextPage && (
        <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </PageFrame>
  );
}

const EMPTY: Record<(typeof SHOWN)[number]['value'], string> = {
  parked: 'Nothing is stuck.',
  unknown: 'Of every call it is known what became of it.',
  blocked: 'Nothing waits for an account.',
  failed: 'Stripe refused nothing.',
  all: 'Nothing was ever asked of Stripe.',
};

function Step({ step }: { step: PaymentStepView }) {
  const now = useNow(15_000);
  const retry = useRetryStep();
  const { amount, currency, error, dueAt, lastCalledAt, result } = step;
  return (
    <li className={`step step-${step.state}`} data-step={step.id}>
      <p className="step-head">
        <strong>
          {KINDS[step.kind]}
          {amount !== null && currency !== null && ` ${formatMoney(amount, currency)}`}
        </strong>
        <span className="chip">{STATES[step.state]}</span>
      </p>
      {error && (
        <p className="step-error">
          {error.message}{' '}
          <small>({[error.code, error.declineCode].filter((code) => code !== null).join(', ')})</small>
        </p>
      )}
      <p className="step-facts">
        {lastCalledAt ? (
          <time dateTime={lastCalledAt} title={formatDateTime(lastCalledAt)}>
            called {formatRelative(lastCalledAt, now)}
          </time>
        ) : (
          'not called yet'
        )}
        {step.generation > 1 && ` · key no. ${step.generation}`}
        {step.tries > 0 && ` · looked for ${step.tries} times`}
        {dueAt && ` · next ${formatRelative(dueAt, now)}`}
        {result && (
          <>
            {' · '}
            <code>{result}</code>
          </>
        )}
      </p>
      {retry.error && <Problem error={retry.error} />}
      <p className="step-actions">
        <Link href={addressOf({ name: 'order', orderId: step.orderId })}>To the order</Link>
        {step.state === 'parked' && (
          <Button pending={retry.isPending} onClick={() => retry.mutate(step.id)}>
            Look for it again
          </Button>
        )}
      </p>
    </li>
  );
}

const KINDS: Record<PaymentStepView['kind'], string> = {
  authorize: 'Hold',
  setup: 'Save the card',
  capture: 'Capture',
  void: 'Give the hold back',
  refund: 'Refund',
  transfer: 'Pay out',
  reversal: 'Take back a pay-out of',
};

const STATES: Record<State, string> = {
  ready: 'to be called',
  running: 'being called',
  done: 'done',
  failed: 'refused',
  unknown: 'being looked for',
  blocked: 'waits for the account',
  parked: 'stuck',
};
