import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { NamedAlarms } from './named-alarms.ts';

type Name = 'tea' | 'bell';

/** Any object's storage will do. Its clock stands still until it is moved, far from the platform's. */
function somewhere() {
  const stub = env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId());
  let time = new Date('2030-01-01T00:00:00.000Z').getTime();
  return {
    stub,
    in: (seconds: number) => new Date(time + seconds * 1_000),
    pass: (seconds: number) => {
      time += seconds * 1_000;
    },
    with: <R>(use: (alarms: NamedAlarms<Name>, storage: DurableObjectStorage) => R | Promise<R>) =>
      runInDurableObject(stub, (_, ctx) =>
        use(new NamedAlarms<Name>(ctx, () => new Date(time)), ctx.storage),
      ),
  };
}

const ignore = async () => {};
const fail = async () => {
  throw new Error('no water');
};

describe('named alarms', () => {
  it('go off in the order of their times, each when it is due and once', async () => {
    const place = somewhere();
    const ran: Name[] = [];
    const handlers = {
      tea: async () => void ran.push('tea'),
      bell: async () => void ran.push('bell'),
    };
    await place.with(async (alarms) => {
      alarms.set('tea', place.in(60));
      alarms.set('bell', place.in(30));
      place.pass(29);
      await alarms.run(handlers);
      expect(ran).toEqual([]);
      place.pass(31);
      await alarms.run(handlers);
      await alarms.run(handlers);
      expect(ran).toEqual(['bell', 'tea']);
      expect(alarms.due()).toEqual([]);
    });
  });

  it('outlive an eviction', async () => {
    const place = somewhere();
    await place.with((alarms) => alarms.set('tea', place.in(60)));
    await evictDurableObject(place.stub);
    place.pass(60);
    await place.with((alarms) => expect(alarms.due()).toEqual(['tea']));
  });

  it('arm the platform for the next of them, by how long it still is, and for none when there is none', async () => {
    const place = somewhere();
    await place.with(async (alarms, storage) => {
      const secondsLeft = async () =>
        Math.round(((await storage.getAlarm()) ?? 0) / 1_000 - Date.now() / 1_000);
      alarms.set('tea', place.in(600));
      expect(await secondsLeft()).toBe(600);
      alarms.set('bell', place.in(300));
      expect(await secondsLeft()).toBe(300);
      alarms.set('bell', place.in(900));
      expect(await secondsLeft()).toBe(600);
      alarms.clear('tea');
      alarms.clear('bell');
      expect(await storage.getAlarm()).toBeNull();
    });
  });

  it('set only if sooner keep the earlier time', async () => {
    const place = somewhere();
    await place.with((alarms) => {
      alarms.setIfSooner('tea', place.in(60));
      alarms.setIfSooner('tea', place.in(90));
      expect(alarms.at('tea')).toEqual(place.in(60));
      alarms.setIfSooner('tea', place.in(30));
      expect(alarms.at('tea')).toEqual(place.in(30));
      expect(alarms.at('bell')).toBeNull();
    });
  });

  it('that fail keep nobody else from running, and are tried again later and later', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const place = somewhere();
    let bells = 0;
    await place.with(async (alarms) => {
      alarms.set('tea', place.in(0));
      alarms.set('bell', place.in(0));
      const handlers = { tea: fail, bell: async () => void bells++ };
      const waits: number[] = [];
      for (let attempt = 0; attempt < 9; attempt++) {
        await alarms.run(handlers);
        const wait = ((alarms.at('tea')?.getTime() ?? 0) - place.in(0).getTime()) / 1_000;
        waits.push(wait);
        place.pass(wait);
      }
      expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
      await alarms.run({ tea: ignore, bell: ignore });
      expect(alarms.at('tea')).toBeNull();
    });
    expect(bells).toBe(1);
  });

  it('whose object dies in the middle are tried again', async () => {
    const place = somewhere();
    await place.with((alarms) => {
      alarms.set('tea', place.in(0));
      void alarms.run({ tea: () => new Promise(() => {}), bell: ignore });
    });
    await evictDurableObject(place.stub);
    place.pass(5);
    await place.with((alarms) => expect(alarms.due()).toEqual(['tea']));
  });

  it('set by their own handler stay set, even if only when sooner', async () => {
    const place = somewhere();
    await place.with(async (alarms) => {
      alarms.set('tea', place.in(0));
      await alarms.run({ tea: async () => alarms.setIfSooner('tea', place.in(60)), bell: ignore });
      expect(alarms.at('tea')).toEqual(place.in(60));
    });
  });

  it('cleared by the handler of another do not run any more', async () => {
    const place = somewhere();
    await place.with(async (alarms) => {
      alarms.set('bell', place.in(-1));
      alarms.set('tea', place.in(0));
      const unexpected = async () => expect.unreachable();
      await alarms.run({ bell: async () => alarms.clear('tea'), tea: unexpected });
    });
  });

  it('whose name is not known any more go away', async () => {
    const place = somewhere();
    await place.with(async (alarms) => {
      alarms.set('tea', place.in(0));
      // What an earlier version of an object left behind has no handler in the current one.
      await alarms.run({ bell: ignore } as Record<Name, () => Promise<void>>);
      expect(alarms.at('tea')).toBeNull();
    });
  });
});
