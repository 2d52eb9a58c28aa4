import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { id } from '#contract/primitives.ts';
import { liveRoom } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, signedIn } from '../../openapi.ts';
import { giverOf, showCommandFailures } from './give-show-command.ts';
import { showParams } from './params.ts';

const route = createRoute({
  method: 'delete',
  path: '/live-shows/{showId}/invitations/{userId}',
  operationId: 'uninvite',
  tags: ['live'],
  summary: 'Take an invitation back; by its host or owner',
  description: 'Who is inside by it alone is put out at once.',
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams.extend({ userId: id }) },
  responses: { 200: answers(z.object({}), 'It is gone'), ...showCommandFailures },
});

export function registerUninvite(api: Api): void {
  api.openapi(route, async (c) => {
    const { showId, userId } = c.req.valid('param');
    valueOrReject(await within(liveRoom(c.env, showId).uninvite(userId, giverOf(c))));
    return answer(c, {});
  });
}
