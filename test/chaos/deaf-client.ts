import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { Caller } from './http-client.ts';

const TEXT = 0x1;
const CLOSE = 0x8;

/** A client that speaks WebSocket (RFC 6455) by hand, and takes no notice of being closed: it goes on talking. */
export class DeafClient {
  /** Resolves when the handshake is done and the first frame has come. */
  readonly opened: Promise<unknown>;
  closeFrames = 0;
  /** The replies to what was said. */
  readonly replies: string[] = [];
  readonly #socket: Socket;

  constructor(origin: string, path: string, caller: Caller) {
    const { hostname, port } = new URL(origin);
    this.#socket = connect(Number(port), hostname);
    this.#socket.on('error', () => {});
    this.#socket.write(
      [
        `GET /api/v1${path} HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        `Sec-WebSocket-Protocol: ${SUBPROTOCOL}, ${BEARER_PREFIX}${caller.token}`,
        '\r\n',
      ].join('\r\n'),
    );
    const frames = new FrameReader((opcode, payload) => {
      if (opcode === CLOSE) this.closeFrames += 1;
      else if (payload.startsWith('{"reply"')) this.replies.push(payload);
    });
    this.#socket.on('data', (chunk) => frames.push(chunk));
    this.opened = once(this.#socket, 'data');
  }

  /** Sends a message to the others in the room. */
  say(text: string): void {
    const payload = Buffer.from(JSON.stringify({ id: 1, event: 'message:send', data: { text } }));
    if (payload.length >= 126) throw new Error('only short frames are spoken here');
    // The last frame of its message, masked as every client's is, with a mask of zeros.
    this.#socket.write(Buffer.from([0x80 | TEXT, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
  }

  leave(): void {
    this.#socket.destroy();
  }
}

/** Cuts a server's unmasked frames out of what comes behind the handshake. */
class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #inHandshake = true;
  readonly #take: (opcode: number, payload: string) => void;

  constructor(take: (opcode: number, payload: string) => void) {
    this.#take = take;
  }

  push(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (this.#inHandshake) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      this.#rest = this.#rest.subarray(end + 4);
      this.#inHandshake = false;
    }
    for (let frame = this.#next(); frame; frame = this.#next()) this.#take(frame.opcode, frame.payload);
  }

  #next(): { opcode: number; payload: string } | null {
    const [first, short] = this.#rest;
    if (first === undefined || short === undefined) return null;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (this.#rest.length < start) return null;
    const length =
      short === 126
        ? this.#rest.readUInt16BE(2)
        : short === 127
          ? Number(this.#rest.readBigUInt64BE(2))
          : short;
    if (this.#rest.length < start + length) return null;
    const payload = this.#rest.toString('utf8', start, start + length);
    this.#rest = this.#rest.subarray(start + length);
    return { opcode: first & 0x0f, payload };
  }
}
