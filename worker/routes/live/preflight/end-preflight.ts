import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { originId } from '#contract/origin.ts';
import { answer } from '../../../answer.ts';
import type { Api } from '../../../api.ts';
import { requireUser } from '../../../middleware/require.ts';
import { answers, signedIn } from '../../../openapi.ts';
import { preflightFailures, preflightParams } from './params.ts';
import { ownProbe } from './probe.ts';

const route = createRoute({
  method: 'delete',
  path: '/live/preflight/{preflightId}',
  operationId: 'endPreflight',
  tags: ['live'],
  summary: 'End the probe now; by itself it ends soon',
  security: signedIn,
  middleware: requireUser,
  request: { params: preflightParams, query: z.object({ originId }) },
  responses: { 200: answers(z.object({}), 'Nothing of it is left'), ...preflightFailures },
});

export function registerEndPreflight(api: Api): void {
  api.openapi(route, async (c) => {
    const probe = await ownProbe(c, c.req.valid('param').preflightId, c.req.valid('query').originId);
    await probe.command('closeRoom', {}, undefined);
    return answer(c, {});
  });
}
