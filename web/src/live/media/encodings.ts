import type { RtpEncodingParameters } from 'mediasoup-client/types';

/**
 * Three pictures of 720p at once, from which each viewer gets the one that fits: together 2.2 Mbit/s, well below what an
 * origin takes from one publisher. Chromium sends the third only from 720p up.
 */
export const CAMERA_ENCODINGS: RtpEncodingParameters[] = [
  { rid: 'r0', scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
  { rid: 'r1', scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
  { rid: 'r2', scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' },
];

/** A screen has small letters: half the size is for those whose connection carries no more. */
export const SCREEN_ENCODINGS: RtpEncodingParameters[] = [
  { rid: 'r0', scaleResolutionDownBy: 2, maxBitrate: 300_000, scalabilityMode: 'L1T3' },
  { rid: 'r1', scaleResolutionDownBy: 1, maxBitrate: 1_300_000, scalabilityMode: 'L1T3' },
];

/** By preference: VP8 costs every device little and all of them have it; H264 is what is left to those who have not. */
const VIDEO_CODECS = ['video/vp8', 'video/h264'];

/** The codec to send video by, or undefined: leave it to the browser. */
export function videoCodecOf<C extends { mimeType: string }>(codecs: readonly C[]): C | undefined {
  return VIDEO_CODECS.flatMap((wanted) =>
    codecs.filter(({ mimeType }) => mimeType.toLowerCase() === wanted),
  )[0];
}
