import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { since } from '#contract/primitives.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { signedIn, socketResponses } from '../../openapi.ts';
import { openSocket } from '../../sockets.ts';
import { orderParams } from './params.ts';

const route = createRoute({
  method: 'get',
  path: '/orders/{orderId}/room',
  operationId: 'openOrderRoom',
  tags: ['orders', 'sockets'],
  summary: "A WebSocket into the order's room, for its parties",
  description: 'With `since` it begins with every event after that seq; otherwise with a snapshot.',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, query: z.object({ since }) },
  responses: socketResponses,
});

export function registerOpenRoom(api: Api): void {
  api.openapi(route, (c) => {
    const { orderId } = c.req.valid('param');
    // Who may enter is the room's to say: a thousand who come back at once must not be a thousand queries.
    return openSocket(c, orderRoom(c.env, orderId), { 'X-TapLive-Order': orderId });
  });
}
