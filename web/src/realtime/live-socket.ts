import { BEARER_PREFIX, CLOSE_CODES, SUBPROTOCOL } from '#contract/close-codes.ts';
import type { EventFrame, ReplyFrame } from '#contract/events.ts';
import { ApiError } from '../api/errors.ts';
import { backoffMs } from './backoff.ts';
import { PendingRequests, unreachable } from './pending-requests.ts';

/** `live`: caught up; `waiting`: lost, and trying again soon; `refused`: the server will not have it, ever. */
export type SocketState = 'connecting' | 'live' | 'waiting' | 'refused' | 'closed';

/** What a browser's `WebSocket` is used for here. */
export type SocketLike = Pick<WebSocket, 'send' | 'close' | 'readyState'> & {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
};

export type LiveSocketOptions = {
  /** The address without its query. */
  url: string;
  /** Ask for all events after this seq. `null`: from now on. */
  since: number | null;
  /** What else the address says, read anew for every connection. */
  query?: () => Readonly<Record<string, string>>;
  /** An access token with its end (ms since the epoch); a fresh one in place of the `spent` one. */
  accessToken: (spent?: string) => Promise<{ token: string; expiresAt: number }>;
  onEvent: (frame: EventFrame) => void;
  /** Why it was refused: in words, and by its close code when the server gave one. */
  onState: (state: SocketState, reason: string | null, code: number | null) => void;
  connect: (url: string, protocols: string[]) => SocketLike;
  now: () => number;
  random: () => number;
};

const OPEN = 1;
/** The server closes a socket at its token's end; the next token is handed in this long before. */
const REFRESH_AHEAD_MS = 45_000;
/** A connection that died without a word answers no ping, and rooms take who says none for gone. The platform answers; nobody is woken. */
const PING_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
/** What somebody waits for is given up sooner: a connection without an answer, and a try to connect. */
const HURRIED_MS = 1_500;
/** After a flood the server wants quiet. */
const RATE_LIMIT_PAUSE_MS = 10_000;

type Timer = ReturnType<typeof setTimeout>;

/**
 * One socket that stays: it reconnects by itself, asks for exactly what it missed, passes each durable event on once
 * and in order, and keeps its token fresh.
 */
