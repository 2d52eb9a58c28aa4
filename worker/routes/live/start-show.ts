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
  path: '/live-shows/{showId}/start',
  operationId: 'startLiveShow',
  tags: ['live'],
  summary: 'Go live; by its host',
  description: "An order's show also goes live by itself when the order is started.",
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams },
  responses: { 200: answers(liveShowAnswer, 'The show, live'), ...showCommandFailures },
});

export function registerStartShow(api: Api): void {
  api.openapi(route, async (c) => {
    const { showId } = c.req.valid('param');
    return answer(c, { show: await giveShowCommand(c, showId, { name: 'start' }) });
  });
}
