import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueAccessToken } from '#durable-objects/access-token.ts';
import { api, openSocket, register, type TestPerson } from '#test/client.ts';
import { createApp } from './app.ts';
import { openApiDocument } from './openapi-document.ts';

type Listed = {
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  isSocket: boolean;
  isOpen: boolean;
  hasBody: boolean;
};

/** Every route of the document, so that one which is added is held to the same. */
const routes = Object.entries(openApiDocument(createApp()).paths ?? {}).flatMap(([path, item]) =>
  (['get', 'post', 'put', 'delete'] as const).flatMap((method): Listed[] => {
    const operation = item[method];
    if (!operation) return [];
    return [
      {
        method,
        path: path.replaceAll(/\{\w+\}/g, crypto.randomUUID()),
        isSocket: 'x-websocket' in operation,
        hasBody: operation.requestBody !== undefined,
        isOpen: !operation.security || operation.security.length === 0,
      },
    ];
  }),
);
const closed = routes.filter(({ isOpen }) => !isOpen);
/** What anyone may call; a route that belongs to somebody and is missing its guard would turn up here. */
const OPEN = [
  'get /health',
  // Stripe signs what it sends.
  'post /webhooks/stripe',
  'post /webhooks/stripe-connect',
  'post /api/v1/auth/register',
  'post /api/v1/auth/login',
  'post /api/v1/auth/refresh',
  'get /api/v1/users/{id}',
  'get /api/v1/users/{id}/ratings',
  'get /api/v1/live-shows',
  'get /api/v1/live-shows/{showId}',
  'put /webhooks/media/origins/{originId}',
  'put /webhooks/media/rooms/{roomId}',
  'get /api/v1/config',
  'get /api/v1/openapi.json',
  'get /api/v1/docs',
];

const HOSTILE_BODIES = [
  '{"a":',
  'null',
  '[]',
  '"text"',
  '{"__proto__":{"role":"admin"},"constructor":1}',
  '{"unknown":"\\u0000"}',
  '\u0000',
  `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
];

let someone: TestPerson;
beforeAll(async () => {
  someone = await register('both');
});

const identity = () => ({
  userId: someone.id,
  sessionId: crypto.randomUUID(),
  role: 'admin' as const,
});

type TokenCase = [name: string, tokenOf: () => Promise<string | undefined>];

/** What every route must refuse. */
const badTokens: TokenCase[] = [
  ['no token', async () => undefined],
  ['a token that is none', async () => 'garbage'],
  [
    'a token signed by someone else',
    () => issueAccessToken({ JWT_SECRET: 'not-our-secret-not-our-secret-not-ours' }, identity(), new Date()),
  ],
  ['a token that has ended', () => issueAccessToken(env, identity(), new Date(Date.now() - 11 * 60_000))],
  ['a token of a session that has ended', async () => endedToken()],
];

/** What the one check that all routes share must refuse, too. */
const rarerTokens: TokenCase[] = [
  ['an empty token', async () => ''],
  [
    'a token whose signature was cut off',
    async () => `${someone.accessToken.split('.').slice(0, 2).join('.')}.`,
  ],
  ['an unsigned token', async () => unsigned(someone.accessToken)],
  ['a token of a session that never was', () => issueAccessToken(env, identity(), new Date())],
  ["a token of somebody else's session", async () => swapped(someone.accessToken)],
  ['a refresh token', async () => someone.refreshToken],
];

let ended: Promise<string> | undefined;
function endedToken(): Promise<string> {
  ended ??= register('both').then(async (person) => {
    await person.api.post('/auth/logout');
    return person.accessToken;
  });
  return ended;
}

/** Genuine in all but this: the session is the caller's, the person is not. */
async function swapped(token: string): Promise<string> {
  const { sid } = JSON.parse(atob(token.split('.')[1] ?? ''));
  const other = await register();
  return issueAccessToken(env, { userId: other.id, sessionId: sid, role: 'creator' }, new Date());
}

function unsigned(token: string): string {
  const [, payload] = token.split('.');
  return `${btoa(JSON.stringify({ alg: 'none', typ: 'JWT' })).replaceAll('=', '')}.${payload}.`;
}

describe('every route', () => {
  it('is open to anyone only if it is meant to be', () => {
    const open = Object.entries(openApiDocument(createApp()).paths ?? {}).flatMap(([path, item]) =>
      (['get', 'post', 'put', 'delete'] as const)
        .filter((method) => item[method] && !item[method].security?.length)
        .map((method) => `${method} ${path}`),
    );
    expect(open.sort()).toEqual(OPEN.toSorted());
  });

  it.each(rarerTokens)('refuses %s', async (_, tokenOf) => {
    expect((await api(await tokenOf()).get('/users/me')).status).toBe(401);
  });

  describe.each(badTokens)('refuses %s', (_, tokenOf) => {
    it.each(closed.filter(({ isSocket }) => !isSocket))('$method $path', async ({ method, path }) => {
      const reply = await api(await tokenOf())[method](path.replace('/api/v1', ''));
      expect(reply.status).toBe(401);
      expect(reply.error).toEqual({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
      expect(reply.data).toBeNull();
    });

    it.each(closed.filter(({ isSocket }) => isSocket))('socket $path', async ({ path }) => {
      const socket = await openSocket(path.replace('/api/v1', ''), await tokenOf());
      await expect(socket.closed).resolves.toMatchObject({ code: 4401 });
      expect(socket.frames).toEqual([]);
    });
  });

  it.each(routes.filter(({ hasBody }) => hasBody))(
    'takes no body that is not what it should be: $method $path',
    async ({ method, path }) => {
      const caller = api(someone.accessToken);
      for (const body of HOSTILE_BODIES) {
        const reply = await caller[method](path.replace('/api/v1', ''), body);
        // 403 where the role, 404 where the thing comes first.
        expect([400, 403, 404], `${body.slice(0, 30)}: ${JSON.stringify(reply.error)}`).toContain(
          reply.status,
        );
      }
    },
  );
});
