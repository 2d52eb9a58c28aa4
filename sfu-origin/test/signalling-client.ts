import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device } from 'mediasoup-client';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import type { RtpCapabilities as ClientCapabilities, RtpParameters, Transport } from 'mediasoup-client/types';
import type { JoinAnswer, MediaSource } from '#contract/origin.ts';
import { ROUTER_RTP_CAPABILITIES } from '#contract/router-capabilities.ts';
import type { DtlsParameters, RtpCapabilities } from '#contract/rtp.ts';
import type { LiveRoom } from './live-room.ts';

type Track = {
  source: MediaSource;
  kind: 'audio' | 'video';
  rtpParameters: RtpParameters;
};

/** A browser without a network: mediasoup-client as in browsers, over a handler that sends nothing. */
export class SignallingClient {
  readonly id: string;
  readonly #room: LiveRoom;
  readonly #device: Device;

  static async create(room: LiveRoom, id: string): Promise<SignallingClient> {
    const device = new Device({ handlerFactory: FakeHandler.createFactory(fakeParameters) });
    // mediasoup-client's type lacks a header extension that mediasoup has.
    await device.load({ routerRtpCapabilities: ROUTER_RTP_CAPABILITIES as ClientCapabilities });
    return new SignallingClient(room, id, device);
  }

  private constructor(room: LiveRoom, id: string, device: Device) {
    this.#room = room;
    this.id = id;
    this.#device = device;
  }

  get rtpCapabilities(): RtpCapabilities {
    return { ...this.#device.recvRtpCapabilities, codecs: this.#device.recvRtpCapabilities.codecs ?? [] };
  }

  /** Watches, in two exchanges. */
  async watch(at = Date.now()): Promise<JoinAnswer> {
    const answer = await this.#room.command(
      'join',
      { participantId: this.id },
      { at, publish: false, watch: { rtpCapabilities: this.rtpCapabilities } },
    );
    const { receive } = answer;
    if (!receive) throw new Error('no transport to receive by');
    const transport = this.#device.createRecvTransport(receive as never);
    const connected = this.#whenConnecting(transport, (dtlsParameters) =>
      this.#room.command('connect', { participantId: this.id, transportId: receive.id }, { dtlsParameters }),
    );
    await Promise.all(answer.consumers.map((consumer) => transport.consume(consumer as never)));
    if (answer.consumers.length > 0) await connected;
    return answer;
  }

  /** Publishes camera and microphone, in two exchanges. */
  async publish(at = Date.now()) {
    const { send } = await this.#room.command(
      'join',
      { participantId: this.id },
      { at, publish: true, watch: null },
    );
    if (!send) throw new Error('no transport to send by');
    const message = await this.prepare(send as never);
    const { producers } = await this.#room.command('publish', { participantId: this.id }, message);
    return { transportId: send.id, message, producers };
  }

  /** What a publisher says in its second message. */
  async prepare(send: { id: string }) {
    const transport = this.#device.createSendTransport(send as never);
    let dtls: DtlsParameters | undefined;
    void this.#whenConnecting(transport, async (dtlsParameters) => {
      dtls = dtlsParameters;
    });
    const tracks: Track[] = [];
    transport.on('produce', ({ kind, rtpParameters }, done) => {
      tracks.push({ source: kind === 'video' ? 'camera' : 'microphone', kind, rtpParameters });
      done({ id: `provisional-${tracks.length}` });
    });
    await transport.produce({ track: new FakeMediaStreamTrack({ kind: 'audio' }) as never });
    await transport.produce({
      track: new FakeMediaStreamTrack({ kind: 'video' }) as never,
      encodings: [{ maxBitrate: 100_000 }, { maxBitrate: 300_000 }, { maxBitrate: 1_500_000 }],
    });
    return { transportId: send.id, dtlsParameters: dtls, tracks: tracks as never };
  }

  #whenConnecting(transport: Transport, tell: (dtls: DtlsParameters) => Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      transport.on('connect', ({ dtlsParameters }, done, failed) => {
        tell(dtlsParameters).then(
          () => {
            done();
            resolve();
          },
          (error: Error) => {
            failed(error);
            reject(error);
          },
        );
      });
    });
  }
}
