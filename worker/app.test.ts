import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { failure } from '#contract/envelope.ts';
import { api, register } from '#test/client.ts';

const BASE = 'http://taplive.test/api/v1';
const login = (body: BodyInit, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  exports.default.fetch(`${BASE}/auth/login`, { method: 'POST', headers, body });

async function refusalOf(response: Response) {
  return { status: response.status, ...failure.parse(await response.json()).error };
}

describe('an answer', () => {
  it('comes in the envelope, with the request named in body and header', async () => {
    const { status, data, error, meta, headers } = await api().get('/config');
    expect(status).toBe(200);
    expect(data).toMatchObject({ mediaBackend: 'none' });
    expect(error).toBeNull();
    expect(meta).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: headers.get('X-Request-Id'),
      version: '1',
    });
  });

  it("keeps a caller's request id when it is sane, and only then", async () => {
    const given = (id: string) => api().get('/config', undefined, { headers: { 'X-Request-Id': id } });
    expect((await given('trace-0123456789')).meta.requestId).toBe('trace-0123456789');
    for (const bad of ['short', 'has spaces in it', '"},"level":"info', 'x'.repeat(129)]) {
      expect((await given(bad)).meta.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('says nothing of an address that there is not', async () => {
    for (const path of ['/nothing', '/users/me/nothing', '/%ff%00', '/..%2f..%2fetc']) {
      const reply = await api().get(path);
      expect(reply).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' }, data: null });
    }
  });

  it('treats a known address with a method that it has not as no address', async () => {
    const response = await exports.default.fetch(`${BASE}/users/me`, { method: 'PATCH' });
    expect(await refusalOf(response)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('keeps browsers from doing more with it than it should', async () => {
    const { headers } = await api().get('/config');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers.has('Strict-Transport-Security')).toBe(false);
  });
});

describe('a body', () => {
  it('that is no JSON is refused', async () => {
    expect(await refusalOf(await login('{"email":'))).toMatchObject({
      status: 400,
      code: 'VALIDATION_ERROR',
      details: [{ field: 'body', message: expect.stringContaining('malformed') }],
    });
  });

  it('of another content type is refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect(await refusalOf(await login('email=a', { 'Content-Type': type }))).toMatchObject({
        status: 400,
        details: [{ field: 'body', message: 'must come as application/json' }],
      });
    }
  });

  it('has each of its problems told by the name of the field', async () => {
    const { api: caller } = await register('creator');
    const reply = await caller.post('/orders', {
      title: '',
      location: { latitude: 91, longitude: 'west' },
      baseAmount: -1,
      color: 'red',
      status: 'completed',
    });
    expect(reply.status).toBe(400);
    expect(reply.error.details).toEqual(
      expect.arrayContaining([
        { field: 'title', message: expect.any(String) },
        { field: 'location.latitude', message: expect.any(String) },
        { field: 'location.longitude', message: expect.any(String) },
        { field: 'baseAmount', message: expect.any(String) },
        { field: 'color', message: 'is not known here' },
        { field: 'status', message: 'is not known here' },
      ]),
    );
  });

  it('of more than 64 KB is refused, said or not', async () => {
    const large = JSON.stringify({ email: 'a@example.com', password: 'x'.repeat(64 * 1024) });
    expect(await refusalOf(await login(large))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });

    const chunk = new TextEncoder().encode(' '.repeat(8 * 1024));
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        // Longer than anyone should read on: the test would not end if all of it were.
        if (sent > 64 * 1024 * 1024) controller.close();
        else controller.enqueue(chunk);
      },
    });
    expect(await refusalOf(await login(endless))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(sent).toBeLessThan(1024 * 1024);
  });

  it('of 64 KB that nests without end is refused', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expect(await refusalOf(await login(deep))).toMatchObject({
      status: 400,
      details: [{ field: 'body', message: 'nests too deep' }],
    });
  });

  it('may hold brackets in its texts', async () => {
    const { api: caller } = await register();
    const reply = await caller.put<{ bio: string }>('/users/me', { bio: `\\"${'[{'.repeat(40)}` });
    expect(reply.data.bio).toBe(`\\"${'[{'.repeat(40)}`);
  });

  it('with a NUL or half a character in a text is refused', async () => {
    const { api: caller } = await register();
    for (const bio of ['a\u0000b', 'a\ud800b', 'a\u0007b']) {
      const reply = await caller.put('/users/me', { bio });
      expect(reply).toMatchObject({ status: 400, error: { details: [{ field: 'bio' }] } });
    }
  });
});
