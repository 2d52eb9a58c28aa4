import { createRoute } from '@hono/zod-openapi';
import { editShowBody, liveShowAnswer } from '#contract/live.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { giveShowCommand, showCommandFailures } from './give-show-command.ts';
import { showParams } from './params.ts';

const route = createRoute({
  method: 'put',
  path: '/live-shows/{showId}',
  operationId: 'editLiveShow',
  tags: ['live'],
  summary: 'Open it to everyone, or close it to all but those who are invited; by its owner',
  description: 'Who is inside and may not be any longer is put out at once.',
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams, body: body(editShowBody) },
  responses: { 200: answers(liveShowAnswer, 'The show'), ...showCommandFailures },
});

export function registerEditShow(api: Api): void {
  api.openapi(route, async (c) => {
    const { showId } = c.req.valid('param');
    return answer(c, {
      show: await giveShowCommand(c, showId, { name: 'configure', ...c.req.valid('json') }),
    });
  });
}
