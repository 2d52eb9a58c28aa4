import { useEffect, useState, useSyncExternalStore } from 'react';
import { useUser } from '../../session/user.tsx';
import type { Store } from '../store.ts';
import { LiveRoomClient } from './live-room-client.ts';

/** Enters a live room for as long as the component is there; null before that. */
export function useLiveRoom(showId: string): LiveRoomClient | null {
  const { id } = useUser();
  const [client, setClient] = useState<LiveRoomClient | null>(null);
  useEffect(() => {
    const entered = new LiveRoomClient(showId, id);
    setClient(entered);
    return () => {
      setClient(null);
      entered.close();
    };
  }, [showId, id]);
  return client;
}

/** What a store holds, as it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.read);
}
