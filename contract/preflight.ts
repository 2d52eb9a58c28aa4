import * as z from 'zod';
import { iceServer } from './live-room.ts';
import { connectBody, consumer, originId, publishBody } from './origin.ts';
import { coordinates, id } from './primitives.ts';
import { rtpCapabilities, transportParameters } from './rtp.ts';

/**
 * A try of one's own connection, before anything depends on it: a room at a media origin for oneself alone, in which one sends and
 * gets back what one sends. It lasts a minute or two; beginning again sets it up anew.
 */

/** `near` is roughly where you are, to be served from close by. */
export const preflightBody = z
  .strictObject({ rtpCapabilities, near: coordinates.optional() })
  .meta({ id: 'PreflightBody' });

/** `send` and `receive` are ends of transports at the origin, as for a show. `region` is where it is. */
export const preflightAnswer = z.object({
  preflightId: id,
  originId,
  region: z.string(),
  iceServers: z.array(iceServer),
  send: transportParameters,
  receive: transportParameters,
});

/** What is published is at once given back: `consumers` are for the transport `receive`. */
export const preflightPublishBody = publishBody
  .extend({ originId })
  .strict()
  .meta({ id: 'PreflightPublishBody' });
export const preflightPublishAnswer = z.object({ consumers: z.array(consumer) });

/** Connects the transport `receive`. */
export const preflightConnectBody = connectBody
  .extend({ originId, transportId: id })
  .strict()
  .meta({ id: 'PreflightConnectBody' });

export type PreflightAnswer = z.infer<typeof preflightAnswer>;
export type PreflightPublishAnswer = z.infer<typeof preflightPublishAnswer>;
