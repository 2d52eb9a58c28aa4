import * as z from 'zod';
import { coordinates, id, time } from './primitives.ts';
import {
  dtlsParameters,
  iceParameters,
  layers,
  mediaKind,
  rtpCapabilities,
  rtpParameters,
  transportParameters,
} from './rtp.ts';

/**
 * Between live rooms and media origins. A room commands an origin over HTTP ({@link originOperations}); the origin
 * reports to the edge ({@link originReports}). The room owns membership, the origin owns media facts.
 *
 * **Signed.** Every request carries `Authorization: Bearer <JWT>`, HS256 with a secret that edge and origin share, good for
 * that one message: see {@link commandClaims} and {@link reportClaims}. Bodies are JSON in UTF-8; the digest is over the bytes as sent.
 *
 * **Safe to repeat.** Every command may be sent again when its answer was lost, and leaves the same behind.
 *
 * **Whole states.** What an origin reports is a whole state with the origin's `bootId` and a number `n`, on change and
 * every {@link STATE_EVERY_SECONDS}. A state counts when its `bootId` is greater than that of the last (they are UUIDv7,
 * so a later boot compares greater), or when that is the same and its `n` greater.
 *
 * **Watching is two exchanges.** `join` carries what the viewer can receive and is answered with transport parameters and
 * consumers; `connect` carries the viewer's DTLS parameters, and media flows. Consumers of a transport that was not
 * connected yet start by themselves.
 *
 * **Publishing is two exchanges.** `join` with `publish`; then `publish` with DTLS parameters and all tracks at once.
 *
 * **Far viewers.** The room opens itself at the second origin too, has it `openPipe`, gives the answer to the first
 * origin's `sendPipe`, and that answer to the second's `receivePipe`. The last two again whenever the first's producers change.
 */

/** A room that nobody renews for so long is closed by its origin. Every report that is answered with `renew` renews it. */
export const ROOM_LEASE_SECONDS = 60;
/** An origin reports every room's state, and itself, at least so often. */
export const STATE_EVERY_SECONDS = 10;
/** How long a signed message is good for. */
export const MESSAGE_TOKEN_SECONDS = 60;

export const EDGE = 'taplive-edge';

export const ORIGIN_LIMITS = {
  /** Bytes of a request's body, either way. */
  bodyBytes: 512 * 1024,
  participantsPerRoom: 5_000,
  producersPerParticipant: 4,
  producersPerRoom: 40,
  pipesPerRoom: 16,
  /** Participants of one `consume`. */
  consumeAtOnce: 100,
} as const;

export const originId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a lower-case host label');
/** Greater for a later boot. */
export const bootId = z.uuidv7();
/** Who takes part, as the room names them: one per socket rather than per user, for somebody may watch twice. */
export const participantId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');
const participantIds = z.array(participantId).max(ORIGIN_LIMITS.participantsPerRoom);

/** What a track shows. Publishing a source again replaces the track that was there. */
export const mediaSource = z.enum(['camera', 'microphone', 'screen', 'screen-audio']);
export const KIND_OF_SOURCE = {
  camera: 'video',
  microphone: 'audio',
  screen: 'video',
  'screen-audio': 'audio',
} as const satisfies Record<z.infer<typeof mediaSource>, z.infer<typeof mediaKind>>;

// ---------------------------------------------------------------------------------------------- tokens

const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * The claims of a command's token. `sub` is the room's id, or `origin` for what concerns the whole origin;
 * `path` is the command's, whole, so that every id in it is signed; `participant` is there when the path names one, and equals
 * it; `digest` is the SHA-256 of the body (of no bytes when there is none) in base64url without padding.
 */
export const commandClaims = z.object({
  iss: z.literal(EDGE),
  aud: originId,
  sub: z.union([id, z.literal('origin')]),
  operation: z.string(),
  path: z.string().max(500),
  participant: participantId.optional(),
  digest,
  iat: z.int(),
  exp: z.int(),
});

