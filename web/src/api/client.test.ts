import { describe, expect, it } from 'vitest';
import { createApiClient } from './client.ts';
import { messageOf } from './errors.ts';
import type { TokenStore, Tokens } from './tokens.ts';

const MINUTE = 60_000;
const meta = { timestamp: '2026-11-23T20:00:00.000Z', requestId: 'request-1', version: '1' };

function memoryStore(tokens: Tokens | null): TokenStore & { queue: Promise<unknown> } {
  let held = tokens;
  return {
    queue: Promise.resolve(),
    read: () => held,
    write: (next) => {
      held = next;
    },
    subscribe: () => () => {},
    exclusively(work) {
      const turn = this.queue.then(work);
      this.queue = turn.catch(() => {});
      return turn;
    },
  };
}

type Call = { method: string; path: string; token: string | null; key: string | null; body: unknown };

/** A server that knows one valid access token, rotates refresh tokens, and refuses one used twice. */
function server(options: { valid: string; refresh: string }) {
  const calls: Call[] = [];
  let { valid, refresh } = options;
  let rotations = 0;
  const answer = (status: number, body: object) => Response.json({ ...body, meta }, { status });
  const refuse = (status: number, code: string, message: string, details?: unknown) =>
    answer(status, { success: false, data: null, error: { code, message, details } });
  const lost: string[] = [];

  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    const path = String(input);
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const token = headers.get('Authorization')?.replace('Bearer ', '') ?? null;
    calls.push({ method: init.method ?? 'GET', path, token, key: headers.get('Idempotency-Key'), body });
    await Promise.resolve();
    if (lost.length > 0 && path.endsWith(lost[0] ?? '')) {
      lost.shift();
      throw new TypeError('network');
    }
    if (path === '/api/v1/auth/refresh') {
      if ((body as { refreshToken: string }).refreshToken !== refresh) {
        return refuse(401, 'UNAUTHORIZED', 'This session has ended.');
      }
      rotations++;
      valid = `access-${rotations}`;
      refresh = `refresh-${rotations}`;
      return answer(200, {
        success: true,
        data: { user: { id: 'user-1' }, accessToken: valid, refreshToken: refresh, expiresIn: 600 },
        error: null,
      });
    }
    if (path === '/api/v1/bad') {
      return refuse(400, 'VALIDATION_ERROR', 'Title is missing.', [
        { field: 'title', message: 'is missing' },
      ]);
    }
    if (token !== valid) return refuse(401, 'UNAUTHORIZED', 'Sign in first.');
    return answer(200, { success: true, data: { saw: token }, error: null });
  };
  return { fetch, calls, lose: (path: string) => lost.push(path), rotations: () => rotations };
}

function setup(given: { held: Tokens | null; valid?: string; refresh?: string; now?: number }) {
  const origin = server({ valid: given.valid ?? 'access-0', refresh: given.refresh ?? 'refresh-0' });
  const store = memoryStore(given.held);
  let keys = 0;
  const client = (own: TokenStore = store) =>
    createApiClient({
      store: own,
      fetch: origin.fetch,
      now: () => given.now ?? 0,
      newKey: () => `key-${++keys}`,
      pause: async () => {},
    });
  return { ...origin, store, client };
}

const held: Tokens = {
  userId: 'user-1',
  accessToken: 'access-0',
  refreshToken: 'refresh-0',
  expiresAt: 10 * MINUTE,
};

describe('the API client', () => {
  it('answers with the data of the envelope', async () => {
    const { client, calls } = setup({ held });
    await expect(client().get('/users/me', { query: { a: 1, b: undefined } })).resolves.toEqual({
      saw: 'access-0',
    });
    expect(calls.map(({ path }) => path)).toEqual(['/api/v1/users/me?a=1']);
  });

  it('throws what the API refused, with its fields and request id', async () => {
    const { client } = setup({ held });
    await expect(client().get('/bad')).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'Title is missing.',
      requestId: 'request-1',
      fieldProblems: [{ field: 'title', message: 'is missing' }],
    });
  });

  it('tells people which fields are wrong, and otherwise what the API says', async () => {
    const { client } = setup({ held: null });
    const bad = await client().get('/bad').catch(messageOf);
    const refused = await client().get('/users/me').catch(messageOf);
    expect([bad, refused]).toEqual(['Please check: title is missing.', 'Sign in first.']);
  });

  it('renews a refused token once and asks again', async () => {
    const { client, store, rotations } = setup({ held, valid: 'another' });
    await expect(client().get('/users/me')).resolves.toEqual({ saw: 'access-1' });
    expect(rotations()).toBe(1);
    expect(store.read()).toEqual({
      userId: 'user-1',
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      expiresAt: 10 * MINUTE,
    });
  });

  it('rotates once for many requests that find the token spent', async () => {
    const { client, rotations } = setup({ held, valid: 'another' });
    const api = client();
    const answers = await Promise.all([api.get('/a'), api.get('/b'), api.send('POST', '/c', {})]);
    expect(answers).toEqual([{ saw: 'access-1' }, { saw: 'access-1' }, { saw: 'access-1' }]);
    expect(rotations()).toBe(1);
  });

  it('rotates once for two tabs that share their tokens', async () => {
    const { client, rotations } = setup({ held, valid: 'another' });
    const [one, other] = [client(), client()];
    await expect(Promise.all([one.get('/a'), other.get('/b')])).resolves.toEqual([
      { saw: 'access-1' },
      { saw: 'access-1' },
    ]);
    expect(rotations()).toBe(1);
  });

  it('renews a token near its end before using it', async () => {
    const { client, calls } = setup({ held, now: 10 * MINUTE - 5_000 });
    await client().get('/users/me');
    expect(calls.map(({ path }) => path)).toEqual(['/api/v1/auth/refresh', '/api/v1/users/me']);
  });

  it('forgets the session when its refresh token is refused', async () => {
    const { client, store } = setup({ held, valid: 'another', refresh: 'another' });
    await expect(client().get('/users/me')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(store.read()).toBeNull();
  });

  it('keeps the session when the refresh gets no answer', async () => {
    const { client, store, lose } = setup({ held, valid: 'another' });
    lose('/auth/refresh');
    await expect(client().get('/users/me')).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(store.read()).toEqual(held);
    await expect(client().get('/users/me')).resolves.toEqual({ saw: 'access-1' });
  });

  it('sends a write whose answer was lost again, under the same key', async () => {
    const { client, calls, lose } = setup({ held });
    lose('/orders');
    await client().send('POST', '/orders', { title: 'Harbour' });
    await client().send('POST', '/orders', { title: 'Harbour' });
    expect(calls.map(({ key }) => key)).toEqual(['key-1', 'key-1', 'key-2']);
  });

  it('gives up on a write that never gets an answer', async () => {
    const { client, calls, lose } = setup({ held });
    for (let i = 0; i < 5; i++) lose('/orders');
    await expect(client().send('POST', '/orders', {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(calls).toHaveLength(3);
  });

  it('gives sockets a fresh token in place of a spent one', async () => {
    const { client } = setup({ held });
    await expect(client().accessToken()).resolves.toMatchObject({ token: 'access-0' });
    await expect(client().accessToken('access-0')).resolves.toMatchObject({ token: 'access-1' });
  });

  it('forgets the session on signing out even when nobody answers', async () => {
    const { client, store, lose } = setup({ held });
    lose('/auth/logout');
    await client().signOut();
    expect(store.read()).toBeNull();
  });
});
