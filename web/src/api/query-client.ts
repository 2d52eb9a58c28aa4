import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors.ts';

/** What everything read from the API has in common: only what may pass is tried again, and never for long. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.isPassing,
      },
      // Writes that got no answer are sent again by the client itself, under the same key.
      mutations: { retry: false },
    },
  });
}
