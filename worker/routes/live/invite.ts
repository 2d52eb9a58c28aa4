import { createRoute } from '@hono/zod-openapi';
import { invitationAnswer, inviteBody } from '#contract/live.ts';
import { liveRoom } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { giverOf, showCommandFailures } from './give-show-command.ts';
import { showParams } from './params.ts';

const route = createRoute({
  method: 'post',
  path: '/live-shows/{showId}/invitations',
  operationId: 'invite',
  tags: ['live'],
  summary: 'Invite somebody, or change as what they are invited; by its host or owner',
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams, body: body(inviteBody) },
  responses: { 201: answers(invitationAnswer, 'The invitation'), ...showCommandFailures },
});

export function registerInvite(api: Api): void {
  api.openapi(route, async (c) => {
    const room = liveRoom(c.env, c.req.valid('param').showId);
    const invitation = valueOrReject(await within(room.invite(c.req.valid('json'), giverOf(c))));
    return answer(c, { invitation: { ...invitation, createdAt: invitation.createdAt.toISOString() } }, 201);
  });
}
