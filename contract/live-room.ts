import * as z from 'zod';
import type { Presence } from '#domain/live/attendance.ts';
import type { LiveEventData } from '#domain/live/live-events.ts';
import { INVITED_ROLES } from '#domain/live/live-roles.ts';
import { REACTIONS } from '#domain/live/reactions.ts';
import { LIVE_LIMITS, SHOW_ENDINGS } from '#domain/live/show.ts';
import { roomRequests } from './events.ts';
import { liveRole, liveShow, showVisibility } from './live.ts';
import { originSignalling } from './media-signalling.ts';
import { mediaSource, ORIGIN_LIMITS, participantId } from './origin.ts';
import { coordinates, id, text, time } from './primitives.ts';
import { layers, mediaKind } from './rtp.ts';

/**
 * What goes over the socket of a live room, in the frames of `events.ts`.
 *
 * **A seat.** A socket has a seat in the room, named by `participantId` in the snapshot. Come back with `?participant=` and
 * `?since=` within twenty seconds of losing the socket, and it is the same seat: nobody saw you leave, and what you send and
 * receive goes on. Close with code 1000 to leave at once. Say `ping` (this text alone, which is answered by `pong`) every 25 s or so,
 * whatever else you say: who has said none for 90 s is taken to be gone since the last, and the socket is closed.
 *
 * **Watching is two exchanges**: `media:join` with what you can receive, answered with transport, consumers and ICE servers; then
 * `media:connect`, and media flows. **Publishing** likewise: `media:join` with `publish`, then `media:publish` with DTLS
 * parameters and all tracks at once. Whoever joins again gets everything anew, and what they had is closed. A host
 * publishes from one seat: while another of theirs does, joining to publish is refused (`live_elsewhere`) unless it says `takeOver`; then
 * `media:publish` closes the socket of the other with 4409.
 *
 * **Whole states.** `media:tracks` is all that is published: what is missing has ended. `media:consumers` is all that you receive;
 * a new one waits until you have set it up and say what you wish of it (`media:layers`). `media:rejoin` asks you to join again.
 */

/** The most that one frame from a client may hold, in bytes: capabilities of browsers are long. */
export const MAX_LIVE_FRAME_BYTES = 32_768;

// ---------------------------------------------------------------------------------------------- durable events

/** The events of a live room's log. */
export const liveEvents = {
  'room:joined': z.object({ userId: id, username: z.string(), role: liveRole }),
  'room:left': z.object({ userId: id, since: time, until: time }),
  'chat:message': z.object({ userId: id, username: z.string(), role: liveRole, text: z.string().nullable() }),
  'chat:deleted': z.object({ message: z.int(), by: id }),
  'chat:muted': z.object({ userId: id, muted: z.boolean(), by: id }),
  'chat:banned': z.object({ userId: id, banned: z.boolean(), by: id }),
  'show:started': z.object({ by: id.nullable() }),
  'show:ended': z.object({ by: id.nullable(), because: z.enum(SHOW_ENDINGS) }),
  'show:updated': z.object({ by: id.nullable(), visibility: showVisibility }),
  'show:invited': z.object({ by: id, userId: id, role: z.enum(INVITED_ROLES) }),
  'show:uninvited': z.object({ by: id, userId: id }),
  'media:stalled': z.object({ since: time }),
  'media:recovered': z.object({ afterMs: z.int() }),
} satisfies { [N in keyof LiveEventData]: z.ZodType<LiveEventData[N]> };

// ---------------------------------------------------------------------------------------------- events of their moment

const attendee = z.object({ userId: id, username: z.string(), role: liveRole });
/** `viewers` counts persons; `people` is null when there are too many to name. */
export const livePresence = z
  .object({ viewers: z.int(), people: z.array(attendee).nullable() })
  .meta({ id: 'LivePresence' }) satisfies z.ZodType<Presence>;

export const chatMessage = liveEvents['chat:message'].extend({ seq: z.int(), at: time });

/** Something that is published in the room. `paused`: muted by its publisher. */
export const liveTrack = z.object({
  id,
  participantId,
  source: mediaSource,
  kind: mediaKind,
  paused: z.boolean(),
});

/** What somebody who comes in is told of themselves and of the room as it is now. */
const arrival = {
  through: z.int(),
  participantId,
  role: liveRole,
  muted: z.boolean(),
  show: liveShow,
  presence: livePresence,
  tracks: z.array(liveTrack),
};

