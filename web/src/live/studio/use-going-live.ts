import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ShowView } from '#domain/live/show-view.ts';
import type { OrderView } from '#domain/orders/order-view.ts';
import { api } from '../../api/api.ts';
import { hasReason } from '../../api/errors.ts';
import { orderKeys } from '../../orders/queries.ts';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { useStore } from '../room/use-live-room.ts';
import { showKeys } from '../shows/queries.ts';

/** It takes a moment before the origin has seen packets, and has said so. */
const FLOWS_WITHIN_TRIES = 10;
const TRY_EVERY_MS = 1_000;

/**
 * Going live: first the picture flows, then the show begins; of an order's show, with the order, which wants to see that the picture
 * flows and that its provider is at the place.
 */
export function useGoingLive(client: LiveRoomClient, show: ShowView) {
  const { link, published } = useStore(client.publisher.state);
  const queryClient = useQueryClient();
  const [isWanted, setWanted] = useState(false);
  const begin = useMutation({
    mutationFn: () => beginWhenFlowing(show),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: showKeys.one(show.id) });
      if (show.orderId) void queryClient.invalidateQueries({ queryKey: orderKeys.one(show.orderId) });
    },
  });
  const isSending = link === 'connected' && published.camera !== undefined;
  const isDue = isWanted && isSending && show.status === 'scheduled' && begin.isIdle;
  const { mutate } = begin;
  useEffect(() => {
    if (isDue) mutate();
  }, [isDue, mutate]);
  return {
    isWanted,
    isSending,
    begin,
    /** `takeOver`: though another page of the host does. */
    goLive: ({ takeOver = false } = {}) => {
      begin.reset();
      setWanted(true);
      client.publisher.start({ takeOver });
    },
  };
}

async function beginWhenFlowing(show: ShowView): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (show.orderId) await api.send<{ order: OrderView }>('POST', `/orders/${show.orderId}/start`, {});
      else await api.send<{ show: ShowView }>('POST', `/live-shows/${show.id}/start`, {});
      return;
    } catch (error) {
      if (!hasReason(error, 'media_not_flowing') || attempt === FLOWS_WITHIN_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
    }
  }
}
