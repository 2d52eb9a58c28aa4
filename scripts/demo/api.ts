import type { SignedIn } from '#contract/auth.ts';
import type { Envelope } from '#contract/envelope.ts';

const ANSWER_WITHIN_MS = 15_000;

/** The API refused; the message is for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  constructor(request: string, status: number, words: string) {
    super(`${request} was answered ${status}: ${words}`);
    this.status = status;
  }
}

/** What came back, and how long it took. */
export type Answer<T> = { readonly data: T; readonly sentAt: number; readonly ms: number };

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Someone who uses the API: a name for the timeline, and once signed in a token. */
export class Person {
  readonly name: string;
  readonly #base: string;
  #signedIn: SignedIn | null = null;

  constructor(name: string, base: string) {
    this.name = name;
    this.#base = base;
  }

  get id(): string {
    return this.#session.user.id;
  }

  get token(): string {
    return this.#session.accessToken;
  }

  get #session(): SignedIn {
    if (!this.#signedIn) throw new Error(`${this.name} is not signed in`);
    return this.#signedIn;
  }

  /** Signs in, or registers where there is no such account. @returns which of the two it was */
  async signIn(account: {
    username: string;
    email: string;
    password: string;
    role: string;
  }): Promise<'signed in' | 'registered'> {
    const { username, email, password, role } = account;
    try {
      this.#signedIn = (await this.post<SignedIn>('/auth/login', { email, password })).data;
      return 'signed in';
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
    }
    const suffix = Date.now().toString(36);
    this.#signedIn = (
      await this.post<SignedIn>('/auth/register', {
        username: `${username}-${suffix}`,
        email: `${username}-${suffix}@example.com`,
        password: `${password}-${crypto.randomUUID()}`,
        role,
      })
    ).data;
    return 'registered';
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.#call('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.#call('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<Answer<T>> {
    return this.#call('PUT', path, body);
  }

  async #call<T>(method: Method, path: string, body?: unknown): Promise<Answer<T>> {
    const sentAt = performance.now();
    const response = await fetch(`${this.#base}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'Idempotency-Key': crypto.randomUUID() }),
        ...(this.#signedIn ? { Authorization: `Bearer ${this.#signedIn.accessToken}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    const ms = performance.now() - sentAt;
    const request = `${this.name}'s ${method} ${path}`;
    let envelope: Envelope<T>;
    try {
      envelope = JSON.parse(text) as Envelope<T>; // the API's one envelope, as its contract says
    } catch {
      throw new Refusal(request, response.status, text.slice(0, 200));
    }
    if (envelope.success) return { data: envelope.data, sentAt, ms };
    const { code, message, details } = envelope.error;
    throw new Refusal(
      request,
      response.status,
      `${code}: ${message}${details ? ` ${JSON.stringify(details)}` : ''}`,
    );
  }
}
