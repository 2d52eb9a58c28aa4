import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { SignJWT } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { Health } from '#contract/config.ts';
import { EDGE, ORIGIN_LIMITS, originReports, type RoomState } from '#contract/origin.ts';
import { digestOf } from '#durable-objects/media-signatures.ts';
import { originRegistry } from '#durable-objects/stubs.ts';
import { createApp } from '../../app.ts';

const SECRET = 'only-for-tests-only-for-tests-only-for-tests';
const settings = { ...env, MEDIA_BACKEND: 'sfu-origin' as const, MEDIA_ORIGIN_SECRET: SECRET };
const app = createApp();

const registration = (originId: string) => ({
  originId,
  bootId: uuidv7(),
  n: 1,
  at: new Date().toISOString(),
  region: 'eu',
  location: null,
  address: 'http://127.0.0.1:8790',
  draining: false,
  load: 0,
  workers: 1,
  rooms: 0,
  participants: 0,
  producers: 0,
  consumers: 0,
});

type Forgery = { secret?: string; claims?: Record<string, unknown>; body?: string; settings?: object };

/** Sends a report as an origin does; `forgery` says in what it differs. */
async function report(path: string, state: object, forgery: Forgery = {}) {
  const body = JSON.stringify(state);
  const now = Math.floor(Date.now() / 1_000);
  const token = await new SignJWT({
    iss: 'one',
    aud: EDGE,
    sub: path.split('/').at(-1) ?? '',
    operation: path.includes('/origins/') ? 'registration' : 'roomState',
    digest: await digestOf(body),
    iat: now,
    exp: now + 60,
    ...forgery.claims,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(forgery.secret ?? SECRET));
  return send(path, forgery.body ?? body, { Authorization: `Bearer ${token}` }, forgery.settings);
}

function send(path: string, body: string, headers: Record<string, string>, more: object = {}) {
  return app.fetch(
    new Request(`http://taplive.test${path}`, { method: 'PUT', headers, body }),
    { ...settings, ...more },
    createExecutionContext(),
  );
}

const known = async () => (await originRegistry(env).list()).map(({ originId }) => originId);

describe('a registration', () => {
  it('counts when an origin has signed it, and its health is told', async () => {
    const response = await report('/webhooks/media/origins/one', registration('one'));
    expect(response.status).toBe(200);
    expect(originReports.registration.answer.parse(await response.json())).toEqual({});
    expect(await known()).toContain('one');
    await report(
      '/webhooks/media/origins/two',
      { ...registration('two'), draining: true },
      { claims: { iss: 'two' } },
    );
    const health = await app.fetch(
      new Request('http://taplive.test/health'),
      settings,
      createExecutionContext(),
    );
    expect(health.status).toBe(200);
    const { data } = (await health.json()) as { data: Health };
    expect(data.checks).toMatchObject({
      media: { status: 'ok' },
      'media:one': { status: 'ok' },
      'media:two': { status: 'failing' },
    });
  });

  it.each<[string, Forgery]>([
    ['by somebody else', { secret: 'not-our-secret-not-our-secret-not-our-secret' }],
    ['for somebody else', { claims: { aud: 'elsewhere' } }],
    ['about another origin', { claims: { sub: 'two' } }],
    ['by another origin', { claims: { iss: 'two' } }],
    ['as another report', { claims: { operation: 'roomState' } }],
    ['over another body', { body: JSON.stringify({ ...registration('forged'), load: 0 }) }],
    ['long ago', { claims: { iat: 1_000, exp: 1_060 } }],
    ['for too long', { claims: { iat: Math.floor(Date.now() / 1_000) - 3_600 } }],
    ['where no secret is shared', { settings: { MEDIA_BACKEND: 'none', MEDIA_ORIGIN_SECRET: undefined } }],
  ])('is refused when it was signed %s', async (_, forgery) => {
    const response = await report('/webhooks/media/origins/forged', registration('forged'), {
      ...forgery,
      claims: { iss: 'forged', ...forgery.claims },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
    expect(await known()).not.toContain('forged');
  });

  it('is refused without a token, with one that is none, and when it is too large', async () => {
    const path = '/webhooks/media/origins/forged';
    const body = JSON.stringify(registration('forged'));
    for (const authorization of ['', 'Bearer', 'Bearer a.b.c', `Bearer ${'a'.repeat(9_000)}`, 'Basic YTpi']) {
      expect((await send(path, body, { Authorization: authorization })).status).toBe(403);
    }
    const large = 'x'.repeat(ORIGIN_LIMITS.bodyBytes + 1);
    expect((await send(path, large, { Authorization: 'Bearer a.b.c' })).status).toBe(413);
  });

  it('names what is wrong with it', async () => {
    const state = { ...registration('one'), load: 2, address: 'ftp://elsewhere' };
    const response = await report('/webhooks/media/origins/one', state);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { details: { field: string }[] } };
    expect(error.details.map(({ field }) => field).sort()).toEqual(['address', 'load']);
  });
});

describe('a state of a room', () => {
  const state = (roomId: string): RoomState => ({
    originId: 'one',
    bootId: uuidv7(),
    n: 1,
    roomId,
    at: new Date().toISOString(),
    status: 'open',
    closedBecause: null,
    producers: [],
    participants: { joined: 0, connected: 0 },
    pipes: [],
    lost: [],
    audioOnly: [],
  });

  it('of a room that is none, or is not open at this origin, is answered with its end', async () => {
    const roomId = uuidv7();
    const response = await report(`/webhooks/media/rooms/${roomId}`, state(roomId));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ renew: false });
  });

  it('is not taken for another room than it was signed for', async () => {
    const [roomId, other] = [uuidv7(), uuidv7()];
    expect((await report(`/webhooks/media/rooms/${roomId}`, state(other))).status).toBe(403);
    const forged = { claims: { sub: other } };
    expect((await report(`/webhooks/media/rooms/${roomId}`, state(roomId), forged)).status).toBe(403);
  });
});