/** The claims of a report's token. `sub` is the room's id, or the origin's id for its registration. */
export const reportClaims = z.object({
  iss: originId,
  aud: z.literal(EDGE),
  sub: z.union([id, originId]),
  operation: z.string(),
  digest,
  iat: z.int(),
  exp: z.int(),
});

// ---------------------------------------------------------------------------------------------- what an origin refuses

/** The closed set of an origin's refusals, each with its HTTP status. */
export const ORIGIN_ERROR_STATUS = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  /** Open the room (again) and join (again): the origin has restarted, or closed it. */
  ROOM_NOT_FOUND: 404,
  /** Join again. */
  PARTICIPANT_NOT_FOUND: 404,
  /** A transport, producer, consumer or pipe that is not (any more) of this room and participant. */
  MEDIA_NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  /** mediasoup cannot work with these RTP parameters or capabilities. */
  UNSUPPORTED_MEDIA: 422,
  LIMIT_REACHED: 429,
  INTERNAL_ERROR: 500,
  /** It takes no new rooms: choose another origin. */
  DRAINING: 503,
  /** No media worker runs at the moment: try again, or choose another origin. */
  NO_WORKER: 503,
} as const;

export type OriginErrorCode = keyof typeof ORIGIN_ERROR_STATUS;

// Object.keys loses the key type; the table is closed, so its keys are the codes.
const errorCodes = Object.keys(ORIGIN_ERROR_STATUS) as [OriginErrorCode, ...OriginErrorCode[]];

/** The body of every refusal. `details` names the fields of a VALIDATION_ERROR. */
export const originFailure = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  }),
});

// ---------------------------------------------------------------------------------------------- states

/**
 * A track that somebody publishes. `flowing`: packets came within the last seconds; `since` and `lastSeen` are the
 * beginning and the end of the latest stretch in which they did, null when none ever came. `viaPipe` names the pipe by
 * which it comes from another origin, null when it is published here. `bitrate` is bits per second.
 */
export const producerState = z.object({
  id,
  participantId,
  source: mediaSource,
  kind: mediaKind,
  paused: z.boolean(),
  flowing: z.boolean(),
  since: time.nullable(),
  lastSeen: time.nullable(),
  bitrate: z.number().min(0),
  codec: z.string(),
  viaPipe: id.nullable(),
});

/**
 * The whole of what an origin knows about a room.
 * - `status`: `moving` asks the room to open itself at another origin and have everybody join there, for this one is
 *   about to stop; `closed` is the last state.
 * - `lost`: participants whose media ended with a media worker and who have not joined again yet. They must.
 * - `pipes`: those that are open here. One that is missing ended with its media worker: close its other end, and pipe anew. One that the
 *   room does not know was to be closed, and that was not heard: close it.
 * - `audioOnly`: participants whose connection cannot carry the smallest picture; their video is held back, and tried
 *   again from time to time.
 */
export const roomState = z.object({
  originId,
  bootId,
  n: z.int().min(1),
  roomId: id,
  at: time,
  status: z.enum(['open', 'moving', 'closed']),
  closedBecause: z.enum(['asked', 'not_renewed', 'origin_stopped']).nullable(),
  producers: z.array(producerState),
  participants: z.object({ joined: z.int().min(0), connected: z.int().min(0) }),
  pipes: z.array(id),
  lost: participantIds,
  audioOnly: participantIds,
});

/** What a room answers to a state. `renew: false` closes it at the origin. `participants` as in {@link openRoomBody}. */
export const roomStateAnswer = z.object({
  renew: z.boolean(),
  at: z.int().optional(),
  participants: participantIds.optional(),
});

/** `load` is the share of its workers' CPU in use, 0 to 1: new rooms go where it is low. */
export const originLoad = z.object({
  load: z.number().min(0).max(1),
  workers: z.int().min(0),
  rooms: z.int().min(0),
  participants: z.int().min(0),
  producers: z.int().min(0),
  consumers: z.int().min(0),
});

/**
 * The whole of what an origin says of itself to the edge. One that has said nothing for 3 × {@link STATE_EVERY_SECONDS} is
 * gone. `address` is where its control API is reached from the edge.
 */
