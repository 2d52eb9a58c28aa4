import { queryOptions } from '@tanstack/react-query';
import type { ClientConfig } from '#contract/config.ts';
import { api } from '../api/api.ts';

/** What the server tells everyone before they sign in. It does not change while a page is open. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => api.get<ClientConfig>('/config', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
