import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure, Success } from '#contract/envelope.ts';

/** Someone who is signed in. */
export type Caller = { readonly id: string; readonly token: string };

/** One answer. `data` is there on success, `error` on refusal. */
export type Answer<T> = {
  status: number;
  headers: Headers;
  data: T;
  error: Failure['error'] | null;
  /** From sending the request to its whole answer. */
  ms: number;
};

export type Write = { method: 'POST' | 'PUT' | 'DELETE'; path: string; body: unknown };

/** The most that a client waits for one answer. */
const PATIENCE_MS = 30_000;

/**
 * A write that has not been answered for good after so long counts as failed. Each time that it is cut off its key stays locked
 * for half a minute, and a payment takes its time.
 */
const GIVE_UP_MS = 300_000;

/** What became of the requests of a client: `done` are writes that were answered for good. */
export type Tally = { sent: number; done: number; unavailable: number; cut: number; inFlight: number };

/** The API as an outsider uses it: repeats what was cut off or could not be served, under the same Idempotency-Key. */
export class HttpClient {
  readonly tally: Tally = { sent: 0, done: 0, unavailable: 0, cut: 0, inFlight: 0 };
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** One try. Rejects when no answer comes. */
  async send<T>(
    caller: Caller,
    method: 'GET' | Write['method'],
    path: string,
    { body, key }: { body?: unknown; key?: string } = {},
  ): Promise<Answer<T>> {
    this.tally.sent += 1;
    const start = performance.now();
    const response = await fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${caller.token}`,
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    // Every answer is in the envelope; which of the two halves is there the status says.
    const envelope = (await response.json()) as Success<T> | Failure;
    const { status, headers } = response;
    const ms = performance.now() - start;
    return { status, headers, data: envelope.data as T, error: envelope.error, ms };
  }

  /** A write, repeated under one key until it is done or refused. */
  async write<T>(
    caller: Caller,
    { method, path, body }: Write,
    key: string = randomUUID(),
  ): Promise<Answer<T>> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (;;) {
      const answer = await this.send<T>(caller, method, path, { body, key }).catch(() => null);
      if (answer && !this.#isPassing(answer)) {
        this.tally.done += 1;
        return answer;
      }
      if (!answer) this.tally.cut += 1;
      if (performance.now() > giveUpAt) {
        throw new Error(`${method} ${path} was never answered: ${answer?.status} ${answer?.error?.code}`);
      }
      await sleep(answer ? 500 : 100);
    }
  }

  #isPassing({ status, error }: Answer<unknown>): boolean {
    if (status === 503) this.tally.unavailable += 1;
    const details = error?.details;
    const inFlight = status === 409 && details && 'reason' in details && details.reason === 'in_flight';
    if (inFlight) this.tally.inFlight += 1;
    return status === 503 || Boolean(inFlight);
  }
}
