import type { RegisterBody, SignedIn } from '#contract/auth.ts';
import type { Envelope } from '#contract/envelope.ts';

const ANSWER_WITHIN_MS = 15_000;

/** What came back, and how long it took. */
export type Answer<T> = { readonly data: T; readonly sentAt: number; readonly ms: number };

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What one signs in with. */
export type Credentials = { readonly email: string; readonly password: string };

/** Someone who uses the API: a name for the timeline, and once signed in a token. */
export class Person {
  readonly name: string;
  readonly #base: string;
  #signedIn: SignedIn | null = null;
  #credentials: Credentials | null = null;

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

  /** With what this person can sign in once more, in a browser. */
  get credentials(): Credentials {
    if (!this.#credentials) throw new Error(`${this.name} is not signed in`);
    return this.#credentials;
  }

  get #session(): SignedIn {
    if (!this.#signedIn) throw new Error(`${this.name} is not signed in`);
    return this.#signedIn;
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#signedIn = (await this.post<SignedIn>('/auth/login', { email, password })).data;
    this.#credentials = { email, password };
  }

  async register(account: RegisterBody): Promise<void> {
    this.#signedIn = (await this.post<SignedIn>('/auth/register', account)).data;
    this.#credentials = { email: account.email, password: account.password };
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
    const refused = (words: string) => new Error(`${request} was answered ${response.status}: ${words}`);
    let envelope: Envelope<T>;
    try {
      envelope = JSON.parse(text) as Envelope<T>; // the API's one envelope, as its contract says
    } catch {
      throw refused(text.slice(0, 200));
    }
    if (envelope.success) return { data: envelope.data, sentAt, ms };
    const { code, message, details } = envelope.error;
    throw refused(`${code}: ${message}${details ? ` ${JSON.stringify(details)}` : ''}`);
  }
}