export const originRegistration = z.object({
  originId,
  bootId,
  n: z.int().min(1),
  at: time,
  region: z.string().regex(/^[a-z0-9-]{1,32}$/),
  location: coordinates.nullable(),
  address: z.url({ protocol: /^https?$/ }).max(256),
  draining: z.boolean(),
  ...originLoad.shape,
});

export const originRegistrationAnswer = z.object({});

// ---------------------------------------------------------------------------------------------- commands

/**
 * Opens a room, or renews it. `participants`, when given, is everybody whom the room knew at `at` (milliseconds of the room's
 * own clock): whoever joined before that and is not among them is put out, so that a `leave` that was lost does no harm.
 */
export const openRoomBody = z
  .strictObject({ at: z.int().min(0).optional(), participants: participantIds.optional() })
  .refine(({ at, participants }) => participants === undefined || at !== undefined, {
    path: ['at'],
    message: 'must come with participants',
  });

/**
 * `at`: the room's clock, in milliseconds. Of `publish` and `watch`, what is asked for is set up anew: who joins again (after
 * a loss of network, or of the answer) gets a new transport, and what belonged to the old one is closed.
 * `tcpOnly` leaves UDP out of the candidates. `layers` is the viewer's ceiling for every video, until said otherwise.
 */
export const joinBody = z
  .strictObject({
    at: z.int().min(0),
    publish: z.boolean(),
    watch: z.strictObject({ rtpCapabilities, layers: layers.nullable().default(null) }).nullable(),
    tcpOnly: z.boolean().default(false),
  })
  .refine(({ publish, watch }) => publish || watch !== null, {
    path: ['watch'],
    message: 'must be given unless publish is true',
  });

/**
 * A track as one viewer receives it: `id`, `producerId`, `kind` and `rtpParameters` are what mediasoup-client's
 * `transport.consume` takes. `awaitsResume`: it was made on a connected transport and waits until the viewer is ready and says
 * so (`setConsumers`), or its first picture would be lost. `producerPaused`: the publisher has muted it.
 */
export const consumer = z.object({
  id,
  producerId: id,
  participantId,
  source: mediaSource,
  kind: mediaKind,
  rtpParameters,
  producerPaused: z.boolean(),
  awaitsResume: z.boolean(),
});

/** `n` is that of the room's last state before they joined: what it and earlier ones say of them is old. */
export const joinAnswer = z.object({
  bootId,
  n: z.int().min(0).default(0),
  send: transportParameters.nullable(),
  receive: transportParameters.nullable(),
  consumers: z.array(consumer),
});

export const connectBody = z.strictObject({ dtlsParameters });
export const restartIceAnswer = z.object({ iceParameters });

