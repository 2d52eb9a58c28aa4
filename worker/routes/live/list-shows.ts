import { createRoute } from '@hono/zod-openapi';
import { liveShowListQuery, liveShowPage } from '#contract/live.ts';
import { listShows } from '#db/queries/live-shows.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { answers, anyone, failures } from '../../openapi.ts';
import { pageCursor } from '../../page-cursor.ts';
import { viewFor } from './readable-show.ts';

const route = createRoute({
  method: 'get',
  path: '/live-shows',
  operationId: 'listLiveShows',
  tags: ['live'],
  summary: 'Public shows, or those that concern you, newest first',
  security: anyone,
  request: { query: liveShowListQuery },
  responses: {
    200: answers(liveShowPage, 'A page of shows'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED'),
  },
});

export function registerListShows(api: Api): void {
  api.openapi(route, async (c) => {
    const { status, near, radius, mine, cursor: given, limit } = c.req.valid('query');
    const caller = c.get('caller');
    const readerId = caller?.userId ?? null;
    if (mine === 'true' && !readerId) reject('UNAUTHORIZED', 'Sign in first.');
    const cursor = pageCursor(given);
    const { items, pagination } = await listShows(
      c.get('db'),
      { status, near: near && { center: near, radius }, of: mine === 'true' ? readerId : null },
      readerId,
      { cursor, limit },
    );
    const views = items.map(({ distanceMeters, ...read }) => ({
      ...viewFor(read, caller),
      distanceMeters: distanceMeters === null ? null : Math.round(distanceMeters),
    }));
    return answer(c, { items: views, pagination });
  });
}
