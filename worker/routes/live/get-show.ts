import { createRoute } from '@hono/zod-openapi';
import { liveShowAnswer } from '#contract/live.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { answers, anyone, failures } from '../../openapi.ts';
import { showParams } from './params.ts';
import { readableShow, viewFor } from './readable-show.ts';

const route = createRoute({
  method: 'get',
  path: '/live-shows/{showId}',
  operationId: 'getLiveShow',
  tags: ['live'],
  summary: 'A show: a public one for anyone, a private one for those whom it concerns',
  security: anyone,
  request: { params: showParams },
  responses: { 200: answers(liveShowAnswer, 'The show'), ...failures('VALIDATION_ERROR', 'NOT_FOUND') },
});

export function registerGetShow(api: Api): void {
  api.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { read } = await readableShow(c.get('db'), caller, c.req.valid('param').showId);
    return answer(c, { show: viewFor(read, caller) });
  });
}
