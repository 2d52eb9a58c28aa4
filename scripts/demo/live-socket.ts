import type { EventFrame, ReplyFrame } from '#contract/events.ts';
import type { Person } from './api.ts';

/** Nothing here takes long; what takes longer than this is not coming. */
const WITHIN_MS = 10_000;
/** Rooms take who says no ping for gone. */
const PING_MS = 25_000;

/** A frame and when it was here (`performance.now()`). */
export type Received<D = unknown> = { readonly frame: EventFrame<D>; readonly at: number };

/** A person's WebSocket to a room or to their own news, that remembers all it heard. */
export class LiveSocket {
  readonly heard: Received[] = [];
  readonly #name: string;
  readonly #socket: WebSocket;
  /** Rejects once the socket is closed. */
  readonly #closed: Promise<never>;
  readonly #listeners = new Set<(received: Received) => void>();
  readonly #replies = new Map<number, (reply: ReplyFrame) => void>();
  #requests = 0;

  /** Resolves when the server has selected our subprotocol. `path` begins behind `/api/v1`. */
  static async open(person: Person, base: string, path: string): Promise<LiveSocket> {
    const url = `${base.replace(/^http/, 'ws')}/api/v1${path}`;
    const socket = new WebSocket(url, ['taplive.v1', `bearer.${person.token}`]);
    const live = new LiveSocket(person.name, path, socket);
    await live.#within('open', new Promise((resolve) => socket.addEventListener('open', resolve)));
    if (socket.protocol !== 'taplive.v1') throw new Error(`the server selected "${socket.protocol}"`);
    return live;
  }

  private constructor(owner: string, path: string, socket: WebSocket) {
    this.#name = `${owner}'s ${path}`;
    this.#socket = socket;
    this.#closed = new Promise((_, reject) => {
      socket.addEventListener('close', ({ code, reason }) => {
        reject(new Error(`${this.#name} was closed: ${code} ${reason || '(no reason)'}`));
      });
    });
    this.#closed.catch(() => {}); // Only who waits for something minds.
    const pings = setInterval(() => socket.send('ping'), PING_MS);
    socket.addEventListener('close', () => clearInterval(pings));
    socket.addEventListener('message', ({ data }) => {
      if (data === 'pong') return;
      const at = performance.now();
      const message = JSON.parse(String(data)) as EventFrame | ReplyFrame; // what the contract says the server sends
      if ('event' in message) {
        const received = { frame: message, at };
        this.heard.push(received);
        for (const listener of this.#listeners) listener(received);
      } else if (typeof message.reply === 'number') {
        this.#replies.get(message.reply)?.(message);
        this.#replies.delete(message.reply);
      }
    });
  }

  /** The first event of this name that `matches`, heard before or heard yet. Fails when it does not come in time. */
  async event<D>(name: string, matches: (data: D) => boolean = () => true): Promise<Received<D>> {
    // The event's name decides the shape of its data; the contract holds the two together.
    const isIt = ({ frame }: Received) => frame.event === name && matches(frame.data as D);
    const before = this.heard.find(isIt);
    if (before) return before as Received<D>;
    let listener: (received: Received) => void = () => {};
    const coming = new Promise<Received<D>>((resolve) => {
      listener = (received) => isIt(received) && resolve(received as Received<D>);
      this.#listeners.add(listener);
    });
    return this.#within(`hear ${name}`, coming).finally(() => this.#listeners.delete(listener));
  }

  /** Every event of this name that was heard. */
  all<D>(name: string): Received<D>[] {
    return this.heard.filter(({ frame }) => frame.event === name) as Received<D>[]; // as above
  }

  /** Sends a request and waits for its reply. Fails when it is refused. @returns the reply's data and its time */
  async request<D>(event: string, data: unknown): Promise<{ data: D; sentAt: number; ms: number }> {
    this.#requests += 1;
    const id = this.#requests;
    const coming = new Promise<ReplyFrame>((resolve) => this.#replies.set(id, resolve));
    const sentAt = performance.now();
    this.#socket.send(JSON.stringify({ id, event, data }));
    const reply = await this.#within(`hear the reply to ${event}`, coming);
    if (!reply.ok)
      throw new Error(`${event} on ${this.#name} was refused: ${reply.error?.code} ${reply.error?.message}`);
    return { data: reply.data as D, sentAt, ms: performance.now() - sentAt }; // as the contract says
  }

  close(): void {
    this.#socket.close();
  }

  /** What is awaited, or a failure that names it when it does not come in time. */
  async #within<T>(what: string, coming: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const words = `${this.#name} did not ${what} within ${WITHIN_MS / 1_000} s`;
      timer = setTimeout(() => reject(new Error(words)), WITHIN_MS);
    });
    return Promise.race([coming, late, this.#closed]).finally(() => clearTimeout(timer));
  }
}
