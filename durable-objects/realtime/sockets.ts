import { CLOSE_CODES, type CloseReason, SUBPROTOCOL } from '#contract/close-codes.ts';

/**
 * What is known of a socket, kept with it through hibernation: who it is, until when (epoch ms) its token lives, and
 * whether it takes part in broadcasts yet. Objects add their own facts; all together at most 16,384 bytes.
 */
export type SocketAttachment = {
  userId: string;
  sessionId: string;
  tokenEndsAt: number;
  state: 'catching_up' | 'live';
};

/** When it was accepted, by the platform's clock. */
type Accepted = { acceptedAt: number };

/**
 * The sockets of one object, over the platform's hibernation API: nothing about them is held in memory, so an object
 * that was evicted in the middle knows as much as before.
 */
export class Sockets<A extends SocketAttachment> {
  readonly #ctx: DurableObjectState;
  /** What was read from sockets since the object woke: reading it anew costs more than sending a frame. */
  readonly #attachments = new WeakMap<WebSocket, A & Accepted>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    // Answered by the platform, without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  /**
   * Accepts a socket. While its attachment says `catching_up`, broadcasts leave it out, until `goLive`. By `tags` of the object's own
   * (nine at most, of 256 characters) it is found without looking at all others.
   */
  accept(attachment: A, tags: readonly string[] = []): { socket: WebSocket; response: Response } {
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#ctx.acceptWebSocket(socket, [sessionTag(attachment.sessionId), ...tags]);
    this.#attach(socket, { ...attachment, acceptedAt: Date.now() });
    return { socket, response: handshake(client) };
  }

  /** The open sockets, or those of one session. */
  all(sessionId?: string): WebSocket[] {
    return this.#open(sessionId === undefined ? undefined : sessionTag(sessionId));
  }

  /** The open sockets that were accepted with this tag. */
  tagged(tag: string): WebSocket[] {
    return this.#open(tag);
  }

  attachmentOf(socket: WebSocket): A {
    return this.#read(socket);
  }

  update(socket: WebSocket, changes: Partial<A> | Partial<SocketAttachment>): void {
    this.#attach(socket, { ...this.#read(socket), ...changes });
  }

  /**
   * For how many milliseconds nothing has shown that the other side is still there: it has just come, or said `ping`. Told by the
   * platform's clock, which answers pings; and that it was answered it remembers through hibernation.
   */
  silentMs(socket: WebSocket): number {
    const pinged = this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Date.now() - Math.max(pinged, this.#read(socket).acceptedAt);
  }

  /** Sends a frame. That the other side has gone is no error: its close arrives by itself. */
  send(socket: WebSocket, frame: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    try {
      socket.send(frame);
    } catch {
      // It broke between the two lines.
    }
  }

  /** Sends one frame, serialized once, to every live socket that `to` lets through. */
  broadcast(frame: string, to: (attachment: A) => boolean = () => true): void {
    for (const socket of this.all()) {
      const attachment = this.attachmentOf(socket);
      if (attachment.state === 'live' && to(attachment)) this.send(socket, frame);
    }
  }

  /**
   * Ends a socket's catching up: sends what it missed and makes it live, in one synchronous step. Read `missed` in the
   * same step, and no event is lost or comes twice.
   */
  goLive(socket: WebSocket, missed: readonly string[]): void {
    for (const frame of missed) this.send(socket, frame);
    this.update(socket, { state: 'live' });
  }

  close(socket: WebSocket, reason: CloseReason, message: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.close(CLOSE_CODES[reason], message);
  }

  /** To be called when a client closes: the runtime leaves its half of the closing handshake (RFC 6455, 5.5.1) to us. */
  acknowledgeClose(socket: WebSocket): void {
    try {
      socket.close();
    } catch {
      // The client went away without a handshake; there is nobody to answer.
    }
  }

  /** Closes every socket of a session that has ended. */
  closeSession(sessionId: string): void {
    for (const socket of this.all(sessionId)) this.close(socket, 'UNAUTHORIZED', 'the session has ended');
  }

  #open(tag: string | undefined): WebSocket[] {
    return this.#ctx.getWebSockets(tag).filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  #read(socket: WebSocket): A & Accepted {
    const known = this.#attachments.get(socket);
    if (known) return known;
    // Written by `#attach` alone; a deploy that changes its shape closes every socket.
    const attachment = socket.deserializeAttachment() as A & Accepted;
    this.#attachments.set(socket, attachment);
    return attachment;
  }

  #attach(socket: WebSocket, attachment: A & Accepted): void {
    socket.serializeAttachment(attachment);
    this.#attachments.set(socket, attachment);
  }
}

/**
 * Refuses a WebSocket so that the client learns why: browsers hide the status of a refused handshake, so the socket is
 * accepted and closed at once with the code of `reason`. `message` is for people, at most 123 bytes.
 */
export function refuse(reason: CloseReason, message: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(CLOSE_CODES[reason], message);
  return handshake(client);
}

/** Completes the handshake of RFC 6455 with our subprotocol. */
function handshake(client: WebSocket): Response {
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL },
  });
}

function sessionTag(sessionId: string): string {
  return `session:${sessionId}`;
}
