import type { WebRtcTransport } from 'mediasoup/types';
import type { DtlsParameters, IceParameters, TransportParameters } from '#contract/rtp.ts';
import { asUnsupportedMedia, OriginError } from '../origin-error.ts';

/** A browser's transport. Connecting it again with the same certificate does nothing: the first answer was lost. */
export class BrowserTransport {
  readonly transport: WebRtcTransport;
  #connected: { fingerprints: string; done: Promise<void> } | null = null;

  /** @param changed is called whenever {@link connected} may have changed */
  constructor(transport: WebRtcTransport, changed: () => void) {
    this.transport = transport;
    transport.on('icestatechange', changed);
    transport.on('dtlsstatechange', changed);
  }

  get id(): string {
    return this.transport.id;
  }

  get parameters(): TransportParameters {
    const { id, iceParameters, iceCandidates, dtlsParameters } = this.transport;
    return { id, iceParameters, iceCandidates, dtlsParameters };
  }

  /** Whether the browser has told its certificate. Media may not flow yet. */
  get connecting(): boolean {
    return this.#connected !== null;
  }

  /** Whether media can flow at this moment. */
  get connected(): boolean {
    const { dtlsState, iceState } = this.transport;
    return dtlsState === 'connected' && (iceState === 'connected' || iceState === 'completed');
  }

  /** @throws OriginError CONFLICT when it was connected with another certificate */
  async connect(dtlsParameters: DtlsParameters): Promise<void> {
    const fingerprints = JSON.stringify(dtlsParameters.fingerprints);
    if (this.#connected === null) {
      this.#connected = { fingerprints, done: this.#connect(dtlsParameters) };
    } else if (this.#connected.fingerprints !== fingerprints) {
      throw new OriginError('CONFLICT', 'the transport is connected with another certificate: join again');
    }
    await this.#connected.done;
  }

  async #connect(dtlsParameters: DtlsParameters): Promise<void> {
    try {
      await this.transport.connect({ dtlsParameters });
    } catch (error) {
      throw asUnsupportedMedia(error);
    }
  }

  restartIce(): Promise<IceParameters> {
    return this.transport.restartIce();
  }

  close(): void {
    this.transport.close();
  }
}
