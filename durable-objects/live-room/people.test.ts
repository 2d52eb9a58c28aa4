import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { People } from './people.ts';

const someone = fc.constantFrom('ann', 'ben', 'cleo');
const step = fc.oneof(
  fc.record({ kind: fc.constant('keep' as const), who: someone, role: fc.constantFrom('host', 'viewer') }),
  fc.record({ kind: fc.constant('present' as const), who: someone, is: fc.boolean() }),
);

describe('how many are here', () => {
  it('is what counting anew would give, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const stub = env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId());
        await runInDurableObject(stub, (_, { storage }) => {
          const people = new People(storage.sql);
          for (const given of steps) {
            if (given.kind === 'present') people.setPresent(given.who, given.is ? new Date(1) : null);
            else {
              const guest = { userId: given.who, username: given.who, isAdmin: false, invitedAs: null };
              people.keep(guest, given.role as 'host' | 'viewer');
            }
            // A new one has counted nothing yet.
            expect(people.count()).toEqual(new People(storage.sql).count());
          }
        });
      }),
      { numRuns: 30 },
    );
  });
});