/** `dtlsParameters` connects the transport in the same message; it is left out when that has been done. */
export const publishBody = z.strictObject({
  transportId: id,
  dtlsParameters: dtlsParameters.optional(),
  tracks: z
    .array(
      z.strictObject({
        source: mediaSource,
        kind: mediaKind,
        rtpParameters,
        paused: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(ORIGIN_LIMITS.producersPerParticipant)
    .refine(
      (tracks) => new Set(tracks.map(({ source }) => source)).size === tracks.length,
      'must not repeat a source',
    )
    .refine(
      (tracks) => tracks.every(({ source, kind }) => KIND_OF_SOURCE[source] === kind),
      'must have the kind of their source',
    )
    .refine(
      (tracks) =>
        tracks.every(({ kind, rtpParameters: { codecs } }) =>
          codecs.every(({ mimeType }) => mimeType.startsWith(`${kind}/`)),
        ),
      'must have codecs of their kind',
    ),
});
export const publishAnswer = z.object({ producers: z.array(z.object({ id, source: mediaSource })) });

export const setProducerBody = z.strictObject({ paused: z.boolean() });

/** A viewer's whole wish for each consumer named. `layers` is a ceiling: bandwidth may give less. */
export const setConsumersBody = z.strictObject({
  wishes: z
    .array(z.strictObject({ consumerId: id, paused: z.boolean(), layers: layers.nullable().default(null) }))
    .min(1)
    .max(ORIGIN_LIMITS.producersPerRoom),
});

/**
 * Makes for each of these viewers the consumers that they do not have yet, as after somebody began to publish. Answered
 * with all consumers of each; whoever is not (any more) there, or does not watch, is left out. `failed`: those for whom they could not
 * be made just now.
 */
export const consumeBody = z.strictObject({
  participants: z.array(participantId).min(1).max(ORIGIN_LIMITS.consumeAtOnce),
});
export const consumeAnswer = z.object({
  consumers: z.record(participantId, z.array(consumer)),
  failed: participantIds.default([]),
});

/** One end of a pipe between origins: an address of its own, and the key with which it encrypts what it sends (SRTP). */
export const pipeEndpoint = z.object({
  ip: z.union([z.ipv4(), z.ipv6()]),
  port: z.int().min(1).max(65_535),
  srtpParameters: z.object({
    cryptoSuite: z.enum([
      'AEAD_AES_256_GCM',
      'AEAD_AES_128_GCM',
      'AES_CM_128_HMAC_SHA1_80',
      'AES_CM_128_HMAC_SHA1_32',
    ]),
    keyBase64: z.base64().max(128),
  }),
});

/** A track as it goes through a pipe. It keeps its id. */
export const pipedProducer = z.object({
  id,
  participantId,
  source: mediaSource,
  kind: mediaKind,
  rtpParameters,
  paused: z.boolean(),
});

export const openPipeAnswer = z.object({ endpoint: pipeEndpoint });
/** Sends all that is published at this origin (not what comes to it by pipe) to `remote`. */
export const sendPipeBody = z.strictObject({ remote: pipeEndpoint });
export const sendPipeAnswer = z.object({ endpoint: pipeEndpoint, producers: z.array(pipedProducer) });
/** `producers` is all that the pipe carries now: what is new is made, what is missing closed, who is muted taken over. */
export const receivePipeBody = z.strictObject({
  remote: pipeEndpoint,
  producers: z.array(pipedProducer).max(ORIGIN_LIMITS.producersPerRoom),
});

const statistics = z.record(z.string(), z.unknown());
/** What mediasoup counts for a participant's transports, producers and consumers, to be shown as it is. */
export const participantStats = z.object({
  send: statistics.nullable(),
  receive: statistics.nullable(),
  producers: z.array(statistics),
  consumers: z.array(statistics),
});

const nothing = z.object({});

type Operation = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType;
};

const ROOM = '/v1/rooms/:roomId';
const PARTICIPANT = `${ROOM}/participants/:participantId` as const;
const PIPE = `${ROOM}/pipes/:pipeId` as const;

/** Every command that an origin takes. Answered with 200 and `answer`, or with {@link originFailure}. */
export const originOperations = {
  openRoom: { method: 'PUT', path: ROOM, body: openRoomBody, answer: roomState },
  readRoom: { method: 'GET', path: ROOM, body: null, answer: roomState },
  closeRoom: { method: 'DELETE', path: ROOM, body: null, answer: nothing },

  join: { method: 'POST', path: `${PARTICIPANT}/join`, body: joinBody, answer: joinAnswer },
  leave: { method: 'DELETE', path: PARTICIPANT, body: null, answer: nothing },
  connect: {
    method: 'POST',
    path: `${PARTICIPANT}/transports/:transportId/connect`,
    body: connectBody,
    answer: nothing,
  },
  restartIce: {
    method: 'POST',
    path: `${PARTICIPANT}/transports/:transportId/restart-ice`,
    body: null,
    answer: restartIceAnswer,
  },
  publish: { method: 'POST', path: `${PARTICIPANT}/publish`, body: publishBody, answer: publishAnswer },
  setProducer: {
    method: 'PUT',
    path: `${PARTICIPANT}/producers/:producerId`,
    body: setProducerBody,
    answer: nothing,
  },
  closeProducer: {
    method: 'DELETE',
    path: `${PARTICIPANT}/producers/:producerId`,
    body: null,
    answer: nothing,
  },
  setConsumers: { method: 'PUT', path: `${PARTICIPANT}/consumers`, body: setConsumersBody, answer: nothing },
  readStats: { method: 'GET', path: `${PARTICIPANT}/stats`, body: null, answer: participantStats },
  consume: { method: 'POST', path: `${ROOM}/consume`, body: consumeBody, answer: consumeAnswer },

  openPipe: { method: 'PUT', path: PIPE, body: null, answer: openPipeAnswer },
  sendPipe: { method: 'POST', path: `${PIPE}/send`, body: sendPipeBody, answer: sendPipeAnswer },
  receivePipe: { method: 'POST', path: `${PIPE}/receive`, body: receivePipeBody, answer: nothing },
  closePipe: { method: 'DELETE', path: PIPE, body: null, answer: nothing },

  readLoad: { method: 'GET', path: '/v1/load', body: null, answer: originLoad },
  /** It takes no new rooms and asks those that it has to move. It does not stop by this. */
  drain: { method: 'POST', path: '/v1/drain', body: null, answer: nothing },
} as const satisfies Record<string, Operation>;

/** Every report that the edge takes from origins. Answered with 200 and `answer`. */
export const originReports = {
  registration: {
    method: 'PUT',
    path: '/webhooks/media/origins/:originId',
    body: originRegistration,
    answer: originRegistrationAnswer,
  },
  roomState: {
    method: 'PUT',
    path: '/webhooks/media/rooms/:roomId',
    body: roomState,
    answer: roomStateAnswer,
  },
} as const satisfies Record<string, Operation>;

export type OriginOperationName = keyof typeof originOperations;
export type OriginReportName = keyof typeof originReports;

type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;
/** What a path names: `{ roomId, participantId, … }`. */
export type PathParameters<Path extends string> = { readonly [N in NamesIn<Path>]: string };

/** A path of the tables above with its parameters filled in. */
export function originPath<Path extends string>(path: Path, parameters: PathParameters<Path>): string {
  return path.replace(/:(\w+)/g, (_, name: keyof PathParameters<Path>) =>
    encodeURIComponent(parameters[name]),
  );
}

/** What the sender of a command writes (members with defaults may be left out), and what it gets. */
export type OriginRequest<N extends OriginOperationName> =
  (typeof originOperations)[N]['body'] extends z.ZodType
    ? z.input<(typeof originOperations)[N]['body']>
    : undefined;
export type OriginAnswer<N extends OriginOperationName> = z.infer<(typeof originOperations)[N]['answer']>;

export type CommandClaims = z.infer<typeof commandClaims>;
export type ReportClaims = z.infer<typeof reportClaims>;
export type MediaSource = z.infer<typeof mediaSource>;
export type ProducerState = z.infer<typeof producerState>;
export type RoomState = z.infer<typeof roomState>;
export type RoomStateAnswer = z.infer<typeof roomStateAnswer>;
export type OriginLoad = z.infer<typeof originLoad>;
export type OriginRegistration = z.infer<typeof originRegistration>;
export type OpenRoomBody = z.infer<typeof openRoomBody>;
export type JoinBody = z.infer<typeof joinBody>;
export type JoinAnswer = z.infer<typeof joinAnswer>;
export type PublishBody = z.infer<typeof publishBody>;
export type PublishAnswer = z.infer<typeof publishAnswer>;
export type ConsumeAnswer = z.infer<typeof consumeAnswer>;
export type SetConsumersBody = z.infer<typeof setConsumersBody>;
export type OriginConsumer = z.infer<typeof consumer>;
export type PipeEndpoint = z.infer<typeof pipeEndpoint>;
export type PipedProducer = z.infer<typeof pipedProducer>;
export type ParticipantStats = z.infer<typeof participantStats>;
export type OriginFailure = z.infer<typeof originFailure>;
