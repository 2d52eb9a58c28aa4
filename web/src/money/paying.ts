import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ClientConfig } from '#contract/config.ts';
import type { CardAnswer } from '#contract/orders.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { api } from '../api/api.ts';
import { configQuery } from '../config/queries.ts';
import { orderKeys } from '../orders/queries.ts';
import { navigate } from '../router.ts';
import { answerIn, hereAgain, leaveFor, simulatedQuestion } from './pages-elsewhere.ts';

/** A payment, with the secret of its intent where this page was told. */
type Asked = PaymentView & { clientSecret?: string | undefined };

type Paying<V> = UseMutationResult<CardAnswer, Error, V>;

/**
 * Chooses an application and has a card pay for it. Where the bank wants to ask the payer, who has just paid and so is there, it
 * does at once. A declined card is a refusal (402).
 */
export function useAccept(orderId: string): Paying<{ applicationId: string; paymentMethodId: string }> {
  return usePaying(orderId, (body) => api.send<CardAnswer>('POST', `/orders/${orderId}/accept`, body));
}

/** Gives an order another card, after the one before would not do. */
export function useReplaceCard(orderId: string): Paying<string> {
  return usePaying(orderId, (paymentMethodId) =>
    api.send<CardAnswer>('PUT', `/orders/${orderId}/payment`, { paymentMethodId }),
  );
}

/** Lets the payer's bank ask them about a payment of before (3-D Secure). */
export function useAnswerBank(orderId: string): Paying<Asked> {
  // Only its answer has the secret.
  return usePaying(orderId, async (asked) => syncPayment(asked.id));
}

/** Has Stripe asked now what became of a payment. */
export function useSyncPayment(): Paying<string> {
  const keep = useKeep();
  return useMutation({ mutationFn: syncPayment, onSuccess: keep });
}

/** Whoever comes back from the bank's page sees at once what came of it. */
export function useReturnFromBank(payment: PaymentView | null): void {
  const { mutate } = useSyncPayment();
  const isBack = useRef(answerIn(window.location.search) !== null);
  const paymentId = payment?.id;
  useEffect(() => {
    if (!isBack.current || !paymentId) return;
    isBack.current = false;
    navigate(window.location.pathname, { replace: true });
    mutate(paymentId);
  }, [paymentId, mutate]);
}

/** Pays, and lets the bank ask. What came of that is Stripe's to tell, whatever the page in between says. */
function usePaying<V>(orderId: string, pay: (given: V) => Promise<CardAnswer>): Paying<V> {
  const { data: config } = useQuery(configQuery);
  const queryClient = useQueryClient();
  const keep = useKeep();
  return useMutation({
    mutationFn: async (given: V) => {
      const paid = await pay(given);
      const { requiresAction, clientSecret, id } = paid.payment;
      if (!requiresAction || !clientSecret || !config) return paid;
      // The page must say what is asked for while it is.
      void keep(paid);
      await askBank(config.stripe, clientSecret);
      return syncPayment(id);
    },
    onSuccess: keep,
    onError: () => queryClient.invalidateQueries({ queryKey: orderKeys.one(orderId) }),
  });
}

async function askBank(stripe: ClientConfig['stripe'], clientSecret: string): Promise<void> {
  if (stripe.simulatorUrl) {
    return leaveFor(simulatedQuestion(stripe.simulatorUrl, clientSecret, hereAgain()));
  }
  const { stripeJs } = await import('./stripe-js.ts');
  const script = await stripeJs(stripe.publishableKey);
  await script.handleNextAction({ clientSecret });
}

function syncPayment(paymentId: string): Promise<CardAnswer> {
  return api.send<CardAnswer>('POST', `/payments/${paymentId}/sync`);
}

/** Shows the order and its payment as an answer has them. */
function useKeep() {
  const queryClient = useQueryClient();
  return ({ order, payment }: CardAnswer) => {
    queryClient.setQueryData(orderKeys.one(order.id), { order });
    queryClient.setQueryData(orderKeys.payment(order.id), { payment });
    return Promise.all([
      queryClient.invalidateQueries({ queryKey: orderKeys.own }),
      queryClient.invalidateQueries({ queryKey: orderKeys.nearby }),
      queryClient.invalidateQueries({ queryKey: orderKeys.applications(order.id) }),
    ]);
  };
}