/** Why somebody has to join again. */
export const REJOIN_REASONS = ['media_lost', 'origin_moving', 'origin_lost'] as const;

export const liveMoments = {
  /** With the last messages: `since` was not given, or lies too far back. */
  'room:snapshot': z.object({ ...arrival, messages: z.array(chatMessage).max(LIVE_LIMITS.chatHistory) }),
  /** All that was missed has been told. */
  'room:resumed': z.object(arrival),
  'room:presence': livePresence,
  /** What came since the last burst. */
  'reaction:burst': z.object({ counts: z.partialRecord(z.enum(REACTIONS), z.int()) }),
  'media:tracks': z.object({ tracks: z.array(liveTrack) }),
  'media:consumers': originSignalling.consumers,
  /** Join again, after a random time of at most `spreadMs`, so that not everybody does at once. */
  'media:rejoin': z.object({ reason: z.enum(REJOIN_REASONS), spreadMs: z.int() }),
  /** Your connection cannot carry the smallest picture: video is held back, and tried again from time to time. */
  'media:audio_only': z.object({ on: z.boolean() }),
};

// ---------------------------------------------------------------------------------------------- requests

const trackId = z.strictObject({ trackId: id });
const person = { userId: id };

/** What a client may send on a live room's socket. */
export const liveRequests = {
  'auth:refresh': roomRequests['auth:refresh'],
  'chat:send': z.strictObject({ text: text(LIVE_LIMITS.chatLength) }),
  /** `message` is the seq of the message. Your own, or anybody's if you keep order here. */
  'chat:delete': z.strictObject({ message: z.int().min(1) }),
  'chat:mute': z.strictObject({ ...person, muted: z.boolean() }),
  /** They are put out at once, everywhere, and cannot enter. */
  'chat:ban': z.strictObject({ ...person, banned: z.boolean() }),
  'reaction:send': z.strictObject({
    reaction: z.enum(REACTIONS),
    count: z.int().min(1).max(LIVE_LIMITS.reactionsAtOnce).default(1),
  }),
  /**
   * `near` is roughly where you are, to be served from close by; left out, it is told from your address where that is possible.
   * `tcpOnly`: UDP does not get through. `takeOver`: publish from here, though another seat of yours does.
   */
  'media:join': z
    .strictObject({
      publish: z.boolean().default(false),
      watch: originSignalling.watch.nullable().default(null),
      tcpOnly: z.boolean().default(false),
      takeOver: z.boolean().default(false),
      near: coordinates.optional(),
    })
    .refine(({ publish, watch }) => publish || watch !== null, {
      path: ['watch'],
      message: 'must be given unless publish is true',
    }),
  'media:connect': originSignalling.connect,
  'media:publish': originSignalling.publish,
  'media:pause': trackId,
  'media:resume': trackId,
  'media:close': trackId,
  /** Your whole wish for each consumer named, and that you are ready for it. */
  'media:layers': z.strictObject({
    wishes: z
      .array(z.strictObject({ consumerId: id, paused: z.boolean(), layers: layers.nullable().default(null) }))
      .min(1)
      .max(ORIGIN_LIMITS.producersPerRoom),
  }),
  'media:restart_ice': originSignalling.restartIce,
  /** Neither sends nor receives any longer, and stays in the room. */
  'media:leave': z.strictObject({}),
};

/** As `RTCPeerConnection` takes them. */
export const iceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});

/** What requests are answered with, where that is more than that they are done. */
export const liveReplies = {
  'auth:refresh': z.object({ endsAt: time }),
  'chat:send': z.object({ seq: z.int() }),
  'media:join': originSignalling.joined.extend({ iceServers: z.array(iceServer) }),
  'media:publish': originSignalling.published,
  'media:restart_ice': originSignalling.iceRestarted,
};

type DataOf<T extends Record<string, z.ZodType>> = { [N in keyof T]: z.infer<T[N]> };
export type LiveMomentData = DataOf<typeof liveMoments>;
export type LiveRequestData = DataOf<typeof liveRequests>;
export type LiveReplyData = DataOf<typeof liveReplies>;
export type LiveTrack = z.infer<typeof liveTrack>;
export type ChatMessage = z.infer<typeof chatMessage>;
export type IceServer = z.infer<typeof iceServer>;
export type RejoinReason = (typeof REJOIN_REASONS)[number];
