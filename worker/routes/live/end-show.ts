import { createRoute } from '@hono/zod-openapi';
import { liveShowAnswer } from '#contract/live.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, signedIn } from '../../openapi.ts';
import { giveShowCommand, showCommandFailures } from './give-show-command.ts';
import { showParams } from './params.ts';

const route = createRoute({
  method: 'post',
  path: '/live-shows/{showId}/end',
  operationId: 'endLiveShow',
  tags: ['live'],
  summary: 'End it for good; by its host or owner',
  description:
    "An order's show ends by itself when the work on the order does. Whoever ends it before leaves the order as it is; before the order has " +
    'begun that is refused (`order_not_begun`): call the order off instead.',
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams },
  responses: { 200: answers(liveShowAnswer, 'The show, ended'), ...showCommandFailures },
});

export function registerEndShow(api: Api): void {
  api.openapi(route, async (c) => {
    const { showId } = c.req.valid('param');
    return answer(c, { show: await giveShowCommand(c, showId, { name: 'end', because: 'asked' }) });
  });
}
