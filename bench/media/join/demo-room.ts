import type { Producer, Router, WebRtcServer, WebRtcTransport } from 'mediasoup/types';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#contract/rtp.ts';
import { type Channel, Signalling } from './signalling.ts';

/** Asks a browser to receive a track. Once it has said yes, the track is let flow. */
export type NewConsumer = {
  peerId: string;
  transportId: string;
  consumerId: string;
  producerId: string;
  kind: 'audio' | 'video';
  rtpParameters: RtpParameters;
};

/** Where the demo's peers meet: a router, and what is published on it. */
export type DemoRoom = {
  readonly router: Router;
  readonly webRtcServer: WebRtcServer;
  readonly producers: Iterable<Producer>;
};

/** As an origin takes it to be. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;

/**
 * A viewer at the server of mediasoup's demo: a request for the router's capabilities, one for a transport, one to join, to which
 * the server adds a request of its own for each track; one to connect; and each track flows when the viewer has agreed to it.
 */
export class DemoPeer {
  readonly #room: DemoRoom;
  readonly #signalling: Signalling;
  #transport: WebRtcTransport | null = null;

  constructor(room: DemoRoom, channel: Channel) {
    this.#room = room;
    this.#signalling = new Signalling(channel, (method, data) => this.#answer(method, data));
  }

  close(): void {
    this.#transport?.close();
  }

  async #answer(method: string, data: unknown): Promise<unknown> {
    const { router, webRtcServer } = this.#room;
    switch (method) {
      case 'getRouterRtpCapabilities':
        return { routerRtpCapabilities: router.rtpCapabilities };
      case 'createWebRtcTransport': {
        const transport = await router.createWebRtcTransport({
          webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
        });
        this.#transport = transport;
        const { id: transportId, iceParameters, iceCandidates, dtlsParameters } = transport;
        return { transportId, iceParameters, iceCandidates, dtlsParameters };
      }
      case 'join': {
        // Not awaited, as there: the response goes first.
        const { rtpCapabilities } = data as { rtpCapabilities: RtpCapabilities };
        for (const { id } of this.#room.producers) void this.#consume(id, rtpCapabilities);
        return { peers: [] };
      }
      case 'connectWebRtcTransport':
        await this.#present.connect(data as { dtlsParameters: DtlsParameters });
        return {};
      default:
        throw new Error(`unknown request ${method}`);
    }
  }

  async #consume(producerId: string, rtpCapabilities: RtpCapabilities): Promise<void> {
    const transport = this.#present;
    const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
    const { kind } = consumer;
    await this.#signalling.request('newConsumer', {
      peerId: 'host',
      transportId: transport.id,
      consumerId: consumer.id,
      producerId,
      kind,
      rtpParameters: consumer.rtpParameters,
    } satisfies NewConsumer);
    if (!consumer.closed) await consumer.resume();
  }

  get #present(): WebRtcTransport {
    if (!this.#transport) throw new Error('there is no transport yet');
    return this.#transport;
  }
}