export class LiveSocket {
  readonly #options: LiveSocketOptions;
  readonly #pending = new PendingRequests();
  #socket: SocketLike | null = null;
  #lastSeq: number | null;
  #token: string | null = null;
  #spentToken: string | undefined;
  #attempt = 0;
  #ended = false;
  #connecting = false;
  #reconnectTimer: Timer | undefined;
  #refreshTimer: Timer | undefined;
  #pulseTimer: Timer | undefined;
  #awaitsPong = false;
  #isHurried = false;
  /** The server asked for a pause, which nobody may cut short. */
  #isHeld = false;
  #openedAt = 0;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
    this.#lastSeq = options.since;
    void this.#connect();
  }

  /** The seq of the last durable event that is known to have been passed on. */
  get lastSeq(): number | null {
    return this.#lastSeq;
  }

  /** Asks for something and waits for the reply; throws {@link ApiError}, `UNREACHABLE` when no reply came. */
  request(event: string, data: unknown): Promise<unknown> {
    const socket = this.#socket;
    if (socket?.readyState !== OPEN) return Promise.reject(unreachable());
    return this.#pending.ask((id) => socket.send(JSON.stringify({ id, event, data })));
  }

  /** Tries again at once if it waits, for when the network is known to be back. */
  nudge(): void {
    if (this.#reconnectTimer === undefined) return;
    clearTimeout(this.#reconnectTimer);
    void this.#connect();
  }

  /**
   * Somebody waits, and the network may be back: tries at once if it waits, begins anew when a try hangs, and gives a connection
   * up that does not answer soon. To be called again and again, about once a second, for as long as somebody waits.
   */
  hurry(): void {
    if (this.#isHeld) return;
    this.nudge();
    const socket = this.#socket;
    if (!socket) return;
    if (socket.readyState === OPEN) {
      if (this.#isHurried) return;
      this.#isHurried = true;
      this.#ping(socket, HURRIED_MS);
    } else if (this.#options.now() - this.#openedAt > HURRIED_MS) {
      this.#giveUp(socket);
      this.nudge();
    }
  }

  /** Ends it for good. */
  close(): void {
    this.#end('closed', null);
    this.#socket?.close(1000);
  }

  async #connect(): Promise<void> {
    this.#reconnectTimer = undefined;
    this.#isHeld = false;
    if (this.#ended || this.#connecting) return;
    this.#connecting = true;
    this.#options.onState('connecting', null, null);
    try {
      const { token, expiresAt } = await this.#options.accessToken(this.#spentToken);
      if (this.#ended) return;
      this.#spentToken = undefined;
      this.#token = token;
      this.#open(token, expiresAt);
    } catch (error) {
      if (this.#ended) return;
      if (error instanceof ApiError && error.code === 'UNAUTHORIZED') this.#end('refused', error.message);
      else this.#retryIn(backoffMs(this.#attempt++, this.#options.random));
    } finally {
      this.#connecting = false;
    }
  }

  #open(token: string, expiresAt: number): void {
    const { connect, now } = this.#options;
    const socket = connect(this.#address(), [SUBPROTOCOL, `${BEARER_PREFIX}${token}`]);
    this.#socket = socket;
    this.#openedAt = now();
    socket.onopen = () => {
      this.#refreshBefore(expiresAt);
      this.#pingLater(socket);
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      // Whatever comes is an answer to who asks whether anybody is there. But rooms want to hear of us, however much we hear of them.
      if (this.#awaitsPong) this.#pingLater(socket);
      if (data !== 'pong') this.#receive(data);
    };
    socket.onclose = ({ code, reason }) => this.#lose(socket, code, reason);
  }

  #address(): string {
    const { url, query } = this.#options;
    const parameters = new URLSearchParams(query?.());
    if (this.#lastSeq !== null) parameters.set('since', String(this.#lastSeq));
    return parameters.size > 0 ? `${url}?${parameters}` : url;
  }

  #lose(socket: SocketLike, code: number, reason: string): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#pending.drop();
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#pulseTimer);
    if (!this.#ended) this.#closed(code, reason);
  }

  #pingLater(socket: SocketLike): void {
    clearTimeout(this.#pulseTimer);
    this.#awaitsPong = false;
    this.#isHurried = false;
    this.#pulseTimer = setTimeout(() => this.#ping(socket, PONG_WITHIN_MS), PING_MS);
  }

  #ping(socket: SocketLike, withinMs: number): void {
    clearTimeout(this.#pulseTimer);
    this.#awaitsPong = true;
    this.#pulseTimer = setTimeout(() => this.#giveUp(socket), withinMs);
    socket.send('ping');
  }

  /** Its own close may take minutes to be noticed. */
  #giveUp(socket: SocketLike): void {
    this.#lose(socket, 1006, '');
    socket.close();
  }

  #receive(text: unknown): void {
    if (typeof text !== 'string') return;
    const frame = JSON.parse(text) as ReplyFrame | EventFrame; // our own server's frames, in one of two shapes
    if ('reply' in frame) {
      this.#pending.settle(frame);
      return;
    }
    if (frame.seq !== undefined) {
      if (this.#lastSeq !== null && frame.seq <= this.#lastSeq) return;
      this.#lastSeq = frame.seq;
    }
    if (frame.event === 'room:snapshot' || frame.event === 'room:resumed') {
      // What this person may not see has a seq too; `through` passes over it. After a reset it lies further back.
      const { through } = frame.data as { through: number };
      this.#lastSeq = through;
      this.#attempt = 0;
      this.#options.onState('live', null, null);
    }
    this.#options.onEvent(frame);
  }

  #closed(code: number, reason: string): void {
    switch (code) {
      case CLOSE_CODES.UNAUTHORIZED:
        // A token that is refused right after it was made would go round for ever without the pause.
        this.#spentToken = this.#token ?? undefined;
        this.#retryIn(this.#attempt === 0 ? 0 : backoffMs(this.#attempt, this.#options.random));
        this.#attempt++;
        return;
      case CLOSE_CODES.BAD_REQUEST:
      case CLOSE_CODES.FORBIDDEN:
      case CLOSE_CODES.NOT_FOUND:
      case CLOSE_CODES.REPLACED:
      case CLOSE_CODES.GONE:
        this.#end('refused', reason, code);
        return;
      case CLOSE_CODES.RATE_LIMITED:
        this.#isHeld = true;
        this.#retryIn(RATE_LIMIT_PAUSE_MS + backoffMs(this.#attempt++, this.#options.random));
        return;
      default:
        this.#retryIn(backoffMs(this.#attempt++, this.#options.random));
    }
  }

  #retryIn(milliseconds: number): void {
    this.#options.onState('waiting', null, null);
    this.#reconnectTimer = setTimeout(() => void this.#connect(), milliseconds);
  }

  #refreshBefore(expiresAt: number): void {
    clearTimeout(this.#refreshTimer);
    const delay = Math.max(0, expiresAt - this.#options.now() - REFRESH_AHEAD_MS);
    this.#refreshTimer = setTimeout(() => void this.#handInNextToken(), delay);
  }

  async #handInNextToken(): Promise<void> {
    try {
      const next = await this.#options.accessToken(this.#token ?? undefined);
      this.#token = next.token;
      await this.request('auth:refresh', { accessToken: next.token });
      this.#refreshBefore(next.expiresAt);
    } catch {
      // The server will close the socket at its token's end, and the next connection sorts it out.
    }
  }

  #end(state: 'closed' | 'refused', reason: string | null, code: number | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#reconnectTimer);
    clearTimeout(this.#refreshTimer);
    clearTimeout(this.#pulseTimer);
    this.#pending.drop();
    this.#options.onState(state, reason, code);
  }
}
