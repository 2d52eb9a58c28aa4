import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { MediaFact } from '#domain/live/media-fact.ts';
import { MediaFacts } from './media-facts.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 26, 12, 0, seconds));
const flows = (seconds: number): MediaFact => ({
  flowing: true,
  since: at(0),
  lastSeen: at(seconds),
  at: at(seconds),
});

function within<R>(backend: 'none' | 'sfu-origin', use: (facts: MediaFacts) => R): Promise<R> {
  const stub = env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId());
  return runInDurableObject(stub, (_, { storage }) =>
    use(new MediaFacts({ ...env, MEDIA_BACKEND: backend }, storage.kv, () => at(30))),
  );
}

describe('whether media flows', () => {
  it('nobody can tell where nothing carries it, as long as the live room has not said anything', async () => {
    await within('none', (facts) => {
      expect(facts.known()).toBe('unverified');
      facts.take(flows(1));
      expect(facts.known()).toEqual({ flowing: true, at: at(1) });
    });
  });

  it('does not, until it is said', async () => {
    await within('sfu-origin', (facts) => {
      expect(facts.known()).toEqual({ flowing: false, at: at(30) });
    });
  });

  it('nobody can tell for a show that was opened without, whatever carries others by now', async () => {
    await within('sfu-origin', (facts) => {
      facts.take('unverified');
      expect(facts.known()).toBe('unverified');
    });
  });

  it('is the latest that was found out, whenever it comes', async () => {
    await within('sfu-origin', (facts) => {
      facts.take(flows(9));
      facts.take({ ...flows(3), flowing: false });
      expect(facts.known()).toEqual({ flowing: true, at: at(9) });
    });
  });
});
