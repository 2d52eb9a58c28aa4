import { EventEmitter } from 'node:events';
import type { Router, WebRtcTransport } from 'mediasoup/types';
import type { OriginConfiguration } from '../configuration.ts';
import type { MediaWorker } from '../workers/media-worker.ts';
import type { Track } from './track.ts';

/** What a viewer's connection is taken to carry before anything is known of it, in bits per second. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;
/** A browser that has gone without a word is noticed after so long. */
const ICE_CONSENT_SECONDS = 20;

type Settings = Pick<OriginConfiguration, 'maxIncomingBitrate'>;

export type RoomRouterEvents = {
  /** Its worker has died. */
  died: [];
};

/** A room's part on one media worker. */
export class RoomRouter extends EventEmitter<RoomRouterEvents> {
  readonly worker: MediaWorker;
  readonly router: Router;
  /** Who is placed here. */
  readonly participants = new Set<string>();
  readonly #settings: Settings;
  /** Tracks from the room's other routers that are here, or on their way. */
  readonly #brought = new Map<string, Promise<void>>();

  static async create(worker: MediaWorker, settings: Settings): Promise<RoomRouter> {
    return new RoomRouter(worker, await worker.createRouter(), settings);
  }

  private constructor(worker: MediaWorker, router: Router, settings: Settings) {
    super();
    this.worker = worker;
    this.router = router;
    this.#settings = settings;
    router.once('workerclose', () => this.emit('died'));
  }

  get closed(): boolean {
    return this.router.closed;
  }

  /** Sees to it that a track can be consumed here: one that arrives at another of the room's routers comes over by a pipe. */
  bring(track: Track): Promise<void> {
    if (track.home === this) return Promise.resolve();
    const present = this.#brought.get(track.id);
    if (present) return present;
    const coming = this.#pipe(track).catch((error: unknown) => {
      this.#brought.delete(track.id);
      throw error;
    });
    this.#brought.set(track.id, coming);
    return coming;
  }

  async #pipe(track: Track): Promise<void> {
    const { pipeProducer } = await track.home.router.pipeToRouter({
      producerId: track.id,
      router: this.router,
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      enableSctp: false,
    });
    pipeProducer?.observer.once('close', () => this.#brought.delete(track.id));
  }

  /** A browser's transport, on the port of this worker. */
  async createTransport({ tcpOnly }: { tcpOnly: boolean }): Promise<WebRtcTransport> {
    const transport = await this.router.createWebRtcTransport({
      webRtcServer: this.worker.webRtcServer,
      enableUdp: !tcpOnly,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout: ICE_CONSENT_SECONDS,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
    });
    await transport.setMaxIncomingBitrate(this.#settings.maxIncomingBitrate);
    return transport;
  }

  close(): void {
    this.removeAllListeners();
    this.router.close();
  }
}
