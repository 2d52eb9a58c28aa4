import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { useUser } from '../session/user.tsx';
import { isRecord, tabMemory } from './tab-memory.ts';

/** Whether one takes orders; `until` (ISO 8601) moves on with every fix. */
type Availability = { available: boolean; until: string | null };

const KEY = ['availability'];

/** Whether this person takes orders, as this tab was last told, and how to change it. */
export function useAvailability() {
  const queryClient = useQueryClient();
  const { id } = useUser();
  const memory = tabMemory('availability', id, isAvailability);
  // There is nothing to read it from: it is what the last change was answered with.
  const { data } = useQuery<Availability>({
    queryKey: KEY,
    queryFn: skipToken,
    initialData: () => stillSo(memory.read()) ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const change = useMutation({
    mutationFn: (available: boolean) =>
      api.send<Availability>('PUT', '/providers/me/availability', { available }),
    onSuccess: (answer) => {
      memory.write(answer);
      queryClient.setQueryData(KEY, answer);
    },
  });
  return { isAvailable: change.isPending ? change.variables : (data?.available ?? false), change };
}

function stillSo(held: Availability | null): Availability | null {
  return held?.until && new Date(held.until).getTime() > Date.now() ? held : null;
}

function isAvailability(value: unknown): value is Availability {
  return (
    isRecord(value) &&
    typeof value.available === 'boolean' &&
    (value.until === null || typeof value.until === 'string')
  );
}
