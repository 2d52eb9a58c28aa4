import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { BEARER_PREFIX, CLOSE_CODES, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { EventFrame } from '#contract/events.ts';
import type { Caller } from './http-client.ts';

/** What one may hear on a socket of ours besides replies. */
export type Heard = EventFrame<Record<string, unknown>>;

const AGAIN_MS = 150;

/** A person's socket that comes back by itself after every drop, and resumes behind the last event that it got. */
export class ResumingClient {
  /** The seqs of the durable events, in the order in which they came. */
  readonly seqs: number[] = [];
  /** Everything that came, durable or not. */
  readonly heard: Heard[] = [];
  /** The last seq that is known here: received, or covered by a snapshot. */
  through: number;
  resumed = 0;
  snapshots = 0;
  drops = 0;
  /** Why the server refused this client for good; it does not come back then. */
  refused: string | null = null;
  readonly path: string;
  readonly #address: string;
  readonly #caller: Caller;
  #socket: WebSocket | null = null;
  #left = false;

  constructor(origin: string, path: string, caller: Caller, since = 0) {
    this.path = path;
    this.#address = `${origin.replace('http:', 'ws:')}/api/v1${path}`;
    this.#caller = caller;
    this.through = since;
    this.#connect();
  }

  /** Whether it has neither dropped nor got the server's close. */
  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Breaks the connection, as a client does that waits no longer for the server to: it learns how it was closed. */
  hangUp(): void {
    this.#socket?.terminate();
  }

  leave(): void {
    this.#left = true;
    this.#socket?.terminate();
  }

  #connect(): void {
    const protocols = [SUBPROTOCOL, `${BEARER_PREFIX}${this.#caller.token}`];
    const socket = new WebSocket(`${this.#address}?since=${this.through}`, protocols, {
      perMessageDeflate: false,
      handshakeTimeout: 30_000,
    });
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    // A close follows.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      if (this.#left) return;
      this.drops += 1;
      if (code >= 4_000 && code !== CLOSE_CODES.UNAVAILABLE) this.refused = `${code} ${reason}`;
      else void sleep(AGAIN_MS).then(() => this.#left || this.#connect());
    });
  }

  #hear(frame: Heard): void {
    this.heard.push(frame);
    if (frame.seq !== undefined) {
      this.seqs.push(frame.seq);
      this.through = Math.max(this.through, frame.seq);
    } else if (frame.event === 'room:resumed') {
      this.resumed += 1;
    } else if (frame.event === 'room:snapshot') {
      this.snapshots += 1;
      this.through = Math.max(this.through, Number(frame.data.through));
    }
  }
}
