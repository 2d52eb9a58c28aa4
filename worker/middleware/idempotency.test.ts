import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { database } from '#db/client.ts';
import { completeIdempotency, RESERVED_FOR_MS, reserveIdempotency } from '#db/queries/idempotency.ts';
import { idempotencyKeys } from '#db/schema/index.ts';
import { sha256 } from '#durable-objects/sha256.ts';
import { api, register } from '#test/client.ts';
import { answer, refusal } from '../answer.ts';
import { newApi, type User } from '../api.ts';
import { reject, toApiError } from '../errors.ts';
import { idempotency, idempotencyOf } from './idempotency.ts';

const db = database(env);

/** An app with one write that does what it is told, and counts how often it ran. */
function appThat(act: (ids: { commandId: string; first: string; second: string }) => unknown) {
  const app = newApi();
  const runs: { commandId: string; first: string; second: string }[] = [];
  const user = { userId: uuidv7() } as User; // Only the id is looked at.
  let now = new Date('2026-11-23T12:00:00Z');
  app.use(async (c, next) => {
    c.set('now', now);
    c.set('db', db);
    c.set('requestId', 'request');
    c.set('caller', user);
    c.set('reservation', null);
    await next();
  });
  app.use(idempotency);
  app.onError((error, c) => refusal(c, toApiError(error)));
  app.post('/*', async (c) => {
    const { commandId, newId } = await idempotencyOf(c);
    const ids = { commandId, first: await newId(), second: await newId(1) };
    runs.push(ids);
    return answer(c, await act(ids), 201);
  });
  return {
    runs,
    userId: user.userId,
    later: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    now: () => now,
    post: async (key: string | null, body = '{}', path = '/api/v1/things') => {
      const response = await app.fetch(
        new Request(`http://taplive.test${path}`, {
          method: 'POST',
          body,
          headers: key === null ? {} : { 'Idempotency-Key': key },
        }),
        env,
        createExecutionContext(),
      );
      // What the tests read is what they sent.
      const { data, error } = (await response.json()) as { data: unknown; error: { code: string } | null };
      return {
        status: response.status,
        replayed: response.headers.get('Idempotency-Replayed') === 'true',
        data,
        error: error?.code,
      };
    },
  };
}

