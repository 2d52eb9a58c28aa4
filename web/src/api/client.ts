import type { SignedIn } from '#contract/auth.ts';
import type { Envelope } from '#contract/envelope.ts';
import { ApiError } from './errors.ts';
import type { TokenStore } from './tokens.ts';

const BASE = '/api/v1';
const TIMEOUT_MS = 15_000;

/** An access token this close to its end is renewed before it is used. */
const RENEW_AHEAD_MS = 20_000;

/** How often a write is sent again, with its own Idempotency-Key, when no answer came back. */
const WRITE_RETRIES = 2;
const RETRY_PAUSE_MS = 400;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Query = Record<string, string | number | undefined>;

export type ApiClient = {
  /** Reads; throws {@link ApiError}. */
  get<T>(path: string, options?: { query?: Query; signal?: AbortSignal }): Promise<T>;
  /** Writes under one Idempotency-Key, so that a lost answer is safely asked for again; throws {@link ApiError}. */
  send<T>(method: Exclude<Method, 'GET'>, path: string, body?: unknown): Promise<T>;
  /** Signs in through one of the routes that answer with tokens, and keeps them. */
  signIn(path: '/auth/login' | '/auth/register', body: unknown): Promise<SignedIn>;
  /** Ends this session here, and on the server if it can be reached. */
  signOut(): Promise<void>;
  /** An access token that is good for a while yet, with its end; renewed first when needed or when it is `spent`. */
  accessToken(spent?: string): Promise<{ token: string; expiresAt: number }>;
};

type Dependencies = {
  store: TokenStore;
  fetch: typeof globalThis.fetch;
  now: () => number;
  newKey: () => string;
  pause: (milliseconds: number) => Promise<void>;
};

/** The API over `fetch`: unwraps the envelope, keeps the session alive, makes writes repeatable. */
export function createApiClient({ store, fetch, now, newKey, pause }: Dependencies): ApiClient {
  let renewing: Promise<string> | null = null;

  async function call<T>(method: Method, path: string, init: RequestInit): Promise<T> {
    let response: Response;
    let envelope: Envelope<T>;
    try {
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
      response = await fetch(BASE + path, { ...init, method, signal });
      envelope = (await response.json()) as Envelope<T>; // the API's own answer, in its one envelope
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError('UNREACHABLE', 'TapLive cannot be reached. Check your connection and try again.');
    }
    if (envelope.success) return envelope.data;
    const { error, meta } = envelope;
    throw new ApiError(error.code, error.message, { details: error.details, requestId: meta.requestId });
  }

  function keep(answer: SignedIn): string {
    const { user, accessToken, refreshToken, expiresIn } = answer;
    store.write({ userId: user.id, accessToken, refreshToken, expiresAt: now() + expiresIn * 1_000 });
    return accessToken;
  }

  /** One rotation at a time, in this tab and among all tabs; whoever comes late takes what the first one got. */
  function renew(spent: string): Promise<string> {
    renewing ??= store
      .exclusively(async () => {
        const held = store.read();
        if (!held) throw signedOut();
        if (held.accessToken !== spent) return held.accessToken;
        try {
          const body = { refreshToken: held.refreshToken };
          return keep(await call<SignedIn>('POST', '/auth/refresh', json(body)));
        } catch (error) {
          // Only a refusal ends the session; without an answer the same token may be tried again.
          if (
            error instanceof ApiError &&
            (error.code === 'UNAUTHORIZED' || error.code === 'VALIDATION_ERROR')
          ) {
            store.write(null);
          }
          throw error;
        }
      })
      .finally(() => {
        renewing = null;
      });
    return renewing;
  }

  async function goodToken(spent?: string): Promise<string> {
    const held = store.read();
    if (!held) throw signedOut();
    const mustRenew = held.accessToken === spent || held.expiresAt - now() < RENEW_AHEAD_MS;
    return mustRenew ? renew(held.accessToken) : held.accessToken;
  }

  async function authorized<T>(method: Method, path: string, init: RequestInit): Promise<T> {
    // Before signing in, some things may be read by anyone.
    if (!store.read()) return call<T>(method, path, init);
    const token = await goodToken();
    try {
      return await call<T>(method, path, withToken(init, token));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'UNAUTHORIZED')) throw error;
      return call<T>(method, path, withToken(init, await goodToken(token)));
    }
  }

  return {
    get: (path, { query, signal } = {}) =>
      authorized('GET', path + queryText(query), signal ? { signal } : {}),

    async send(method, path, body) {
      const init = json(body, { 'Idempotency-Key': newKey() });
      for (let attempt = 0; ; attempt++) {
        try {
          return await authorized(method, path, init);
        } catch (error) {
          const lost = error instanceof ApiError && error.code === 'UNREACHABLE';
          if (!lost || attempt === WRITE_RETRIES) throw error;
          await pause(RETRY_PAUSE_MS * 2 ** attempt);
        }
      }
    },

    async signIn(path, body) {
      const answer = await call<SignedIn>('POST', path, json(body));
      keep(answer);
      return answer;
    },

    async signOut() {
      try {
        if (store.read()) await authorized('POST', '/auth/logout', json(undefined));
      } catch (error) {
        // Whatever the server says, this browser forgets the session.
        if (!(error instanceof ApiError)) throw error;
      } finally {
        store.write(null);
      }
    },

    async accessToken(spent) {
      const token = await goodToken(spent);
      return { token, expiresAt: store.read()?.expiresAt ?? now() };
    },
  };
}

function signedOut(): ApiError {
  return new ApiError('UNAUTHORIZED', 'You are signed out. Please sign in again.');
}

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return body === undefined
    ? { headers }
    : { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

function withToken(init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return { ...init, headers };
}

function queryText(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `?${search}` : '';
}
