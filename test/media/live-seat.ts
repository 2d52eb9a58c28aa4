import WebSocket from 'ws';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { Failure } from '#contract/envelope.ts';
import type { LiveMomentData } from '#contract/live-room.ts';
import type { OriginConsumer } from '#contract/origin.ts';

/** Rooms take who says no ping for gone. */
const PING_MS = 25_000;

/** A frame from the room: an event, or the reply to a request. */
// Tests read the fields that they expect, of every kind of event.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Heard = { event?: string; reply?: number; ok?: boolean; data?: any; error?: Failure['error'] };

/** The room has refused a request. */
export class RefusedRequest extends Error {
  readonly code: string;
  readonly details: NonNullable<Failure['error']>['details'];
  constructor(error: Failure['error'] | undefined) {
    super(`${error?.code}: ${error?.message} ${JSON.stringify(error?.details)}`);
    this.code = error?.code ?? 'none';
    this.details = error?.details;
  }
}

type Commands = Record<string, unknown> & { participantId?: string };

/**
 * Somebody's seat in a live room, over its WebSocket. `command` takes what the browser participants of the media origin's tests say and asks
 * the room for it, so that the very same browsers publish and watch through the whole system.
 */
export class LiveSeat {
  readonly heard: Heard[] = [];
  readonly #url: string;
  readonly #token: string;
  #socket: WebSocket;
  #requests = 0;

  /** Resolves when it is inside. */
  static async take(origin: string, showId: string, token: string): Promise<LiveSeat> {
    const seat = new LiveSeat(`${origin.replace('http:', 'ws:')}/api/v1/live-shows/${showId}/room`, token);
    await seat.#inside();
    return seat;
  }

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#socket = this.#connect('');
  }

  get participantId(): string {
    return this.#arrival().participantId;
  }

  /** All that is published, as last told. */
  get tracks(): LiveMomentData['media:tracks']['tracks'] {
    const told = this.heard.findLast(({ data }) => data?.tracks !== undefined && data.backend === undefined);
    return told?.data.tracks ?? [];
  }

  /** What was told of what this seat receives since it last joined, latest last. */
  get consumers(): OriginConsumer[][] {
    return this.heard.filter(({ event }) => event === 'media:consumers').map(({ data }) => data.consumers);
  }

  told(event: string): Heard[] {
    return this.heard.filter((frame) => frame.event === event);
  }

  /** Loses its socket, as in a tunnel. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Comes back to the same seat on another socket, as a client does whose server was deployed anew. */
  async comeBack(): Promise<void> {
    const { participantId, through } = this.#arrival();
    this.#socket.terminate();
    this.heard.length = 0;
    this.#socket = this.#connect(`?participant=${participantId}&since=${through}`);
    await this.#inside();
  }

  leave(): void {
    this.#socket.close(1000);
  }

  /** @throws RefusedRequest */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  async request(event: string, data: unknown): Promise<any> {
    const id = ++this.#requests;
    this.#socket.send(JSON.stringify({ id, event, data }));
    const reply = await this.#hear(({ reply }) => reply === id);
    if (!reply.ok) throw new RefusedRequest(reply.error);
    return reply.data;
  }

  /** A command to an origin, as the room is asked for it. */
  // biome-ignore lint/suspicious/noExplicitAny: it stands in for a method with a type for each operation
  command: any = async (operation: string, { transportId, producerId }: Commands, body: any) => {
    switch (operation) {
      case 'join': {
        const { at: _, ...wanted } = body;
        return this.request('media:join', { ...wanted, ...this.near, takeOver: this.takesOver });
      }
      case 'connect':
        return this.request('media:connect', { transportId, ...body });
      case 'publish': {
        const { tracks } = await this.request('media:publish', body);
        return { producers: tracks };
      }
      case 'setConsumers':
        return this.request('media:layers', body);
      case 'closeProducer':
        return this.request('media:close', { trackId: producerId });
      case 'restartIce':
        return this.request('media:restart_ice', { transportId });
      default:
        throw new Error(`no participant gives the command ${operation}`);
    }
  };

  /** Publishes from here, though another seat of theirs does. */
  takesOver = false;

  /** Where this participant says that they are. */
  near: { near?: { latitude: number; longitude: number } } = {};

  #arrival() {
    const arrived = this.heard.find(({ event }) => event === 'room:snapshot' || event === 'room:resumed');
    if (!arrived) throw new Error('who has a seat has arrived');
    return arrived.data;
  }

  #connect(query: string): WebSocket {
    const protocols = [SUBPROTOCOL, `${BEARER_PREFIX}${this.#token}`];
    const socket = new WebSocket(`${this.#url}${query}`, protocols, { perMessageDeflate: false });
    const pings = setInterval(() => socket.send('ping'), PING_MS);
    socket.on('close', () => clearInterval(pings));
    socket.on('message', (data) => {
      if (String(data) !== 'pong') this.heard.push(JSON.parse(String(data)));
    });
    // A close follows; who waits for something learns that it does not come.
    socket.on('error', () => {});
    return socket;
  }

  async #inside(): Promise<void> {
    await this.#hear(({ event }) => event === 'room:snapshot' || event === 'room:resumed');
  }

  #hear(which: (frame: Heard) => boolean): Promise<Heard> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const closed = (code: number, reason: Buffer) => reject(new Error(`closed: ${code} ${reason}`));
      const look = () => {
        const found = this.heard.find(which);
        if (!found) return;
        socket.off('message', look);
        socket.off('close', closed);
        resolve(found);
      };
      socket.on('message', look);
      socket.once('close', closed);
      look();
    });
  }
}
