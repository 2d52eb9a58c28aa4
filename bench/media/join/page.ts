import { Device } from 'mediasoup-client';
import type {
  ConsumerOptions,
  DtlsParameters,
  RtpCapabilities,
  Transport,
  TransportOptions,
} from 'mediasoup-client/types';
import type { JoinAnswer } from '#contract/origin.ts';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import type { NewConsumer } from './demo-room.ts';
import { Signalling } from './signalling.ts';

/** `messages` went over the socket, either way, before the first picture. */
export type Joined = { milliseconds: number; messages: number };

declare global {
  interface Window {
    viewers: Record<'ours' | 'rival', (url: string) => Promise<Joined>>;
  }
}

/** Watches by TapLive's two exchanges: what routers can do is known beforehand, and the first answer names all consumers. */
async function watch(url: string): Promise<Joined> {
  const socket = await open(url);
  const signalling = new Signalling(socket, () => Promise.reject(new Error('nothing is asked')));
  const picture = new Picture();

  const device = new Device();
  await device.load({ routerRtpCapabilities: ROUTER_RTP_CAPABILITIES as RtpCapabilities });
  const { receive, consumers } = await signalling.request<JoinAnswer>('join', {
    at: Date.now(),
    publish: false,
    watch: { rtpCapabilities: device.recvRtpCapabilities },
  });
  const transport = device.createRecvTransport(receive as TransportOptions);
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    const connecting = { transportId: transport.id, dtlsParameters };
    signalling.request('connect', connecting).then(done, failed);
  });
  await Promise.all(
    consumers.map(async (options) => picture.show(await transport.consume(options as ConsumerOptions))),
  );
  return finish(picture, signalling, transport, socket);
}

/** Watches as the browser side of mediasoup's demo does. */
async function watchAsInDemo(url: string): Promise<Joined> {
  const socket = await open(url);
  const picture = new Picture();
  let transport: Transport | null = null;
  const signalling = new Signalling(socket, async (method, data) => {
    if (method !== 'newConsumer' || !transport) throw new Error(`${method} comes unexpectedly`);
    const { consumerId: id, producerId, kind, rtpParameters } = data as NewConsumer;
    picture.show(await transport.consume({ id, producerId, kind, rtpParameters } as ConsumerOptions));
  });

  const device = new Device();
  const { routerRtpCapabilities } = await signalling.request<{ routerRtpCapabilities: RtpCapabilities }>(
    'getRouterRtpCapabilities',
  );
  await device.load({ routerRtpCapabilities });
  const { transportId, ...parameters } = await signalling.request<
    Omit<TransportOptions, 'id'> & { transportId: string }
  >('createWebRtcTransport', { appData: { direction: 'consumer' } });
  const receiving = device.createRecvTransport({ id: transportId, ...parameters });
  transport = receiving;
  receiving.on('connect', ({ dtlsParameters }: { dtlsParameters: DtlsParameters }, done, failed) => {
    signalling.request('connectWebRtcTransport', { transportId, dtlsParameters }).then(done, failed);
  });
  await signalling.request('join', {
    displayName: 'viewer',
    device: { flag: 'chrome' },
    rtpCapabilities: device.recvRtpCapabilities,
  });
  return finish(picture, signalling, receiving, socket);
}

async function finish(
  picture: Picture,
  signalling: Signalling,
  transport: Transport,
  socket: WebSocket,
): Promise<Joined> {
  const milliseconds = await picture.seen;
  const { messages } = signalling;
  transport.close();
  socket.close();
  return { milliseconds, messages };
}

/** The first picture, and how long it took from now. */
class Picture {
  readonly #startedAt = performance.now();
  readonly #element = document.createElement('video');
  readonly #stream = new MediaStream();
  readonly seen: Promise<number>;

  constructor() {
    this.#element.muted = true;
    this.#element.srcObject = this.#stream;
    document.body.replaceChildren(this.#element);
    this.seen = new Promise((resolve) => {
      this.#element.requestVideoFrameCallback(() => resolve(performance.now() - this.#startedAt));
    });
  }

  show({ track }: { track: MediaStreamTrack }): void {
    this.#stream.addTrack(track);
    this.#element.play().catch(() => {});
  }
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`${url} cannot be reached`)));
  });
  return socket;
}

window.viewers = { ours: watch, rival: watchAsInDemo };
