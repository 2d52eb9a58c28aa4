import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { CreateOrderBody, NearbyOrder, RankedApplication } from '#contract/orders.ts';
import type { NearbyProvider } from '#contract/places.ts';
import type { PublicProfile } from '#contract/users.ts';
import type { Coordinates } from '#domain/geo/coordinates.ts';
import type { DisputeOutcome } from '#domain/orders/order-events.ts';
import type { ApplicationView, OrderView } from '#domain/orders/order-view.ts';
import { api } from '../api/api.ts';

type OrderAnswer = { order: OrderView };
type OrderPage = {
  items: OrderView[];
  pagination: { hasNextPage: boolean; nextCursor: string | null; totalCount: number };
};

/** The keys under which orders are kept, wider ones first. */
export const orderKeys = {
  nearby: ['orders', 'nearby'],
  own: ['orders', 'own'],
  one: (orderId: string) => ['orders', 'one', orderId],
  applications: (orderId: string) => ['orders', 'one', orderId, 'applications'],
  payment: (orderId: string) => ['orders', 'one', orderId, 'payment'],
} as const;

/** Pending orders around a place, nearest first. */
export const nearbyOrdersQuery = ({ latitude, longitude }: Coordinates, radius: number) =>
  queryOptions({
    queryKey: [...orderKeys.nearby, latitude, longitude, radius],
    queryFn: ({ signal }) =>
      api.get<{ items: NearbyOrder[] }>('/orders/nearby', {
        query: { latitude: latitude.toFixed(6), longitude: longitude.toFixed(6), radius, limit: 50 },
        signal,
      }),
    // Those who are not offered an order find it here soon.
    refetchInterval: 20_000,
    placeholderData: (previous) => previous,
  });

/** Who could come to a place now. */
export const nearbyProvidersQuery = ({ latitude, longitude }: Coordinates, radius: number) =>
  queryOptions({
    queryKey: ['providers', 'nearby', latitude, longitude, radius],
    queryFn: ({ signal }) =>
      api.get<{ items: NearbyProvider[] }>('/providers/nearby', {
        query: { latitude: latitude.toFixed(6), longitude: longitude.toFixed(6), radius, limit: 50 },
        signal,
      }),
    refetchInterval: 20_000,
    placeholderData: (previous) => previous,
  });

/** The orders that one made or took, newest first. */
export const ownOrdersQuery = infiniteQueryOptions({
  queryKey: orderKeys.own,
  queryFn: ({ pageParam, signal }) =>
    api.get<OrderPage>('/orders', { query: { limit: 20, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined, // the first page has no cursor; inferred it would be only undefined
  getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
});

/** One order, as far as this person may see it. */
export const orderQuery = (orderId: string) =>
  queryOptions({
    queryKey: orderKeys.one(orderId),
    queryFn: ({ signal }) => api.get<OrderAnswer>(`/orders/${orderId}`, { signal }),
    // Those who are not in its room are not told how an acceptance ends.
    refetchInterval: ({ state }) => (state.data?.order.accepting ? 5_000 : false),
  });

/** All applications, ranked, for the creator; for a provider their own. */
export const applicationsQuery = (orderId: string) =>
  queryOptions({
    queryKey: orderKeys.applications(orderId),
    queryFn: ({ signal }) =>
      api.get<{ items: RankedApplication[] }>(`/orders/${orderId}/applications`, { signal }),
  });

/** What everyone may know of a person. */
export const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ['people', userId],
    queryFn: ({ signal }) => api.get<PublicProfile>(`/users/${userId}`, { signal }),
    staleTime: 5 * 60_000,
  });

/** The version of an order that this page has; 0 when it has none. */
export function knownVersion(queryClient: QueryClient, orderId: string): number {
  return queryClient.getQueryData<OrderAnswer>(orderKeys.one(orderId))?.order.version ?? 0;
}

/** Whether the list of applications that this page has holds this one. It may be older than the order beside it. */
export function hasApplication(queryClient: QueryClient, orderId: string, applicationId: string): boolean {
  const { queryKey } = applicationsQuery(orderId);
  return queryClient.getQueryData(queryKey)?.items.some(({ id }) => id === applicationId) ?? false;
}

/** Posts an order. */
export function useCreateOrder() {
  const keep = useKeepOrder();
  return useMutation({
    mutationFn: (body: CreateOrderBody) => api.send<OrderAnswer>('POST', '/orders', body),
    onSuccess: keep,
  });
}

/** The commands that answer with the order as it is then. */
export type OrderCommand =
  | { name: 'start' | 'complete' | 'cancel' | 'dispute' | 'release'; reason?: string }
  | { name: 'resolve'; outcome: DisputeOutcome; providerShare?: number; reason?: string };

/** Gives a command on an order. */
export function useOrderCommand(orderId: string) {
  const keep = useKeepOrder();
  return useMutation({
    mutationFn: ({ name, ...body }: OrderCommand) =>
      api.send<OrderAnswer>('POST', `/orders/${orderId}/${name}`, body),
    onSuccess: keep,
  });
}

export type ApplyBody = {
  message: string | null;
  proposedAmount: number | null;
  estimatedArrival: string | null;
};

/** Applies to an order. */
export function useApply(orderId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApplyBody) =>
      api.send<{ application: ApplicationView }>('POST', `/orders/${orderId}/applications`, body),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: orderKeys.applications(orderId) }),
  });
}

/** Takes one's own application back. */
export function useWithdraw(orderId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (applicationId: string) =>
      api.send('POST', `/orders/${orderId}/applications/${applicationId}/withdraw`, {}),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: orderKeys.applications(orderId) }),
  });
}

/** Rates the other party. */
export function useRate(orderId: string) {
  return useMutation({
    mutationFn: (body: { rating: number; comment: string | null }) =>
      api.send('POST', `/orders/${orderId}/ratings`, body),
  });
}

function useKeepOrder() {
  const queryClient = useQueryClient();
  return (answer: OrderAnswer) => {
    queryClient.setQueryData(orderKeys.one(answer.order.id), answer);
    return Promise.all([
      queryClient.invalidateQueries({ queryKey: orderKeys.own }),
      queryClient.invalidateQueries({ queryKey: orderKeys.nearby }),
      queryClient.invalidateQueries({ queryKey: orderKeys.applications(answer.order.id) }),
    ]);
  };
}
