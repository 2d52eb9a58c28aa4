/**
 * Both contenders' signalling goes over WebSockets in requests and responses as in protoo, the library of mediasoup's demo. Either
 * side may ask the other. Runs in pages and in Node.
 */
type Request = { request: true; id: number; method: string; data: unknown };
type Response = { response: true; id: number; ok: boolean; data: unknown };
type Message = Request | Response;

/** Answers a request of the other side. */
export type Answer = (method: string, data: unknown) => Promise<unknown>;

/** A WebSocket's, be it a browser's or that of `ws`. */
export type Channel = {
  send(text: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
};

export class Signalling {
  /** Messages so far, either way. */
  messages = 0;
  readonly #channel: Channel;
  readonly #waiting = new Map<number, { resolve: (data: never) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  constructor(channel: Channel, answer: Answer) {
    this.#channel = channel;
    channel.addEventListener('message', ({ data }) => {
      this.messages += 1;
      const message: Message = JSON.parse(String(data));
      if ('response' in message) this.#responded(message);
      else void this.#respond(message, answer);
    });
  }

  /** @throws Error when the other side fails at it */
  request<T>(method: string, data: unknown = {}): Promise<T> {
    const id = ++this.#lastId;
    this.#send({ request: true, id, method, data });
    return new Promise<T>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #responded({ id, ok, data }: Response): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    // What comes is what was asked for: both sides are ours.
    if (ok) waiting?.resolve(data as never);
    else waiting?.reject(new Error(String(data)));
  }

  async #respond({ id, method, data }: Request, answer: Answer): Promise<void> {
    try {
      this.#send({ response: true, id, ok: true, data: await answer(method, data) });
    } catch (error) {
      this.#send({ response: true, id, ok: false, data: String(error) });
    }
  }

  #send(message: Message): void {
    this.messages += 1;
    this.#channel.send(JSON.stringify(message));
  }
}
