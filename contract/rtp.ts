import * as z from 'zod';

/**
 * What WebRTC's two sides tell each other, in mediasoup's words (its ORTC-like `RtpCapabilities`, `RtpParameters`,
 * `IceParameters`, `DtlsParameters`). Sizes are bounded, unknown members dropped; whether values fit together mediasoup checks.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const printable = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');
const word = printable.min(1).max(256);
const payloadType = z.int().min(0).max(127);
const ssrc = z.int().min(1).max(0xffff_ffff);
const clockRate = z.int().min(1).max(1_000_000);
const channels = z.int().min(1).max(8);

const isFlat = (value: unknown) =>
  typeof value === 'string'
    ? printable.max(1_024).safeParse(value).success
    : typeof value !== 'object' || value === null;
/** Format parameters of a codec (`a=fmtp`), as in SDP. */
const codecParameters = z
  .record(printable.max(64), z.unknown())
  .refine((parameters) => Object.keys(parameters).length <= 32, 'must be at most 32')
  .refine((parameters) => Object.values(parameters).every(isFlat), 'must be texts, numbers or booleans');
const rtcpFeedback = z.array(z.object({ type: word, parameter: printable.max(64).optional() })).max(16);

/** The header extensions (RFC 8285) that mediasoup knows; endpoints only negotiate what both sides have. */
const headerExtensionUri = z.enum([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
]);

export const mediaKind = z.enum(['audio', 'video']);

/** What an endpoint can receive: mediasoup-client's `device.rtpCapabilities`. */
export const rtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: mediaKind,
        mimeType: z.string().regex(/^(audio|video)\/[A-Za-z0-9._+-]{1,64}$/),
        preferredPayloadType: payloadType,
        clockRate,
        channels: channels.optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: mediaKind,
        uri: headerExtensionUri,
        preferredId: z.int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});

/** How one track is sent, or is to be received: its codecs and its encodings (three of them when it is simulcast). */
export const rtpParameters = z.object({
  mid: printable.max(64).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: z.string().regex(/^(audio|video)\/[A-Za-z0-9._+-]{1,64}$/),
        payloadType,
        clockRate,
        channels: channels.optional(),
        parameters: codecParameters.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: headerExtensionUri,
        id: z.int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: codecParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: ssrc.optional(),
        rid: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,32}$/)
          .optional(),
        codecPayloadType: payloadType.optional(),
        rtx: z.object({ ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z
          .string()
          .regex(/^[LS][1-9]\d?T[1-9]\d?(_KEY)?(h)?$/)
          .optional(),
        scaleResolutionDownBy: z.number().min(1).max(64).optional(),
        maxBitrate: z.int().min(1).max(100_000_000).optional(),
      }),
    )
    .min(1)
    .max(4)
    .optional(),
  rtcp: z.object({ cname: printable.max(256).optional(), reducedSize: z.boolean().optional() }).optional(),
  msid: printable.max(256).optional(),
});

const FINGERPRINT_BYTES = {
  'sha-1': 20,
  'sha-224': 28,
  'sha-256': 32,
  'sha-384': 48,
  'sha-512': 64,
} as const;

/** The certificate's fingerprints, and which side opens DTLS. */
export const dtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z
        .object({
          algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
          value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/),
        })
        .refine(({ algorithm, value }) => value.split(':').length === FINGERPRINT_BYTES[algorithm], {
          path: ['value'],
          message: 'must have the length of its algorithm',
        }),
    )
    .min(1)
    .max(5),
});

export const iceParameters = z.object({
  usernameFragment: word,
  password: word,
  iceLite: z.boolean().optional(),
});

export const iceCandidate = z.object({
  foundation: word,
  priority: z.int(),
  ip: word,
  address: word,
  protocol: z.enum(['udp', 'tcp']),
  port: z.int().min(1).max(65_535),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.enum(['active', 'passive', 'so']).optional(),
});

/** An origin's end of a WebRTC transport, as mediasoup-client's `createSendTransport` and `createRecvTransport` take it. */
export const transportParameters = z.object({
  id: z.uuid(),
  iceParameters,
  iceCandidates: z.array(iceCandidate).min(1).max(32),
  dtlsParameters,
});

/** Layers of a simulcast or SVC stream, the smallest being 0. */
export const layers = z.object({
  spatialLayer: z.int().min(0).max(3),
  temporalLayer: z.int().min(0).max(3).optional(),
});

export type MediaKind = z.infer<typeof mediaKind>;
export type RtpCapabilities = z.infer<typeof rtpCapabilities>;
export type RtpParameters = z.infer<typeof rtpParameters>;
export type DtlsParameters = z.infer<typeof dtlsParameters>;
export type IceParameters = z.infer<typeof iceParameters>;
export type TransportParameters = z.infer<typeof transportParameters>;
export type Layers = z.infer<typeof layers>;
