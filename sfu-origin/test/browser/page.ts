import { Device } from 'mediasoup-client';
import type {
  RtpCapabilities,
  RtpEncodingParameters,
  Transport,
  TransportOptions,
} from 'mediasoup-client/types';
import type { JoinAnswer, OriginConsumer, PublishAnswer } from '#contract/origin.ts';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import type { IceParameters, Layers } from '#contract/rtp.ts';

/** What a viewer of a track has got so far. */
export type Seen = {
  kind: string;
  producerId: string;
  width: number;
  frames: number;
  bytes: number;
  audioEnergy: number;
};

/** `tcpOnly`: without UDP. `relay`: by way of this TURN server and no other. */
export type WatchOptions = { tcpOnly?: boolean; layers?: Layers | null; relay?: RTCIceServer | null };

declare global {
  interface Window {
    /** Sends a command of the live room for this participant. Given by the test. */
    command(operation: string, parameters: Record<string, string>, body?: unknown): Promise<unknown>;
    participant: BrowserParticipant;
  }
}

/** VP8 and H264 send three streams; mediasoup takes VP9 only as one stream with three layers in it (SVC). */
const SVC: RtpEncodingParameters[] = [{ maxBitrate: 2_000_000, scalabilityMode: 'L3T3_KEY' }];
const SIMULCAST: RtpEncodingParameters[] = [
  { rid: 'r0', scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
  { rid: 'r1', scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
  { rid: 'r2', scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' },
];

/** A participant as a browser is one, in the fewest exchanges. Runs in the page. */
class BrowserParticipant {
  readonly #device = new Device();
  readonly #received = new Map<string, { description: OriginConsumer; receiver: RTCRtpReceiver }>();
  #receiving: Transport | null = null;
  #sending: Transport | null = null;

  async #load(): Promise<void> {
    // mediasoup-client's type lacks a header extension that mediasoup has.
    const routerRtpCapabilities = ROUTER_RTP_CAPABILITIES as RtpCapabilities;
    if (!this.#device.loaded) await this.#device.load({ routerRtpCapabilities });
  }

  async publish({ codec }: { codec: string }): Promise<PublishAnswer['producers']> {
    await this.#load();
    const [stream, join] = await Promise.all([
      navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } }),
      this.#command<JoinAnswer>('join', {}, { at: Date.now(), publish: true, watch: null }),
    ]);
    this.#sending?.close();
    const transport = this.#device.createSendTransport(present(join.send) as never);
    this.#sending = transport;
    let dtlsParameters: unknown;
    transport.on('connect', (connecting, done) => {
      dtlsParameters = connecting.dtlsParameters;
      done();
    });
    const tracks: unknown[] = [];
    transport.on('produce', ({ kind, rtpParameters }, done) => {
      tracks.push({ source: kind === 'video' ? 'camera' : 'microphone', kind, rtpParameters });
      done({ id: crypto.randomUUID() });
    });
    await transport.produce({ track: present(stream.getAudioTracks()[0]) });
    const camera = await transport.produce({
      track: present(stream.getVideoTracks()[0]),
      encodings: codec === 'video/vp9' ? SVC : SIMULCAST,
      codec: present(
        this.#device.sendRtpCapabilities.codecs?.find(({ mimeType }) => mimeType.toLowerCase() === codec),
      ),
      codecOptions: { videoGoogleStartBitrate: 1_000 },
    });
    // A busy machine is to send fewer frames rather than smaller ones: the tests look at the size.
    const sender = present(camera.rtpSender);
    await sender.setParameters({ ...sender.getParameters(), degradationPreference: 'maintain-resolution' });
    const answer = await this.#command<PublishAnswer>(
      'publish',
      {},
      { transportId: transport.id, dtlsParameters, tracks },
    );
    return answer.producers;
  }

  /** @returns milliseconds from the first message to the first picture */
  async watch({ tcpOnly = false, layers = null, relay = null }: WatchOptions): Promise<number> {
    await this.#load();
    const startedAt = performance.now();
    const join = await this.#command<JoinAnswer>(
      'join',
      {},
      {
        at: Date.now(),
        publish: false,
        watch: { rtpCapabilities: this.#device.recvRtpCapabilities, layers },
        tcpOnly,
      },
    );
    this.#receiving?.close();
    this.#received.clear();
    const transport = this.#device.createRecvTransport({
      ...(present(join.receive) as TransportOptions),
      ...(relay && { iceServers: [relay], iceTransportPolicy: 'relay' as const }),
    });
    this.#receiving = transport;
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#command('connect', { transportId: transport.id }, { dtlsParameters }).then(done, failed);
    });
    const { picture } = await this.#show(join.consumers);
    await picture;
    return performance.now() - startedAt;
  }

  /** Takes what is new, and asks for it. */
  async take(consumers: OriginConsumer[]): Promise<void> {
    const fresh = consumers.filter(({ id }) => !this.#received.has(id));
    await this.#show(fresh);
    const wishes = fresh.map(({ id }) => ({ consumerId: id, paused: false }));
    if (wishes.length > 0) await this.#command('setConsumers', {}, { wishes });
  }

  async wish(layers: Layers | null): Promise<void> {
    const wishes = [...this.#received.values()]
      .filter(({ description }) => description.kind === 'video')
      .map(({ description }) => ({ consumerId: description.id, paused: false, layers }));
    await this.#command('setConsumers', {}, { wishes });
  }

  /** Of every transport that is there. */
  async restartIce(): Promise<void> {
    for (const transport of [this.#sending, this.#receiving]) {
      if (!transport) continue;
      const { iceParameters } = await this.#command<{ iceParameters: IceParameters }>('restartIce', {
        transportId: transport.id,
      });
      await transport.restartIce({ iceParameters });
    }
  }

  /** Asks a TURN server for a relay. @returns whether it gave one, or the STUN error with which it refused */
  async askForRelay(server: RTCIceServer): Promise<'given' | number> {
    const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' });
    try {
      connection.createDataChannel('');
      const answer = new Promise<'given' | number>((resolve) => {
        connection.addEventListener('icecandidate', ({ candidate }) => candidate && resolve('given'));
        connection.addEventListener('icecandidateerror', ({ errorCode }) => resolve(errorCode));
      });
      await connection.setLocalDescription();
      return await answer;
    } finally {
      connection.close();
    }
  }

  async seen(): Promise<Seen[]> {
    return Promise.all(
      [...this.#received.values()].map(async ({ description, receiver }) => {
        const report = await receiver.getStats();
        // The DOM's types leave out what is in these entries.
        const entries = [...report.values()] as Record<string, number & string>[];
        const inbound = entries.find(({ type }) => type === 'inbound-rtp');
        return {
          kind: description.kind,
          producerId: description.producerId,
          width: inbound?.frameWidth ?? 0,
          frames: inbound?.framesDecoded ?? 0,
          bytes: inbound?.bytesReceived ?? 0,
          audioEnergy: inbound?.totalAudioEnergy ?? 0,
        };
      }),
    );
  }

  /** Resolves when the browser is ready to receive; `picture` when the first has come. */
  async #show(consumers: OriginConsumer[]): Promise<{ picture: Promise<void> }> {
    const transport = present(this.#receiving);
    const pictures: Promise<void>[] = [];
    await Promise.all(
      consumers.map(async (description) => {
        const consumer = await transport.consume(description as never);
        const receiver = present(consumer.rtpReceiver);
        this.#received.set(description.id, { description, receiver });
        const element = document.createElement(description.kind === 'video' ? 'video' : 'audio');
        element.srcObject = new MediaStream([consumer.track]);
        document.body.append(element);
        if (element instanceof HTMLVideoElement) {
          pictures.push(firstPicture(element));
        }
        element.play().catch(() => {});
      }),
    );
    return { picture: Promise.all(pictures).then(() => {}) };
  }

  #command<T>(operation: string, parameters: Record<string, string>, body?: unknown): Promise<T> {
    return window.command(operation, parameters, body) as Promise<T>;
  }
}

function firstPicture(element: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    element.requestVideoFrameCallback(() => resolve());
  });
}

function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('something that must be there is not');
  return value;
}

export type { BrowserParticipant };

window.participant = new BrowserParticipant();
