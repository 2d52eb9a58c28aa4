import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { CLOSE_CODES } from '#contract/close-codes.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import type { LiveRoomClient } from '../room/live-room-client.ts';
import { useStore } from '../room/use-live-room.ts';
import { keepEnd } from './queries.ts';

/** Whoever ended the show, the page in its room leaves it at once: for one that says so, and that lets go of camera and microphone. */
export function useEnd(client: LiveRoomClient, show: ShowView): void {
  const queryClient = useQueryClient();
  const { code } = useStore(client.connection);
  const isOver = code === CLOSE_CODES.GONE || show.status === 'ended';
  // biome-ignore lint/correctness/useExhaustiveDependencies: it ends once
  useEffect(() => {
    if (isOver) void keepEnd(queryClient, show);
  }, [isOver]);
}
