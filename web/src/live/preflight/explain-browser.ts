import { type Finding, failing, ok, warning } from './finding.ts';

/** Of the video codecs that origins carry, those that everyone can see. */
const CARRIED = ['video/vp8', 'video/h264', 'video/vp9'];

type Facts = {
  readonly isSecure: boolean;
  readonly hasWebRtc: boolean;
  /** What it can send, by MIME type; null when it could not be made an endpoint at all. */
  readonly codecs: readonly string[] | null;
};

/** Whether this browser, and the way that the page came, allow video at all. */
export function explainBrowser({ isSecure, hasWebRtc, codecs }: Facts): Finding {
  if (!hasWebRtc) {
    return failing(
      'This browser has no WebRTC, or it is switched off.',
      'Use a current Chrome, Edge, Firefox or Safari, and see that no extension blocks WebRTC.',
    );
  }
  if (codecs === null) {
    return failing(
      'This browser is too old for live video here.',
      'Update it, or use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  const carried = CARRIED.filter((wanted) => codecs.some((codec) => codec.toLowerCase() === wanted));
  const names = carried.map((codec) => codec.replace('video/', '').toUpperCase()).join(', ');
  if (carried.length === 0) {
    return failing('This browser can send no video that others could see.', 'Use another browser.');
  }
  if (!isSecure) {
    return warning(
      `This browser can do live video (${names}), but the page did not come over https.`,
      'Browsers give such pages no camera and no microphone. Open it by its https address, or on this machine by http://127.0.0.1.',
    );
  }
  return ok(`This browser can do live video: ${names}.`);
}
