import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { participantId } from '#contract/origin.ts';
import { since } from '#contract/primitives.ts';
import { liveRoom } from '#durable-objects/stubs.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { signedIn, socketResponses } from '../../openapi.ts';
import { openSocket } from '../../sockets.ts';
import { showParams } from './params.ts';
import { placeOf } from './place-of.ts';

const route = createRoute({
  method: 'get',
  path: '/live-shows/{showId}/room',
  operationId: 'openLiveRoom',
  tags: ['live', 'sockets'],
  summary: 'A WebSocket into the show, for everybody to whom it is open',
  description:
    'With `since` it begins with every event after that seq; otherwise with a snapshot. With `participant`, within twenty ' +
    'seconds of losing the socket, you come back to the same seat, and what you send and receive goes on. Say `ping` every 25 seconds or so (answered by ' +
    '`pong`): who has said none for 90 seconds is taken to have left since.',
  security: signedIn,
  middleware: requireUser,
  request: { params: showParams, query: z.object({ since, participant: participantId.optional() }) },
  responses: socketResponses,
});

export function registerOpenLiveRoom(api: Api): void {
  api.openapi(route, (c) => {
    const { showId } = c.req.valid('param');
    // Who may enter is the room's to say: a thousand who come back at once must not be a thousand queries.
    const place = placeOf(c);
    const header = place ? `${place.latitude},${place.longitude}` : '';
    return openSocket(c, liveRoom(c.env, showId), { 'X-TapLive-Place': header });
  });
}
