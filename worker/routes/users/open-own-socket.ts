import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { since } from '#contract/primitives.ts';
import { person } from '#durable-objects/stubs.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { signedIn, socketResponses } from '../../openapi.ts';
import { openSocket } from '../../sockets.ts';

const route = createRoute({
  method: 'get',
  path: '/users/me/socket',
  operationId: 'openOwnSocket',
  tags: ['users', 'sockets'],
  summary: 'The socket that follows you',
  description:
    'WebSocket. Sends `offer:created`, `offer:withdrawn`, `notice` and your own geofences being entered and exited; ' +
    'takes `location:update` and `auth:refresh`. With `since`, begins with what was missed after that `seq`; then ' +
    '`room:resumed` says up to where.',
  security: signedIn,
  middleware: requireUser,
  request: { query: z.object({ since }) },
  responses: socketResponses,
});

export function registerOpenOwnSocket(api: Api): void {
  api.openapi(route, (c) => openSocket(c, person(c.env, c.get('user').userId)));
}
