import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type * as z from 'zod';
import type { disputePage } from '#contract/disputes.ts';
import type { PaymentStepView, paymentStepPage } from '#contract/payments.ts';
import { api } from '../api/api.ts';

export type DisputePage = z.infer<typeof disputePage>;
type PaymentStepPage = z.infer<typeof paymentStepPage>;

export const adminKeys = {
  disputes: ['admin', 'disputes'],
  paymentSteps: ['admin', 'payment-steps'],
} as const;

/** The orders that are disputed now, by one of their sides or at the payer's bank. */
export const disputesQuery = infiniteQueryOptions({
  queryKey: adminKeys.disputes,
  queryFn: ({ pageParam, signal }) =>
    api.get<DisputePage>('/admin/disputes', { query: { limit: 20, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined, // the first page has no cursor; inferred it would be only undefined
  getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
});

/** The calls to Stripe that were owed, in one state or in all. */
export const paymentStepsQuery = (state: PaymentStepView['state'] | null) =>
  infiniteQueryOptions({
    queryKey: [...adminKeys.paymentSteps, state],
    queryFn: ({ pageParam, signal }) =>
      api.get<PaymentStepPage>('/admin/payment-steps', {
        query: { state: state ?? undefined, limit: 20, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined, // as above
    getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
    // Steps move by themselves.
    refetchInterval: 10_000,
  });

/** Has a parked step looked for at Stripe again. */
export function useRetryStep() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (stepId: string) => api.send('POST', `/admin/payment-steps/${stepId}/retry`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: adminKeys.paymentSteps }),
  });
}
