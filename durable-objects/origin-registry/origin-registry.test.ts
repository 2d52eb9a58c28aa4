import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { v7 as uuidv7 } from 'uuid';
import { expect, it } from 'vitest';
import type { OriginRegistration } from '#contract/origin.ts';
import { FORGOTTEN_AFTER_MS } from './origin-registry.ts';

function registry() {
  const stub = env.ORIGIN_REGISTRY.get(env.ORIGIN_REGISTRY.newUniqueId());
  const at = (ms: number) =>
    runInDurableObject(stub, (object) => {
      object.now = () => new Date(ms);
    });
  const ids = async () => (await stub.list()).map(({ originId }) => originId);
  return { stub, at, ids };
}

const origin = (originId: string, more: Partial<OriginRegistration> = {}): OriginRegistration => ({
  originId,
  bootId: uuidv7(),
  n: 1,
  at: '2026-11-23T12:00:00.000Z',
  region: 'eu',
  location: { latitude: 38.7, longitude: -9.1 },
  address: 'http://127.0.0.1:8790',
  draining: false,
  load: 0.2,
  workers: 2,
  rooms: 0,
  participants: 0,
  producers: 0,
  consumers: 0,
  ...more,
});

it('knows who has registered, also after an eviction, and forgets who stays silent', async () => {
  const { stub, at, ids } = registry();
  await at(0);
  await stub.register(origin('one'));
  await at(FORGOTTEN_AFTER_MS - 1);
  await stub.register(origin('two'));
  expect(await ids()).toEqual(['one', 'two']);
  await evictDurableObject(stub);
  await at(FORGOTTEN_AFTER_MS + 1);
  expect(await ids()).toEqual(['two']);
});

it('takes over what is newer only: a later boot, or a later word of the same', async () => {
  const { stub } = registry();
  const [earlier, later] = [uuidv7({ msecs: 1_000 }), uuidv7({ msecs: 2_000 })];
  const told: [Partial<OriginRegistration>, number][] = [
    [{ bootId: earlier, n: 5, load: 0.1 }, 0.1],
    [{ bootId: earlier, n: 4, load: 0.9 }, 0.1],
    [{ bootId: later, n: 1, load: 0.2 }, 0.2],
    [{ bootId: earlier, n: 6, load: 0.9 }, 0.2],
    [{ bootId: later, n: 2, load: 0.3 }, 0.3],
    [{ bootId: later, n: 2, load: 0.9 }, 0.3],
  ];
  for (const [more, load] of told) {
    await stub.register(origin('one', more));
    expect((await stub.list())[0]?.load).toBe(load);
  }
});

it('holds no more than it can', async () => {
  const { stub, ids } = registry();
  for (let n = 0; n < 500; n++) expect(await stub.register(origin(`o${n}`))).toBe(true);
  expect(await stub.register(origin('another'))).toBe(false);
  expect(await stub.register(origin('o1', { load: 0.5 }))).toBe(true);
  expect(await ids()).toHaveLength(500);
});