describe('a write with a key', () => {
  it('happens once; its answer comes again', async () => {
    const { post, runs } = appThat(({ first }) => ({ id: first }));
    const once = await post('k');
    const again = await post('k');
    expect(once).toMatchObject({ status: 201, replayed: false });
    expect(again).toEqual({ ...once, replayed: true });
    expect(runs).toHaveLength(1);
  });

  it('is another write with another key, on another path, or without one', async () => {
    const { post, runs } = appThat(() => ({}));
    for (const [key, path] of [
      ['k', '/api/v1/things'],
      ['l', '/api/v1/things'],
      ['k', '/api/v1/others'],
      [null, '/api/v1/things'],
      [null, '/api/v1/things'],
    ] as const) {
      expect((await post(key, '{}', path)).replayed).toBe(false);
    }
    expect(runs).toHaveLength(5);
    expect(new Set(runs.flatMap((ids) => Object.values(ids))).size).toBe(15);
  });

  it('is refused with another body', async () => {
    const { post, runs } = appThat(() => ({}));
    await post('k', '{"a":1}');
    expect(await post('k', '{"a":2}')).toMatchObject({ status: 422, error: 'IDEMPOTENCY_KEY_REUSED' });
    expect(runs).toHaveLength(1);
  });

  it('is refused while the first is being carried out, also to many at once', async () => {
    let finish = () => {};
    const begun = Promise.withResolvers<void>();
    const { post, runs } = appThat(() => {
      begun.resolve();
      return new Promise<object>((resolve) => {
        finish = () => resolve({});
      });
    });
    const first = post('k');
    await begun.promise;
    const others = await Promise.all(Array.from({ length: 5 }, () => post('k')));
    expect(others.every(({ status, error }) => status === 409 && error === 'CONFLICT')).toBe(true);
    finish();
    expect((await first).status).toBe(201);
    expect(await post('k')).toMatchObject({ status: 201, replayed: true });
    expect(runs).toHaveLength(1);
  });

  it('runs again when its lock has lapsed, and makes the very same things', async () => {
    const { post, runs, later, now, userId } = appThat(() => ({}));
    // Somebody reserved it, and was never heard of again.
    const ref = { userId, method: 'POST', path: '/api/v1/things', key: 'k' };
    const hash = await sha256('{}');
    expect(await reserveIdempotency(db, ref, hash, now())).toMatchObject({ kind: 'reserved' });
    expect((await post('k')).status).toBe(409);
    later(RESERVED_FOR_MS + 1);
    expect((await post('k')).status).toBe(201);
    expect(runs).toHaveLength(1);

    // The lost one answers after all: the first answer stays.
    await completeIdempotency(db, { ref, status: 200, data: { late: true } });
    expect(await post('k')).toMatchObject({ status: 201, data: {}, replayed: true });
  });

  it('keeps its ids over a failure whose outcome is unknown, so that the next run does no second thing', async () => {
    let failing = true;
    const { post, runs } = appThat(() => {
      if (failing) throw new Error('cut');
      return {};
    });
    expect((await post('k')).status).toBe(500);
    failing = false;
    expect(await post('k')).toMatchObject({ status: 201, replayed: false });
    expect(runs).toHaveLength(2);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('whose input was refused may be corrected under the same key', async () => {
    let valid = false;
    const { post } = appThat(() => (valid ? {} : reject('VALIDATION_ERROR', 'No.')));
    expect((await post('k', '{"a":1}')).status).toBe(400);
    valid = true;
    expect((await post('k', '{"a":2}')).status).toBe(201);
  });

  it.each(['NOT_FOUND', 'FORBIDDEN', 'INVALID_TRANSITION', 'PAYMENT_FAILED'] as const)(
    'that was refused with %s is refused again without a run',
    async (code) => {
      const { post, runs } = appThat(() => reject(code, 'No.', { reason: 'because' }));
      const first = await post('k');
      expect(first).toMatchObject({ error: code, replayed: false });
      expect(await post('k')).toEqual({ ...first, replayed: true });
      expect(runs).toHaveLength(1);
    },
  );

  it('whose answer holds a client secret is run again, the same, and nothing of it is kept', async () => {
    const secret = { clientSecret: 'pi_1_secret_2' };
    for (const answer of [{ payment: secret }, { deep: [{ setup: { id: 'seti_1', ...secret } }] }]) {
      const { post, runs, userId } = appThat(() => answer);
      const first = await post('k');
      expect(first).toMatchObject({ status: 201, data: answer });
      const kept = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.userId, userId));
      expect(kept).toMatchObject([{ status: null, answer: null }]);
      expect(await post('k')).toEqual({ ...first, replayed: false });
      expect(runs[1]).toEqual(runs[0]);
      expect((await post('k', '{"other":1}')).status).toBe(422);
    }
  });

  it('whose answer only names a client secret, or quotes one in a text, is kept', async () => {
    const { post } = appThat(() => ({ clientSecret: null, text: '"clientSecret":"it is no secret"' }));
    expect((await post('k')).status).toBe(201);
    expect(await post('k')).toMatchObject({ status: 201, replayed: true });
  });

  it('may have any key of printable ASCII up to 255 characters, and no other', async () => {
    const { post } = appThat(() => ({}));
    for (const key of ['x', '~ !"#$%&\'()*+,-./:;<=>?@[]^_`{|}', 'k'.repeat(255)]) {
      expect((await post(key)).status).toBe(201);
    }
    for (const key of ['', 'k'.repeat(256), 'tab\there']) {
      expect(await post(key)).toMatchObject({ status: 400, error: 'VALIDATION_ERROR' });
    }
  });
});

describe('a key', () => {
  it('on an address that there is not is no matter, however strange the address', async () => {
    const person = await register();
    const key = { headers: { 'Idempotency-Key': 'strange' } };
    for (const path of ['/%00', `/${'x'.repeat(7_000)}`, '/orders/%00/accept', '/%ed%a0%80']) {
      const reply = await person.api.post(path, {}, key);
      expect([400, 404], JSON.stringify(reply.error)).toContain(reply.status);
    }
  });

  it('belongs to one person', async () => {
    const [one, other] = [await register(), await register()];
    const key = { headers: { 'Idempotency-Key': 'shared' } };
    await one.api.put('/users/me', { displayName: 'One' }, key);
    const reply = await other.api.put<{ displayName: string }>('/users/me', { displayName: 'Other' }, key);
    expect(reply.headers.has('Idempotency-Replayed')).toBe(false);
    expect(reply.data.displayName).toBe('Other');
  });

  it('of nobody is not kept, and neither are answers that hold tokens', async () => {
    const person = await register();
    const key = { headers: { 'Idempotency-Key': 'sign-in' } };
    const login = () =>
      api(person.accessToken).post<{ refreshToken: string }>(
        '/auth/login',
        { email: person.user.email, password: person.password },
        key,
      );
    const [first, second] = [await login(), await login()];
    expect(second.headers.has('Idempotency-Replayed')).toBe(false);
    expect(second.data.refreshToken).not.toBe(first.data.refreshToken);
  });

  it('on a real route brings the first answer again, envelope and all', async () => {
    const person = await register();
    const key = { headers: { 'Idempotency-Key': crypto.randomUUID() } };
    const put = () => person.api.put('/users/me', { bio: 'Once.' }, key);
    const first = await put();
    await person.api.put('/users/me', { bio: 'Since then changed.' });
    const again = await put();
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(again.data).toEqual(first.data);
    expect(again.meta.requestId).not.toBe(first.meta.requestId);
  });
});
