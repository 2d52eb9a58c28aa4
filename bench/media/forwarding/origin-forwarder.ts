import { randomBytes } from 'node:crypto';
import type { PlainTransport, RtpCapabilities } from 'mediasoup/types';
import pMap from 'p-map';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import { readConfiguration } from '#sfu-origin/configuration.ts';
import { Logger } from '#sfu-origin/logger.ts';
import { RoomRouter } from '#sfu-origin/rooms/room-router.ts';
import { Track } from '#sfu-origin/rooms/track.ts';
import { WorkerPool } from '#sfu-origin/workers/worker-pool.ts';
import type { ForwarderReady, Viewers } from './forwarder.ts';
import { VIDEO_PAYLOAD_TYPE, VIDEO_SSRC } from './synthetic-video.ts';

/**
 * An origin's media without browsers: its workers, routers and pipes between them, with viewers at plain transports, encrypted as
 * browsers' are (SRTP). MEDIA_WORKERS says on how many workers the room lives; viewers are shared out evenly.
 */

const SRTP = { cryptoSuite: 'AES_CM_128_HMAC_SHA1_80', keyBytes: 30 } as const;
const LISTEN = { protocol: 'udp', ip: '127.0.0.1' } as const;

/** Standard output is the report's. */
class ProblemsOnly extends Logger {
  override child(): Logger {
    return this;
  }
  override info(): void {}
}

/** What viewers can receive: video, without the feedback that only browsers give. */
const videoOnly: RtpCapabilities = {
  codecs: ROUTER_RTP_CAPABILITIES.codecs.flatMap((codec) =>
    codec.kind === 'video' ? [{ ...codec, rtcpFeedback: [] }] : [],
  ),
  headerExtensions: [],
};

const configuration = readConfiguration(process.env);
const pool = await WorkerPool.create(configuration, new ProblemsOnly());
const routers = await Promise.all(
  pool.workers.map((worker) =>
    RoomRouter.create(worker, { maxIncomingBitrate: configuration.maxIncomingBitrate }),
  ),
);
const home = routerOf(0);

const incoming = await home.router.createPlainTransport({ listenInfo: LISTEN, rtcpMux: true, comedia: true });
const producer = await incoming.produce({
  kind: 'video',
  rtpParameters: {
    codecs: [{ mimeType: 'video/VP8', payloadType: VIDEO_PAYLOAD_TYPE, clockRate: 90_000 }],
    encodings: [{ ssrc: VIDEO_SSRC }],
  },
});
const track = new Track({ participantId: 'host', source: 'camera', producer, home, viaPipe: null });
await Promise.all(routers.map((router) => router.bring(track)));

const viewers: PlainTransport[] = [];

function routerOf(viewer: number): RoomRouter {
  const router = routers[viewer % routers.length];
  if (!router) throw new Error('no media worker runs');
  return router;
}

async function serve(ports: readonly number[]): Promise<void> {
  for (const transport of viewers.splice(ports.length)) transport.close();
  const added = await pMap(
    ports.slice(viewers.length),
    (port, index) => admit(viewers.length + index, port),
    { concurrency: 20 },
  );
  viewers.push(...added);
}

async function admit(viewer: number, port: number): Promise<PlainTransport> {
  const transport = await routerOf(viewer).router.createPlainTransport({
    listenInfo: LISTEN,
    rtcpMux: true,
    comedia: false,
    enableSrtp: true,
    srtpCryptoSuite: SRTP.cryptoSuite,
  });
  const keyBase64 = randomBytes(SRTP.keyBytes).toString('base64');
  const srtpParameters = { cryptoSuite: SRTP.cryptoSuite, keyBase64 };
  await transport.connect({ ip: '127.0.0.1', port, srtpParameters });
  await transport.consume({ producerId: producer.id, rtpCapabilities: videoOnly });
  return transport;
}

process.on('message', async ({ ports }: Viewers) => {
  await serve(ports);
  process.send?.('served');
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: incoming.tuple.localPort } satisfies ForwarderReady);
