import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { SavedCardView } from '#contract/payments.ts';
import { configQuery } from '../config/queries.ts';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { TestCards } from './test-cards.tsx';

// It loads Stripe's script, so it comes when a card is to be typed in.
const StripeCardForm = lazy(() => import('./stripe-card-form.tsx'));

/** Where a card is added: with Stripe, or one of its test cards where a simulator stands in for it. */
export function AddCard({ onAdded }: { onAdded: (card: SavedCardView | null) => void }) {
  const { data: config, error, refetch } = useQuery(configQuery);
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  const loading = <Skeleton rows={1} height={180} label="Loading the card form" />;
  if (!config) return loading;
  const { publishableKey, simulatorUrl } = config.stripe;
  if (simulatorUrl) return <TestCards onAdded={onAdded} />;
  return (
    <Suspense fallback={loading}>
      <StripeCardForm publishableKey={publishableKey} onAdded={() => onAdded(null)} />
    </Suspense>
  );
}
