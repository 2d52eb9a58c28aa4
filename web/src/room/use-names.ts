import { useQueries } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { OrderView } from '#domain/orders/order-view.ts';
import { personQuery } from '../orders/queries.ts';
import type { LoggedEvent } from '../realtime/frames.ts';
import { useUser } from '../session/user.tsx';

export type NameOf = (userId: string) => string;

/** What to call the people of an order: its parties, and those who applied as far as one sees them. */
export function useNames(order: OrderView, events: readonly LoggedEvent[]): NameOf {
  const user = useUser();
  const ids = new Set([order.creatorId, ...(order.providerId ? [order.providerId] : [])]);
  for (const { event, data } of events) if (event === 'order:applied') ids.add(data.providerId);
  ids.delete(user.id);
  const names = useQueries({
    queries: [...ids].map((id) => personQuery(id)),
    combine: (people) =>
      new Map(people.flatMap(({ data }) => (data ? [[data.id, data.displayName ?? data.username]] : []))),
  });
  return useCallback(
    (userId) => (userId === user.id ? 'You' : (names.get(userId) ?? 'Someone')),
    [names, user.id],
  );
}
