import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { LineFeature } from '#domain/geo/geojson.ts';
import type { TrailProperties } from '#domain/tracking/trail.ts';
import { api } from '../api/api.ts';
import { hasApplication, knownVersion, orderKeys } from '../orders/queries.ts';
import { isLoggedEvent, isRoomFrame, type LoggedEvent } from '../realtime/frames.ts';
import type { LiveSocket, SocketState } from '../realtime/live-socket.ts';
import { openSocket } from '../realtime/open-socket.ts';
import { EMPTY_ROOM, type RoomState, roomReducer, type TrailPoint } from './room-state.ts';

export type Room = RoomState & {
  connection: SocketState;
  /** Why the server refused the socket, if it did. */
  refusal: string | null;
  send: (event: 'message:send' | 'location:update', data: unknown) => Promise<unknown>;
};

/** Enters an order's room for as long as the component is there. Only for its parties. */
export function useRoom(orderId: string): Room {
  const queryClient = useQueryClient();
  const [state, dispatch] = useReducer(roomReducer, EMPTY_ROOM);
  const [connection, setConnection] = useState<SocketState>('connecting');
  const [refusal, setRefusal] = useState<string | null>(null);
  const socket = useRef<LiveSocket | null>(null);

  useEffect(() => {
    let left = false;
    const learnTrail = async () => {
      const points = trailOf(await api.get<Track>(`/orders/${orderId}/track`));
      if (!left) dispatch({ type: 'trail', points });
    };
    const learnLog = async () => {
      for (let since = 0; !left; ) {
        const query = { since };
        const { items } = await api.get<{ items: LoggedEvent[] }>(`/orders/${orderId}/events`, { query });
        const last = items.at(-1);
        if (left || !last) return;
        dispatch({ type: 'logged', events: items.filter(isLoggedEvent) });
        since = last.seq;
      }
    };
    // The log and the trail are told again on the next connection; until then the page shows what it has.
    const quietly = (work: Promise<void>) => void work.catch(() => {});

    const opened = openSocket(`/orders/${orderId}/room`, {
      since: 0,
      onState: (next, reason) => {
        setConnection(next);
        if (next === 'refused') setRefusal(reason);
        if (next === 'live') quietly(learnTrail());
      },
      onEvent: (frame) => {
        if (isLoggedEvent(frame)) {
          dispatch({ type: 'logged', events: [frame] });
          if (changesOrder(frame) && frame.seq > knownVersion(queryClient, orderId)) {
            void queryClient.invalidateQueries({ queryKey: orderKeys.one(orderId) });
          } else if (
            frame.event === 'order:applied' &&
            !hasApplication(queryClient, orderId, frame.data.applicationId)
          ) {
            void queryClient.invalidateQueries({ queryKey: orderKeys.applications(orderId) });
          }
        } else if (isRoomFrame(frame)) {
          dispatch({ type: 'told', frame });
          if (frame.event === 'room:snapshot') {
            queryClient.setQueryData(orderKeys.one(orderId), { order: frame.data.order });
            quietly(learnLog());
          }
        }
      },
    });
    socket.current = opened.socket;
    return () => {
      left = true;
      socket.current = null;
      opened.close();
    };
  }, [orderId, queryClient]);

  const send = useCallback<Room['send']>(async (event, data) => socket.current?.request(event, data), []);
  return { ...state, connection, refusal, send };
}

type Track = LineFeature<TrailProperties>;

function trailOf({ geometry, properties }: Track): TrailPoint[] {
  return (geometry?.coordinates ?? []).flatMap((position, index) => {
    const at = properties.times[index];
    return at === undefined ? [] : [{ position, at }];
  });
}

/** Messages and crossings are told in the log, but leave the order as it was. */
function changesOrder({ event }: LoggedEvent): boolean {
  return event !== 'message:received' && !event.startsWith('location:');
}
