import type * as z from 'zod';
import { MAX_FRAME_BYTES, requestFrame } from '#contract/events.ts';
import type { Rejection } from '#domain/errors.ts';
import { err } from '#domain/result.ts';
import { invalidInput } from './field-problems.ts';
import { FloodGuard } from './flood-guard.ts';
import { replyFrame } from './frames.ts';
import type { SocketAttachment, Sockets } from './sockets.ts';

/** The events that a client may send, each with the schema of its data. */
type Schemas = Record<string, z.ZodType>;

/** What is needed of the sockets, whatever else their attachments hold. */
type Door = Pick<Sockets<SocketAttachment>, 'send' | 'close' | 'attachmentOf'>;

/** A request that is of the right shape: a union over the events, so that a switch on `event` narrows `data`. */
export type InboundRequest<S extends Schemas> = {
  [E in keyof S & string]: { id: string | number; event: E; data: z.output<S[E]> };
}[keyof S & string];

/**
 * The door for what clients send. Whoever sends too much, too fast, or what is no JSON at all is closed with a typed
 * code; a request that merely is not valid gets an error reply. Whether the sender may do what they ask is for the
 * object to check, at every request.
 */
export class Inbound<S extends Schemas> {
  readonly #schemas: S;
  readonly #sockets: Door;
  readonly #now: () => Date;
  readonly #maxBytes: number;
  readonly #flood = new FloodGuard();

  constructor(schemas: S, sockets: Door, now: () => Date, maxBytes: number = MAX_FRAME_BYTES) {
    this.#schemas = schemas;
    this.#sockets = sockets;
    this.#now = now;
    this.#maxBytes = maxBytes;
  }

  /** Reads one message. Null when there is nothing left to do: it was answered with an error, or its socket closed. */
  read(socket: WebSocket, message: string | ArrayBuffer): InboundRequest<S> | null {
    // We have closed it, and what counts is that, not whether its client heeds it: the runtime goes on to hand us messages.
    if (socket.readyState !== WebSocket.OPEN) return null;
    const now = this.#now();
    // The alarm that closes such sockets may come late; what they say meanwhile must not count.
    if (this.#sockets.attachmentOf(socket).tokenEndsAt <= now.getTime()) {
      this.#sockets.close(socket, 'UNAUTHORIZED', 'the access token has ended');
      return null;
    }
    if (!this.#flood.admits(socket, now)) {
      this.#sockets.close(socket, 'RATE_LIMITED', 'too many messages');
      return null;
    }
    if (isLonger(message, this.#maxBytes)) {
      this.#sockets.close(socket, 'TOO_LARGE', `a message holds at most ${this.#maxBytes} bytes`);
      return null;
    }
    const json = typeof message === 'string' ? parseJson(message) : undefined;
    if (json === undefined) {
      this.#refuse(socket, null, { code: 'VALIDATION_ERROR', message: 'Messages must be JSON text.' });
      this.#sockets.close(socket, 'BAD_REQUEST', 'messages must be JSON text');
      return null;
    }
    return this.#request(socket, json);
  }

  #request(socket: WebSocket, json: unknown): InboundRequest<S> | null {
    const frame = requestFrame.safeParse(json);
    if (!frame.success) return this.#refuse(socket, null, invalidInput(frame.error, 'frame'));
    const { id, event } = frame.data;
    // Own keys only: `constructor` is no event.
    const schema = Object.hasOwn(this.#schemas, event) ? this.#schemas[event] : undefined;
    if (!schema) {
      return this.#refuse(socket, id, {
        code: 'VALIDATION_ERROR',
        message: 'There is no such event.',
        details: [{ field: 'event', message: `must be one of ${Object.keys(this.#schemas).join(', ')}` }],
      });
    }
    const data = schema.safeParse(frame.data.data);
    if (!data.success) return this.#refuse(socket, id, invalidInput(data.error, 'data'));
    // The schema was looked up by the event's name, which ties the two together.
    return { id, event, data: data.data } as InboundRequest<S>;
  }

  #refuse(socket: WebSocket, id: string | number | null, rejection: Rejection): null {
    this.#sockets.send(socket, replyFrame(id, err(rejection)));
    return null;
  }
}

function isLonger(message: string | ArrayBuffer, maxBytes: number): boolean {
  if (typeof message !== 'string') return message.byteLength > maxBytes;
  // A string has at least as many bytes as units, so a huge one need not be encoded to be too large.
  return message.length > maxBytes || new TextEncoder().encode(message).length > maxBytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
