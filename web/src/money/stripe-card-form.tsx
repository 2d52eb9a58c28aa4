import type { Appearance, Stripe, StripeElements } from '@stripe/stripe-js';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { CardSavingAnswer } from '#contract/payments.ts';
import { api } from '../api/api.ts';
import { ApiError } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { readColors } from '../ui/read-colors.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { useMediaQuery } from '../ui/use-media-query.ts';
import { hereAgain } from './pages-elsewhere.ts';
import { paymentKeys } from './queries.ts';
import { stripeJs } from './stripe-js.ts';

type Props = { publishableKey: string; onAdded: () => void };

/**
 * A card, typed into Stripe's own frames: neither this page nor our servers see its number. The bank may ask at once, in a
 * frame too.
 */
export default function StripeCardForm({ publishableKey, onAdded }: Props) {
  const visit = useId();
  const { data, error, refetch } = useQuery({
    queryKey: ['card-setup', visit],
    queryFn: () => beginSetup(publishableKey),
    // A secret is for one card.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (data) return <CardFields {...data} onAdded={onAdded} />;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  return <Skeleton rows={1} height={180} label="Loading the card form" />;
}

type Setup = { stripe: Stripe; clientSecret: string };

async function beginSetup(publishableKey: string): Promise<Setup> {
  const [stripe, { setup }] = await Promise.all([
    stripeJs(publishableKey),
    api.send<CardSavingAnswer>('POST', '/payment-methods', {}),
  ]);
  if (!setup.clientSecret) throw new TypeError('a setup without a payment method has a secret');
  return { stripe, clientSecret: setup.clientSecret };
}

function CardFields({ stripe, clientSecret, onAdded }: Setup & { onAdded: () => void }) {
  const queryClient = useQueryClient();
  const place = useRef<HTMLDivElement>(null);
  const elements = useRef<StripeElements>(null);
  const [isReady, setReady] = useState(false);
  const isDark = useMediaQuery('(prefers-color-scheme: dark)');

  useEffect(() => {
    if (!place.current) return;
    const made = stripe.elements({ clientSecret, appearance: appearanceAt(place.current, isDark) });
    const fields = made.create('payment');
    fields.on('ready', () => setReady(true));
    fields.mount(place.current);
    elements.current = made;
    return () => fields.destroy();
  }, [stripe, clientSecret, isDark]);

  const save = useMutation({
    mutationFn: async () => {
      if (!elements.current) return;
      const { error } = await stripe.confirmSetup({
        elements: elements.current,
        confirmParams: { return_url: hereAgain() },
        redirect: 'if_required',
      });
      // Stripe's sentences are for the payer.
      if (error) {
        throw new ApiError(
          'PAYMENT_FAILED',
          error.message ?? 'The card could not be saved. Please try again.',
        );
      }
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: paymentKeys.cards });
      onAdded();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  return (
    <form className="form" onSubmit={submit} aria-label="Card">
      <div ref={place} className="stripe-fields" />
      {save.error && <Problem error={save.error} />}
      <Button type="submit" kind="primary" pending={save.isPending} disabled={!isReady}>
        Save the card
      </Button>
      <p className="muted">
        <small>Stripe keeps the card. TapLive never sees its number.</small>
      </p>
    </form>
  );
}

/** Stripe's frames in the colours of the page around them. */
function appearanceAt(element: Element, isDark: boolean): Appearance {
  const colors = readColors(element, {
    colorPrimary: '--accent',
    colorBackground: '--raised',
    colorText: '--ink',
    colorTextSecondary: '--muted',
    colorDanger: '--live-strong',
  });
  return { theme: isDark ? 'night' : 'stripe', variables: { ...colors, borderRadius: '10px' } };
}
