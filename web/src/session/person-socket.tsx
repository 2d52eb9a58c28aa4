import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { adminKeys } from '../admin/queries.ts';
import { paymentKeys } from '../money/queries.ts';
import { orderKeys } from '../orders/queries.ts';
import { isPersonFrame, type PersonFrame } from '../realtime/frames.ts';
import type { LiveSocket, SocketState } from '../realtime/live-socket.ts';
import { openSocket } from '../realtime/open-socket.ts';

type Listener = (frame: PersonFrame) => void;

type PersonSocket = {
  connection: SocketState;
  request: (event: 'location:update', data: unknown) => Promise<unknown>;
  /** Hears what comes; gives back what ends it. */
  listen: (listener: Listener) => () => void;
};

const PersonSocketContext = createContext<PersonSocket | null>(null);

/** Keeps this person's own socket open on every page, and renews what it says has changed. */
export function PersonSocketProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [connection, setConnection] = useState<SocketState>('connecting');
  const socket = useRef<LiveSocket | null>(null);
  const listeners = useRef(new Set<Listener>());

  useEffect(() => {
    const opened = openSocket('/users/me/socket', {
      since: null,
      onState: (state) => setConnection(state),
      onEvent: (frame) => {
        if (!isPersonFrame(frame)) return;
        for (const key of changedBy(frame)) void queryClient.invalidateQueries({ queryKey: key });
        for (const listener of listeners.current) listener(frame);
      },
    });
    socket.current = opened.socket;
    return () => {
      socket.current = null;
      opened.close();
    };
  }, [queryClient]);

  const request = useCallback<PersonSocket['request']>(
    async (event, data) => socket.current?.request(event, data),
    [],
  );
  const listen = useCallback((listener: Listener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  }, []);
  const value = useMemo(() => ({ connection, request, listen }), [connection, request, listen]);
  return <PersonSocketContext value={value}>{children}</PersonSocketContext>;
}

/** This person's own socket. */
export function usePersonSocket(): PersonSocket {
  const value = use(PersonSocketContext);
  if (!value) throw new Error('usePersonSocket outside of PersonSocketProvider');
  return value;
}

/** What this page has read that is no longer so. */
function changedBy(frame: PersonFrame): (readonly string[])[] {
  switch (frame.event) {
    case 'offer:created':
    case 'offer:withdrawn':
      return [orderKeys.nearby];
    case 'notice':
      return [orderKeys.own, orderKeys.one(frame.data.orderId), paymentKeys.earnings, adminKeys.disputes];
    case 'location:geofence_entered':
    case 'location:geofence_exited':
    case 'room:resumed':
      return [];
  }
}
