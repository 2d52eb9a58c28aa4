import { createRoute } from '@hono/zod-openapi';
import { preflightPublishAnswer, preflightPublishBody } from '#contract/preflight.ts';
import { answer } from '../../../answer.ts';
import type { Api } from '../../../api.ts';
import { requireUser } from '../../../middleware/require.ts';
import { answers, body, signedIn } from '../../../openapi.ts';
import { preflightFailures, preflightParams } from './params.ts';
import { ownProbe, RECEIVER, SENDER } from './probe.ts';

const route = createRoute({
  method: 'post',
  path: '/live/preflight/{preflightId}/publish',
  operationId: 'publishInPreflight',
  tags: ['live'],
  summary: 'Send to the media server, and be given it back',
  security: signedIn,
  middleware: requireUser,
  request: { params: preflightParams, body: body(preflightPublishBody) },
  responses: { 200: answers(preflightPublishAnswer, 'What you sent, to be received'), ...preflightFailures },
});

export function registerPublishPreflight(api: Api): void {
  api.openapi(route, async (c) => {
    const { originId, ...media } = c.req.valid('json');
    const probe = await ownProbe(c, c.req.valid('param').preflightId, originId);
    await probe.command('publish', { participantId: SENDER }, media);
    const { consumers } = await probe.command('consume', {}, { participants: [RECEIVER] });
    return answer(c, { consumers: consumers[RECEIVER] ?? [] });
  });
}
