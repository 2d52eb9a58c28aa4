import { createRoute } from '@hono/zod-openapi';
import { track } from '#contract/orders.ts';
import { trackOf } from '#db/queries/tracks.ts';
import { mayTrack } from '#domain/tracking/policy.ts';
import { trailFeature } from '#domain/tracking/trail.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { orderParams } from './params.ts';
import { orderOfParty } from './readable-order.ts';

/** A drawn line needs no more, however long the way was. */
const MOST_POINTS = 5_000;

const route = createRoute({
  method: 'get',
  path: '/orders/{orderId}/track',
  operationId: 'getTrack',
  tags: ['orders'],
  summary: "The provider's trail so far, as a GeoJSON Feature",
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams },
  responses: {
    200: answers(track, 'The trail; its geometry is null while there are fewer than two positions'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'),
  },
});

export function registerGetTrack(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const db = c.get('db');
    const { order } = await orderOfParty(db, c.get('user'), orderId);
    // The room holds back up to half a minute of the way; whoever asks for the way so far wants it whole.
    if (mayTrack(order.status)) await within(orderRoom(c.env, orderId).flushTrail(orderId));
    return answer(c, track.parse(trailFeature(await trackOf(db, orderId, MOST_POINTS))));
  });
}
