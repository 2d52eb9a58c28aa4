import * as z from 'zod';
import { consumer, mediaSource, ORIGIN_LIMITS, publishBody } from './origin.ts';
import { id } from './primitives.ts';
import { dtlsParameters, iceParameters, layers, rtpCapabilities, transportParameters } from './rtp.ts';

/**
 * What clients and the backend of a room's media say to each other while they set media up, over the room's socket
 * (`live-room.ts`). The room reads of it only whose it is: `transportId`, `trackId`, `consumerId` and the consumers' `id`, by which it
 * checks that everybody names what was given to them. The rest it passes on.
 *
 * A client knows the backend before it says anything: `show.mediaBackend` of `room:snapshot`. Here are the words of each;
 * messages that are the same whatever the backend (`media:pause`, `media:layers`, …) stand in `live-room.ts`.
 */

/** With `sfu-origin`: mediasoup's words. A transport of its own for each direction, given with the answer to the join. */
export const originSignalling = {
  /** `layers` is the ceiling for every video, until said otherwise. */
  watch: z.strictObject({ rtpCapabilities, layers: layers.nullable().default(null) }),
  joined: z.object({
    backend: z.literal('sfu-origin'),
    region: z.string(),
    send: transportParameters.nullable(),
    receive: transportParameters.nullable(),
    consumers: z.array(consumer).max(ORIGIN_LIMITS.producersPerRoom),
  }),
  connect: z.strictObject({ transportId: id, dtlsParameters }),
  publish: publishBody,
  published: z.object({ tracks: z.array(z.object({ id, source: mediaSource })) }),
  restartIce: z.strictObject({ transportId: id }),
  iceRestarted: z.object({ iceParameters }),
  /** All that you receive over this transport. */
  consumers: z.object({ transportId: id, consumers: z.array(consumer) }),
};
