import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const FRAMES_PER_SECOND = 25;
const PACKETS_PER_FRAME = 5;
const PAYLOAD_BYTES = 1_000;
const KEY_FRAME_EVERY = FRAMES_PER_SECOND;
const TICKS_PER_FRAME = 90_000 / FRAMES_PER_SECOND;
const HEADER_BYTES = 12;

export const PACKETS_PER_SECOND = FRAMES_PER_SECOND * PACKETS_PER_FRAME;
export const VIDEO_PAYLOAD_TYPE = 101;
export const VIDEO_SSRC = 11_223_344;

/** A frame that was sent: when, and in how many packets. */
export type SentFrame = { readonly timestamp: number; readonly at: number; readonly packets: number };

/**
 * A camera's stream as a forwarder sees it, 1 Mbit/s of VP8: real RTP and payload headers with a key frame each second, filled up with
 * zeros, which nobody decodes. A frame's packets leave together.
 */
export class SyntheticVideo {
  readonly #socket: Socket;
  #closed = false;
  #frame = 0;
  #sequence = 0;
  /** By their timestamps. */
  readonly sent = new Map<number, SentFrame>();

  static async create(port: number): Promise<SyntheticVideo> {
    const socket = createSocket('udp4');
    // Whoever listens there may be taken down first.
    socket.on('error', () => {});
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new SyntheticVideo(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Also while it sends: then no more is sent. */
  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  /** Sends from a key frame on, until `work` is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const stopping = new AbortController();
    this.sent.clear();
    const sending = this.#send(stopping.signal);
    try {
      return await work();
    } finally {
      stopping.abort();
      await sending;
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    this.#frame = Math.ceil(this.#frame / KEY_FRAME_EVERY) * KEY_FRAME_EVERY;
    for (let frames = 0; !signal.aborted && !this.#closed; ) {
      this.#sendFrame();
      frames += 1;
      const next = startedAt + (frames * 1_000) / FRAMES_PER_SECOND;
      await sleep(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {});
    }
  }

  #sendFrame(): void {
    const timestamp = (this.#frame * TICKS_PER_FRAME) % 2 ** 32;
    this.sent.set(timestamp, { timestamp, at: performance.now(), packets: PACKETS_PER_FRAME });
    for (let n = 0; n < PACKETS_PER_FRAME; n++) {
      const packet = Buffer.alloc(HEADER_BYTES + PAYLOAD_BYTES);
      const marker = n === PACKETS_PER_FRAME - 1 ? 0x80 : 0;
      packet[0] = 0x80; // version 2
      packet[1] = marker | VIDEO_PAYLOAD_TYPE;
      packet.writeUInt16BE(this.#sequence, 2);
      packet.writeUInt32BE(timestamp, 4);
      packet.writeUInt32BE(VIDEO_SSRC, 8);
      if (n === 0) {
        packet[HEADER_BYTES] = 0x10; // RFC 7741: a partition begins here
        const isKeyFrame = this.#frame % KEY_FRAME_EVERY === 0;
        packet[HEADER_BYTES + 1] = isKeyFrame ? 0x10 : 0x11; // shown; the lowest bit says inter frame
        // RFC 6386: a key frame's start code, and 640 × 360.
        if (isKeyFrame) packet.set([0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01], HEADER_BYTES + 4);
      }
      this.#sequence = (this.#sequence + 1) % 2 ** 16;
      this.#socket.send(packet);
    }
    this.#frame += 1;
  }
}
