import { createRoute } from '@hono/zod-openapi';
import { preflightAnswer, preflightBody } from '#contract/preflight.ts';
import { chooseOrigin } from '#domain/live/origin-choice.ts';
import { IceServers } from '#durable-objects/live-room/media/ice-servers.ts';
import { answer } from '../../../answer.ts';
import type { Api } from '../../../api.ts';
import { reject } from '../../../errors.ts';
import { idempotencyOf } from '../../../middleware/idempotency.ts';
import { requireUser } from '../../../middleware/require.ts';
import { answers, body, signedIn } from '../../../openapi.ts';
import { placeOf } from '../place-of.ts';
import { preflightFailures } from './params.ts';
import { originsOf, Probe, RECEIVER, SENDER } from './probe.ts';
import { probeRoomId } from './probe-room.ts';

const route = createRoute({
  method: 'post',
  path: '/live/preflight',
  operationId: 'beginPreflight',
  tags: ['live'],
  summary: 'Try your connection to a media server, before anything depends on it',
  description:
    'Gives you a room for yourself, with a transport to send by and one to receive by. It ends by itself within two minutes. ' +
    'An origin answers ICE checks as soon as it is reached, so each way to it can be tried with these alone.',
  security: signedIn,
  middleware: requireUser,
  request: { body: body(preflightBody) },
  responses: { 200: answers(preflightAnswer, 'The probe'), ...preflightFailures },
});

export function registerBeginPreflight(api: Api): void {
  api.openapi(route, async (c) => {
    const { userId } = c.get('user');
    const { rtpCapabilities, near } = c.req.valid('json');
    const nowhere = new Set<string>();
    const wish = { place: near ?? placeOf(c), present: nowhere, avoid: nowhere, mayGrow: true };
    const origin = chooseOrigin(await originsOf(c), wish);
    if (!origin)
      return reject('UPSTREAM_UNAVAILABLE', 'There is no media server at the moment. Try again soon.');
    const roomId = await probeRoomId(userId, c.get('now'));
    const probe = new Probe(c, roomId, origin);
    // The credentials of relays.
    (await idempotencyOf(c)).keepNoAnswer();
    await probe.command('openRoom', {}, {});
    const at = c.get('now').getTime();
    const [{ send }, { receive }, iceServers] = await Promise.all([
      probe.command('join', { participantId: SENDER }, { at, publish: true, watch: null }),
      probe.command('join', { participantId: RECEIVER }, { at, publish: false, watch: { rtpCapabilities } }),
      new IceServers(c.env, () => c.get('now')).for(userId),
    ]);
    if (!send || !receive) throw new Error('an origin gives the transports that it was asked for');
    return answer(c, {
      preflightId: roomId,
      originId: origin.originId,
      region: origin.region,
      iceServers,
      send,
      receive,
    });
  });
}
