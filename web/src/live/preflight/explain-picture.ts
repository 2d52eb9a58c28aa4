import { type Finding, failing, ok } from './finding.ts';
import type { LoopbackResult } from './loopback.ts';

/** What the way of a picture to the origin and back says: among others, why one may be connected and see nothing. */
export function explainPicture(result: LoopbackResult, source: 'camera' | 'test picture'): Finding {
  const { sendState, receiveState, bytesSent, bytesReceived, framesDecoded, received } = result;
  if (framesDecoded > 0)
    return ok(`Your ${source} went to the media server and came back${figures(received)}.`);
  if (sendState !== 'connected' || receiveState !== 'connected') {
    const which = sendState !== 'connected' ? 'to send' : 'to receive';
    return failing(
      `The media server was reached, but the encrypted connection ${which} did not come about.`,
      'Something in between lets the first packets through and changes or drops the others: a firewall that inspects traffic, or a VPN. Try without it, or in another network.',
    );
  }
  if (bytesSent === 0) {
    return failing(
      `Connected, but no picture: your ${source} gives none.`,
      'See that the camera is not covered, in use by another program, or asleep; choose another one, or restart the browser.',
    );
  }
  if (bytesReceived === 0) {
    return failing(
      'Connected, but no picture: packets leave, and none come back.',
      'A firewall or VPN lets only one direction through, or drops large packets. Switch the VPN off, or try another network.',
    );
  }
  return failing(
    'Connected, but no picture: packets arrive, and this browser cannot show them.',
    'Its video decoder does not work. Update the browser, switch hardware acceleration off (or on) in its settings, or use another browser.',
  );
}

function figures(received: LoopbackResult['received']): string {
  const picture = received?.pictures[0];
  const parts = [
    picture?.width && picture.height ? `${picture.width} × ${picture.height}` : null,
    picture?.codec ?? null,
    received?.path?.protocol ? `over ${received.path.protocol.toUpperCase()}` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}
