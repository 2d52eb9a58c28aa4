import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { preflightConnectBody } from '#contract/preflight.ts';
import { answer } from '../../../answer.ts';
import type { Api } from '../../../api.ts';
import { requireUser } from '../../../middleware/require.ts';
import { answers, body, signedIn } from '../../../openapi.ts';
import { preflightFailures, preflightParams } from './params.ts';
import { ownProbe, RECEIVER } from './probe.ts';

const route = createRoute({
  method: 'post',
  path: '/live/preflight/{preflightId}/connect',
  operationId: 'connectPreflight',
  tags: ['live'],
  summary: 'Connect the transport to receive by',
  security: signedIn,
  middleware: requireUser,
  request: { params: preflightParams, body: body(preflightConnectBody) },
  responses: { 200: answers(z.object({}), 'It is connected'), ...preflightFailures },
});

export function registerConnectPreflight(api: Api): void {
  api.openapi(route, async (c) => {
    const { originId, transportId, dtlsParameters } = c.req.valid('json');
    const probe = await ownProbe(c, c.req.valid('param').preflightId, originId);
    await probe.command('connect', { participantId: RECEIVER, transportId }, { dtlsParameters });
    return answer(c, {});
  });
}
