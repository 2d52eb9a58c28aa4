import { useMutation } from '@tanstack/react-query';
import type { Ask } from '../media/signalling.ts';

/** Silences somebody, or puts them out; or takes that back. */
export function useModeration(ask: Ask, userId: string) {
  return {
    mute: useMutation({ mutationFn: (muted: boolean) => ask('chat:mute', { userId, muted }) }),
    ban: useMutation({ mutationFn: (banned: boolean) => ask('chat:ban', { userId, banned }) }),
  };
}
