import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BEARER_PREFIX, SUBPROTOCOL } from '#contract/close-codes.ts';
import { register } from '#test/client.ts';
import { createApp } from '../app.ts';

const app = createApp();
let lines: string[];

beforeEach(() => {
  lines = [];
  for (const level of ['info', 'warn', 'error', 'log'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const call = (method: string, path: string, headers: Record<string, string>, body?: object) =>
  app.fetch(
    new Request(`http://taplive.test/api/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
    env,
    createExecutionContext(),
  );

/** Ours; the client's own sign-up is logged by the Worker, which shares the console of its tests. */
const logged = () =>
  lines.map((text) => JSON.parse(text)).filter(({ route }) => route !== '/api/v1/auth/register');

it('has one line for a request, which says what became of it', async () => {
  const person = await register();
  const response = await call('GET', `/users/${person.id}`, {
    Authorization: `Bearer ${person.accessToken}`,
    'X-Request-Id': 'trace-0123456789',
  });
  expect(response.status).toBe(200);
  const [line, ...more] = logged();
  expect(more).toEqual([]);
  expect(line).toEqual({
    level: 'info',
    event: 'request',
    at: expect.stringMatching(/Z$/),
    requestId: 'trace-0123456789',
    method: 'GET',
    route: '/api/v1/users/:id',
    status: 200,
    ms: expect.any(Number),
    userId: person.id,
  });
});

it('names no route where there is none', async () => {
  await call('GET', '/users/me/secrets/7', {});
  expect(logged()).toMatchObject([{ status: 404, route: null, userId: null }]);
});

it('never holds a token, a password, an e-mail address or what somebody wrote', async () => {
  const person = await register();
  const { accessToken, refreshToken, password } = person;
  const { email } = person.user;
  const bearer = { Authorization: `Bearer ${accessToken}` };
  const socket = {
    Upgrade: 'websocket',
    'Sec-WebSocket-Protocol': `${SUBPROTOCOL}, ${BEARER_PREFIX}${accessToken}`,
  };
  await call('POST', '/auth/login', {}, { email, password: 'a wrong password' });
  await call('POST', '/auth/login', {}, { email, password });
  await call('PUT', '/users/me', bearer, { bio: 'Between us' });
  await call('PUT', '/users/me', bearer, { bio: 7, 'Between us': 7 });
  await call('GET', '/users/me/socket?since=0', socket);
  await call('POST', '/auth/refresh', {}, { refreshToken });
  await call('POST', '/auth/logout', bearer);

  expect(logged()).toHaveLength(7);
  const text = lines.join('\n');
  expect(text).toContain('"route":"/api/v1/users/me/socket","status":101');
  for (const secret of [accessToken, refreshToken, password, email, 'a wrong password', 'Between us']) {
    expect(text).not.toContain(secret);
  }
});
