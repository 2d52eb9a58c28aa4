import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import type { invitation, listedShow } from '#contract/live.ts';
import type { InvitedRole } from '#domain/live/live-roles.ts';
import type { ShowVisibility } from '#domain/live/show.ts';
import type { ShowView } from '#domain/live/show-view.ts';
import { api } from '../../api/api.ts';

type ShowAnswer = { show: ShowView };
export type ListedShow = z.infer<typeof listedShow>;
export type Invitation = z.infer<typeof invitation>;
type ShowPage = { items: ListedShow[]; pagination: { nextCursor: string | null } };

/** Which shows a list is of: public ones that are live now, or all that one has to do with. */
export type ShowList = 'live' | 'mine';

export const showKeys = {
  lists: ['shows', 'list'],
  one: (showId: string) => ['shows', 'one', showId],
  invitations: (showId: string) => ['shows', 'one', showId, 'invitations'],
} as const;

export const showsQuery = (list: ShowList) =>
  infiniteQueryOptions({
    queryKey: [...showKeys.lists, list],
    queryFn: ({ pageParam, signal }) =>
      api.get<ShowPage>('/live-shows', {
        query: {
          limit: 20,
          cursor: pageParam,
          status: list === 'live' ? 'live' : undefined,
          mine: list === 'mine' ? 'true' : undefined,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined, // the first page has no cursor; inferred it would be only undefined
    getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
    refetchInterval: 15_000,
  });

/** One show, as far as this person may see it. The room tells everything after that. */
export const showQuery = (showId: string) =>
  queryOptions({
    queryKey: showKeys.one(showId),
    queryFn: ({ signal }) => api.get<ShowAnswer>(`/live-shows/${showId}`, { signal }),
  });

export const invitationsQuery = (showId: string) =>
  queryOptions({
    queryKey: showKeys.invitations(showId),
    queryFn: ({ signal }) =>
      api.get<{ items: Invitation[] }>(`/live-shows/${showId}/invitations`, { signal }),
  });

/** Begins or ends a show. An order's show begins with the order. */
export function useShowCommand(showId: string) {
  const keep = useKeepShow();
  return useMutation({
    mutationFn: (command: 'start' | 'end') =>
      api.send<ShowAnswer>('POST', `/live-shows/${showId}/${command}`, {}),
    onSuccess: keep,
  });
}

/** Decides who may watch. */
export function useOpenTo(showId: string) {
  const keep = useKeepShow();
  return useMutation({
    mutationFn: (visibility: ShowVisibility) =>
      api.send<ShowAnswer>('PUT', `/live-shows/${showId}`, { visibility }),
    onSuccess: keep,
  });
}

export function useInvite(showId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { username: string; role: InvitedRole }) =>
      api.send('POST', `/live-shows/${showId}/invitations`, body),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: showKeys.invitations(showId) }),
  });
}

export function useUninvite(showId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => api.send('DELETE', `/live-shows/${showId}/invitations/${userId}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: showKeys.invitations(showId) }),
  });
}

/** A show has ended, as its room says: at once it is over, and then its figures are asked for. */
export function keepEnd(queryClient: QueryClient, show: ShowView): Promise<void> {
  queryClient.setQueryData(showKeys.one(show.id), { show: { ...show, status: 'ended' } });
  return queryClient.invalidateQueries({ queryKey: showKeys.one(show.id) });
}

function useKeepShow() {
  const queryClient = useQueryClient();
  return (answer: ShowAnswer) => {
    queryClient.setQueryData(showKeys.one(answer.show.id), answer);
    return queryClient.invalidateQueries({ queryKey: showKeys.lists });
  };
}
