import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ConnectStatus } from '#contract/payments.ts';
import { formatMoney } from '../format/money.ts';
import { formatDate } from '../format/time.ts';
import { addressOf, navigate } from '../router.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { leaveFor } from './pages-elsewhere.ts';
import { payoutAccountQuery, useStartOnboarding } from './queries.ts';

/** Whether what one earns can reach one's bank, and what is still asked before. */
export function PayoutAccount({ isLinkSpent }: { isLinkSpent: boolean }) {
  const { data, error, isPending, refetch } = useQuery(payoutAccountQuery);
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton rows={1} height={110} label="Loading your payout account" />;
  return (
    <>
      <section className={`payouts payouts-${data.state}`} aria-label="Payouts">
        <h2>{TITLES[data.state]}</h2>
        <p role="status">{explained(data)}</p>
        {data.requirementsDue.length > 0 && (
          <>
            <p className="muted">Stripe, which pays you, wants to know:</p>
            <ul className="dots">
              {data.requirementsDue.map(({ code, description }) => (
                <li key={code}>{description}</li>
              ))}
            </ul>
          </>
        )}
        <Onboarding account={data} isLinkSpent={isLinkSpent} />
      </section>
      {data.payouts.length > 0 && <Payouts payouts={data.payouts} />}
    </>
  );
}

const TITLES: Record<ConnectStatus['state'], string> = {
  none: 'Set up payouts',
  onboarding: 'Almost there',
  restricted: 'Payouts are on hold',
  ready: 'Payouts are set up',
};

function explained({ state, payoutsEnabled, disabledReason }: ConnectStatus): string {
  if (disabledReason === 'account_gone')
    return 'Your account at Stripe can no longer be reached from here. What you earn waits for another one.';
  switch (state) {
    case 'none':
      return 'Stripe pays you. You can work before it is set up; what you earn waits for you.';
    case 'onboarding':
      return 'Stripe has questions before anything can be sent to you. What you earn waits until then.';
    case 'restricted':
      return 'Stripe has to look at your account, or at what you answered. What you earn waits until then.';
    case 'ready':
      return payoutsEnabled
        ? 'What is released to you is sent at once; Stripe passes it on to your bank.'
        : 'What is released to you is sent at once. Stripe cannot pass it on to your bank yet.';
  }
}

function Onboarding({ account, isLinkSpent }: { account: ConnectStatus; isLinkSpent: boolean }) {
  const start = useStartOnboarding();
  const isBegun = account.state !== 'none' && account.disabledReason !== 'account_gone';
  const isDone = account.state === 'ready' && account.requirementsDue.length === 0;
  useEffect(() => {
    // Said once: a reload is no other link.
    if (isLinkSpent && isDone)
      navigate(addressOf({ name: 'earnings', isLinkSpent: false }), { replace: true });
  }, [isLinkSpent, isDone]);
  if (isDone) return null;
  const go = () => {
    const { origin } = window.location;
    start.mutate(
      {
        returnUrl: origin + addressOf({ name: 'earnings', isLinkSpent: false }),
        refreshUrl: origin + addressOf({ name: 'earnings', isLinkSpent: true }),
      },
      { onSuccess: ({ url }) => leaveFor(url) },
    );
  };
  return (
    <>
      {isLinkSpent && <p className="problem">That link was used or too old. Here is a new one.</p>}
      {start.error && <Problem error={start.error} />}
      <Button kind="primary" pending={start.isPending} onClick={go}>
        {isBegun ? 'Go on at Stripe' : 'Set up payouts'}
      </Button>
    </>
  );
}

const PAYOUT_TEXTS: Record<ConnectStatus['payouts'][number]['status'], string> = {
  pending: 'expected on',
  in_transit: 'on its way to your bank, there on',
  paid: 'at your bank since',
  failed: 'your bank refused it on',
  cancelled: 'cancelled on',
};

function Payouts({ payouts }: { payouts: ConnectStatus['payouts'] }) {
  return (
    <section aria-labelledby="payouts-title">
      <h2 id="payouts-title">To your bank</h2>
      <ul className="entries">
        {payouts.map(({ id, amount, currency, status, arrivesAt, failureCode }) => (
          <li key={id} className="payout">
            <strong>{formatMoney(amount, currency)}</strong>
            <small>
              {PAYOUT_TEXTS[status]} {formatDate(arrivesAt)}
              {failureCode && ` (${failureCode.replaceAll('_', ' ')})`}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
