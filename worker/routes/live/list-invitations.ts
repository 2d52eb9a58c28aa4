import { createRoute } from '@hono/zod-openapi';
import { invitationList } from '#contract/live.ts';
import { listInvitations } from '#db/queries/live-show-invitations.ts';
import { isParty } from '#domain/live/live-roles.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { showParams } from './params.ts';
import { readableShow } from './readable-show.ts';

const route = createRoute({
  method: 'get',
  path: '/live-shows/{showId}/invitations',
  operationId: 'listInvitations',
  tags: ['live'],
  summary: 'Whom its parties have invited; for them',
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams },
  responses: {
    200: answers(invitationList, 'The invitations'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'),
  },
});

export function registerListInvitations(api: Api): void {
  api.openapi(route, async (c) => {
    const user = c.get('user');
    const { showId } = c.req.valid('param');
    const { read } = await readableShow(c.get('db'), user, showId);
    if (!isParty(read.show, user.userId) && user.role !== 'admin') {
      reject('FORBIDDEN', "Only the show's host and owner may see this.");
    }
    const items = await listInvitations(c.get('db'), showId);
    return answer(c, {
      items: items.map((item) => ({ ...item, createdAt: item.createdAt.toISOString() })),
    });
  });
}
