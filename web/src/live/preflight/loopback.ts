import type { Device } from 'mediasoup-client';
import type { ConsumerOptions, Transport } from 'mediasoup-client/types';
import type { PreflightAnswer, PreflightPublishAnswer } from '#contract/preflight.ts';
import type { DtlsParameters } from '#contract/rtp.ts';
import { api } from '../../api/api.ts';
import { videoCodecOf } from '../media/encodings.ts';
import { transportOptions } from '../media/media-device.ts';
import { type MediaStatistics, readStatistics, type StatsEntry } from '../media/statistics.ts';

/** What became of a picture that was sent to the origin and asked back. */
export type LoopbackResult = {
  readonly sendState: RTCPeerConnectionState;
  readonly receiveState: RTCPeerConnectionState;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly framesDecoded: number;
  readonly received: MediaStatistics | null;
};

const PICTURE_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 250;
/** So many frames are a moving picture. */
const ENOUGH_FRAMES = 10;

/**
 * Sends a picture to the origin and receives it again, as host and viewer do.
 * @param onPicture is given what comes back as soon as there is something to show
 */
export async function loopBack(
  device: Device,
  { preflightId, originId, send, receive, iceServers }: PreflightAnswer,
  track: MediaStreamTrack,
  onPicture: (track: MediaStreamTrack) => void,
): Promise<LoopbackResult> {
  const path = `/live/preflight/${preflightId}`;
  const sending = device.createSendTransport(transportOptions(send, iceServers));
  const receiving = device.createRecvTransport(transportOptions(receive, iceServers));
  try {
    let dtlsParameters: DtlsParameters | undefined;
    let consumers: PreflightPublishAnswer['consumers'] = [];
    sending.on('connect', (keys, done) => {
      dtlsParameters = keys.dtlsParameters;
      done();
    });
    sending.on('produce', ({ kind, rtpParameters }, done, failed) => {
      const body = {
        originId,
        transportId: sending.id,
        dtlsParameters,
        tracks: [{ source: 'camera', kind, rtpParameters }],
      };
      api.send<PreflightPublishAnswer>('POST', `${path}/publish`, body).then((answer) => {
        ({ consumers } = answer);
        done({ id: consumers[0]?.producerId ?? 'none' });
      }, failed);
    });
    receiving.on('connect', (keys, done, failed) => {
      api
        .send('POST', `${path}/connect`, {
          originId,
          transportId: receiving.id,
          dtlsParameters: keys.dtlsParameters,
        })
        .then(() => done(), failed);
    });
    const codec = videoCodecOf(device.sendRtpCapabilities.codecs ?? []);
    await sending.produce({ track, stopTracks: false, ...(codec ? { codec } : {}) });
    for (const description of consumers) {
      // The wire's schemas bound what mediasoup-client's types leave open; the shapes are its own.
      const consumer = await receiving.consume(description as ConsumerOptions);
      onPicture(consumer.track);
    }
    return await untilSeen(sending, receiving);
  } finally {
    sending.close();
    receiving.close();
    await api.send('DELETE', `${path}?originId=${originId}`).catch(() => {}); // It ends by itself soon.
  }
}

async function untilSeen(sending: Transport, receiving: Transport): Promise<LoopbackResult> {
  const end = performance.now() + PICTURE_WITHIN_MS;
  for (;;) {
    const result = await look(sending, receiving);
    if (result.framesDecoded >= ENOUGH_FRAMES || performance.now() > end) return result;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function look(sending: Transport, receiving: Transport): Promise<LoopbackResult> {
  // The DOM's types leave open what the entries hold; they are read name by name.
  const [sent, got] = (await Promise.all([sending.getStats(), receiving.getStats()])).map(
    (report) => [...report.values()] as StatsEntry[],
  );
  const received = readStatistics(got ?? [], performance.now(), null).statistics;
  return {
    sendState: sending.connectionState,
    receiveState: receiving.connectionState,
    bytesSent: total(sent ?? [], 'outbound-rtp', 'bytesSent'),
    bytesReceived: total(got ?? [], 'inbound-rtp', 'bytesReceived'),
    framesDecoded: total(got ?? [], 'inbound-rtp', 'framesDecoded'),
    received,
  };
}

function total(entries: readonly StatsEntry[], type: string, name: string): number {
  return entries
    .filter((entry) => entry.type === type)
    .reduce((sum, entry) => sum + (typeof entry[name] === 'number' ? entry[name] : 0), 0);
}
