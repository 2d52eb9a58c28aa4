import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  CardSavingAnswer,
  ConnectStatus,
  Earnings,
  OnboardingLink,
  SavedCardView,
} from '#contract/payments.ts';
import type { PaymentView } from '#domain/payments/payment-view.ts';
import { api } from '../api/api.ts';
import { orderKeys } from '../orders/queries.ts';

/** The keys under which money is kept; what an order's payment is kept under belongs to the order. */
export const paymentKeys = {
  cards: ['cards'],
  earnings: ['earnings'],
  payoutAccount: ['payout-account'],
} as const;

/** One's saved cards, the newest first. */
export const cardsQuery = queryOptions({
  queryKey: paymentKeys.cards,
  queryFn: ({ signal }) => api.get<{ items: SavedCardView[] }>('/payment-methods', { signal }),
});

/** What an order costs and what became of it. There is none before an application was first accepted. */
export const orderPaymentQuery = (orderId: string) =>
  queryOptions({
    queryKey: orderKeys.payment(orderId),
    queryFn: ({ signal }) => api.get<{ payment: PaymentView }>(`/orders/${orderId}/payment`, { signal }),
  });

/** What one earned, the newest first; the totals stand on every page. */
export const earningsQuery = infiniteQueryOptions({
  queryKey: paymentKeys.earnings,
  queryFn: ({ pageParam, signal }) =>
    api.get<Earnings>('/users/me/earnings', { query: { limit: 20, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined, // the first page has no cursor; inferred it would be only undefined
  getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
});

/** Whether one can be paid, what is still asked, and the latest payouts. */
export const payoutAccountQuery = queryOptions({
  queryKey: paymentKeys.payoutAccount,
  queryFn: ({ signal }) => api.get<ConnectStatus>('/payments/connect/status', { signal }),
});

/** Saves a card that Stripe knows already. */
export function useSaveCard() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (paymentMethodId: string) =>
      api.send<CardSavingAnswer>('POST', '/payment-methods', { paymentMethodId }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: paymentKeys.cards }),
  });
}

/** Forgets a card. */
export function useRemoveCard() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.send('DELETE', `/payment-methods/${id}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: paymentKeys.cards }),
  });
}

/** Gets the link to what Stripe must know before it can pay. `returnUrl`: where one comes back to. */
export function useStartOnboarding() {
  return useMutation({
    mutationFn: (urls: { returnUrl: string; refreshUrl: string }) =>
      api.send<OnboardingLink>('POST', '/payments/connect/onboarding', urls),
  });
}
