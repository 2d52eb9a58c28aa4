import type { IceServer } from '#contract/live-room.ts';
import type { TransportParameters } from '#contract/rtp.ts';

/** By which way to try: straight to the origin over one protocol, or through a relay only. */
export type Path = 'udp' | 'tcp' | 'turn';

export type PathResult =
  | { readonly reached: true; readonly rttMs: number | null }
  | { readonly reached: false };

const REACHED_WITHIN_MS = 8_000;

/**
 * Whether the origin answers by one way. Only ICE is tried: an origin that is reached answers its checks before any keys are
 * exchanged, so several ways can be tried at once over one transport.
 */
export async function probePath(
  path: Path,
  transport: TransportParameters,
  iceServers: IceServer[],
): Promise<PathResult> {
  const connection = new RTCPeerConnection({
    iceServers,
    iceTransportPolicy: path === 'turn' ? 'relay' : 'all',
  });
  try {
    connection.createDataChannel('preflight');
    await connection.setLocalDescription();
    const reached = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), REACHED_WITHIN_MS);
      connection.addEventListener('iceconnectionstatechange', () => {
        const { iceConnectionState } = connection;
        if (iceConnectionState !== 'connected' && iceConnectionState !== 'completed') return;
        clearTimeout(timer);
        resolve(true);
      });
    });
    await connection.setRemoteDescription({ type: 'answer', sdp: answerSdp(transport, path) });
    if (!(await reached)) return { reached: false };
    return { reached: true, rttMs: await roundTrip(connection) };
  } finally {
    connection.close();
  }
}

async function roundTrip(connection: RTCPeerConnection): Promise<number | null> {
  let rttMs: number | null = null;
  for (const entry of (await connection.getStats()).values()) {
    if (entry.type !== 'candidate-pair' || entry.state !== 'succeeded') continue;
    if (typeof entry.currentRoundTripTime === 'number') rttMs = entry.currentRoundTripTime * 1_000;
  }
  return rttMs;
}

/** The origin's end as an answer to an offer of one data channel, with the candidates of one way (RFC 8839, 8841, 8842). */
export function answerSdp(
  { iceParameters, iceCandidates, dtlsParameters }: TransportParameters,
  path: Path,
): string {
  const { usernameFragment, password } = iceParameters;
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  if (!fingerprint) throw new Error('the origin gave no SHA-256 fingerprint');
  const candidates = iceCandidates
    // Relays speak UDP to the origin, whatever is spoken to them.
    .filter(({ protocol }) => protocol === (path === 'tcp' ? 'tcp' : 'udp'))
    .map(
      ({ foundation, protocol, priority, address, port, type, tcpType }) =>
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`,
    );
  return `${[
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    'a=setup:passive',
    'a=sctp-port:5000',
    ...candidates,
    'a=end-of-candidates',
  ].join('\r\n')}\r\n`;
}
