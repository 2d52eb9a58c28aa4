import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { ForwarderReady, Viewers } from './forwarder.ts';

/**
 * The least that a forwarder written in JavaScript does for a viewer: a copy of each packet with the viewer's own SSRC and sequence
 * numbers, encrypted and authenticated as SRTP does it (RFC 3711, AES_CM_128_HMAC_SHA1_80), with Node's own crypto. Nothing else of an SFU.
 */
const HEADER_BYTES = 12;
const TAG_BYTES = 10;

const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });

class Viewer {
  readonly #port: number;
  readonly #ssrc = randomBytes(4).readUInt32BE();
  readonly #key = randomBytes(16);
  readonly #salt = randomBytes(14);
  readonly #authKey = randomBytes(20);
  #index = 0;

  constructor(port: number) {
    this.#port = port;
  }

  send(packet: Buffer): void {
    const index = this.#index++;
    const header = Buffer.from(packet.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(index % 2 ** 16, 2);
    header.writeUInt32BE(this.#ssrc, 8);
    const cipher = createCipheriv('aes-128-ctr', this.#key, this.#counter(index));
    const payload = cipher.update(packet.subarray(HEADER_BYTES));
    const rollover = Buffer.alloc(4);
    rollover.writeUInt32BE(Math.floor(index / 2 ** 16));
    const tag = createHmac('sha1', this.#authKey).update(header).update(payload).update(rollover).digest();
    socket.send([header, payload, tag.subarray(0, TAG_BYTES)], this.#port, '127.0.0.1');
  }

  /** RFC 3711, 4.1.1: (salt · 2^16) ⊕ (SSRC · 2^64) ⊕ (index · 2^16) */
  #counter(index: number): Buffer {
    const counter = Buffer.alloc(16);
    this.#salt.copy(counter);
    const rollover = Math.floor(index / 2 ** 16);
    counter.writeUInt32BE((counter.readUInt32BE(4) ^ this.#ssrc) >>> 0, 4);
    counter.writeUInt32BE((counter.readUInt32BE(8) ^ rollover) >>> 0, 8);
    counter.writeUInt16BE(counter.readUInt16BE(12) ^ (index % 2 ** 16), 12);
    return counter;
  }
}

let viewers: Viewer[] = [];

socket.on('message', (packet) => {
  for (const viewer of viewers) viewer.send(packet);
});
socket.bind(0, '127.0.0.1', () => {
  process.send?.({ port: socket.address().port } satisfies ForwarderReady);
});
process.on('message', ({ ports }: Viewers) => {
  viewers = ports.map((port, index) => viewers[index] ?? new Viewer(port));
  process.send?.('served');
});
process.on('disconnect', () => process.exit(0));
