import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { database } from '#db/client.ts';
import { api, register } from '#test/client.ts';
import { injectFault } from '#test/setup/faults.ts';
import { createApp } from './app.ts';
import { toApiError } from './errors.ts';
import { isUpstreamFailure } from './upstream-failures.ts';

const endpoint = env.DATABASE_FETCH_ENDPOINT ?? '';

describe('an error', () => {
  it('of the way to the database is no fault of ours', async () => {
    const marker = uuidv7();
    await injectFault(endpoint, { kind: 'drop-before-commit', param: marker, times: 1 });
    const error = await database(env)
      .execute(sql`select ${marker}::text`)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(isUpstreamFailure(error)).toBe(true);
  });

  it('of a statement is a fault of ours', async () => {
    const error = await database(env)
      .execute(sql`select nothing from nowhere`)
      .catch((thrown: unknown) => thrown);
    expect(isUpstreamFailure(error)).toBe(false);
    expect(toApiError(error).rejection).toEqual({
      code: 'INTERNAL_ERROR',
      message: 'Something went wrong on our side.',
    });
  });

  it.each([
    ['an overloaded object', Object.assign(new Error('x'), { overloaded: true })],
    ['an object that may be asked again', Object.assign(new Error('x'), { retryable: true })],
    ['a call that took too long', new DOMException('x', 'TimeoutError')],
    ['one that another was caused by', new Error('x', { cause: new DOMException('x', 'TimeoutError') })],
  ])('of %s is no fault of ours', (_, error) => {
    expect(isUpstreamFailure(error)).toBe(true);
  });

  it('that is its own cause comes to an end', () => {
    const error = new Error('x');
    error.cause = error;
    expect(isUpstreamFailure(error)).toBe(false);
  });

  it('that is no error at all tells nothing', () => {
    for (const thrown of [undefined, null, 'text', 7]) {
      expect(toApiError(thrown).rejection.code).toBe('INTERNAL_ERROR');
    }
  });
});

describe('a request', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('whose database cannot be reached is answered with 503 and a time to come again', async () => {
    const userId = uuidv7();
    await injectFault(endpoint, { kind: 'drop-before-commit', param: userId, times: 1 });
    const reply = await api().get(`/users/${userId}`);
    expect(reply).toMatchObject({ status: 503, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(Number(reply.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(reply.error).not.toHaveProperty('details');
    expect((await api().get(`/users/${userId}`)).status).toBe(404);
  });

  it('whose person object cannot reach the database is answered the same', async () => {
    const someone = await register();
    await injectFault(endpoint, {
      kind: 'drop-before-commit',
      match: 'ended_at',
      param: someone.id,
      times: 1,
    });
    const reply = await someone.api.post('/auth/logout');
    expect(reply).toMatchObject({ status: 503, error: { code: 'UPSTREAM_UNAVAILABLE' } });
  });

  it('that breaks on our side is answered without a word of it, and logged with its stack', async () => {
    const someone = await register();
    const lines: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    const app = createApp();
    app.get('/api/v1/broken', () => {
      throw new Error(`secret ${someone.id}`);
    });
    const response = await app.fetch(
      new Request('http://taplive.test/api/v1/broken'),
      env,
      createExecutionContext(),
    );
    expect(response.status).toBe(500);
    const body = await response.text();
    expect(body).not.toContain('secret');
    expect(body).not.toContain('at ');
    const [line] = lines.map((text) => JSON.parse(text));
    expect(line).toMatchObject({
      level: 'error',
      event: 'request_failed',
      code: 'INTERNAL_ERROR',
      requestId: response.headers.get('X-Request-Id'),
      stack: expect.arrayContaining([expect.stringContaining('at ')]),
    });
  });
});
