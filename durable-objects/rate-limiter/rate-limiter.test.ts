import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { RATE_WINDOW_MS } from '#domain/people/limits.ts';
import { rateLimiter } from '../stubs.ts';

const STARTED = Date.UTC(2030, 0, 1, 12);

/** A limiter of its own, whose clock the test sets. */
function limiterAt(time: number) {
  const limiter = rateLimiter(env, crypto.randomUUID());
  const setClock = (now: number) =>
    runInDurableObject(limiter, (instance) => {
      instance.now = () => new Date(now);
    });
  return { limiter, setClock, ready: setClock(time) };
}

describe('the limit of an address', () => {
  it('lets exactly as many requests through in one window, also when they come at once', async () => {
    const { limiter, ready } = limiterAt(STARTED);
    await ready;
    const answers = await Promise.all(Array.from({ length: 25 }, () => limiter.take(20)));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(20);
    expect(answers[0]).toEqual({
      allowed: true,
      limit: 20,
      remaining: 19,
      resetAt: STARTED + RATE_WINDOW_MS,
    });
    expect(answers.at(-1)).toMatchObject({ allowed: false, remaining: 0, resetAt: STARTED + RATE_WINDOW_MS });
  });

  it('begins anew when the window is over, to the millisecond', async () => {
    const { limiter, setClock, ready } = limiterAt(STARTED);
    await ready;
    await limiter.take(1);
    await setClock(STARTED + RATE_WINDOW_MS - 1);
    expect((await limiter.take(1)).allowed).toBe(false);
    await setClock(STARTED + RATE_WINDOW_MS);
    expect(await limiter.take(1)).toMatchObject({ allowed: true, resetAt: STARTED + 2 * RATE_WINDOW_MS });
  });

  it('survives eviction', async () => {
    const { limiter, setClock, ready } = limiterAt(STARTED);
    await ready;
    await limiter.take(1);
    await evictDurableObject(limiter);
    await setClock(STARTED + 1);
    expect((await limiter.take(1)).allowed).toBe(false);
  });

  it('can be forgotten early', async () => {
    const { limiter, ready } = limiterAt(STARTED);
    await ready;
    await limiter.take(1);
    await limiter.forget();
    expect((await limiter.take(1)).allowed).toBe(true);
  });

  it('leaves nothing behind when its window is over', async () => {
    const { limiter, setClock, ready } = limiterAt(STARTED);
    await ready;
    await limiter.take(1);
    await setClock(STARTED + RATE_WINDOW_MS);
    expect(await runDurableObjectAlarm(limiter)).toBe(true);
    const left = await runInDurableObject(limiter, async (_, { storage }) => ({
      kept: [...storage.kv.list()].length,
      alarm: await storage.getAlarm(),
    }));
    expect(left).toEqual({ kept: 0, alarm: null });
  });

  it('does not take the alarm of an earlier window for its own', async () => {
    const { limiter, setClock, ready } = limiterAt(STARTED);
    await ready;
    await limiter.take(1);
    await setClock(STARTED + RATE_WINDOW_MS - 1);
    await runDurableObjectAlarm(limiter);
    expect((await limiter.take(1)).allowed).toBe(false);
    const alarm = await runInDurableObject(limiter, (_, { storage }) => storage.getAlarm());
    expect(alarm).toBe(STARTED + RATE_WINDOW_MS);
  });
});
