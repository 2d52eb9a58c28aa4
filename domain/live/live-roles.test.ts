import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isParty, LIVE_ROLES, mayInRoom, mayModerate, roleIn } from './live-roles.ts';
import { SHOW_VISIBILITIES } from './show.ts';

const ids = fc.constantFrom('host', 'owner', 'a', 'b');
const show = fc.record({
  hostId: fc.constant('host'),
  ownerId: fc.constantFrom('owner', 'host'),
  visibility: fc.constantFrom(...SHOW_VISIBILITIES),
});
const guest = fc.record({
  userId: ids,
  isAdmin: fc.boolean(),
  invitedAs: fc.constantFrom(null, 'viewer' as const, 'moderator' as const),
});

describe('a role in a show', () => {
  it("to publish is the host's alone, and there is one host", () => {
    fc.assert(
      fc.property(show, guest, (of, who) => {
        const role = roleIn(of, who);
        expect(role !== null && mayInRoom(role, 'publish')).toBe(who.userId === of.hostId);
      }),
    );
  });

  it('in a private show, nobody has who is no party, no admin and not invited; in a public one everybody has', () => {
    fc.assert(
      fc.property(show, guest, (of, who) => {
        const belongs = isParty(of, who.userId) || who.isAdmin || who.invitedAs !== null;
        expect(roleIn(of, who) !== null).toBe(belongs || of.visibility === 'public');
      }),
    );
  });
});

describe('moderating', () => {
  const person = fc.record({ userId: ids, role: fc.constantFrom(...LIVE_ROLES), isAdmin: fc.boolean() });

  it('reaches no party, no admin, nobody of the same rank, and nobody by a viewer', () => {
    fc.assert(
      fc.property(show, person, person, (of, actor, target) => {
        if (!mayModerate(of, actor, target)) return;
        expect(isParty(of, target.userId)).toBe(false);
        expect(target.isAdmin).toBe(false);
        expect(actor.role).not.toBe('viewer');
        expect(actor.role).not.toBe(target.role);
      }),
    );
  });

  it('lets the host and moderators silence viewers, and the host moderators', () => {
    const of = { hostId: 'host', ownerId: 'owner' };
    const viewer = { userId: 'a', role: 'viewer' as const, isAdmin: false };
    const moderator = { userId: 'b', role: 'moderator' as const, isAdmin: false };
    expect(mayModerate(of, { role: 'host' }, viewer)).toBe(true);
    expect(mayModerate(of, moderator, viewer)).toBe(true);
    expect(mayModerate(of, { role: 'host' }, moderator)).toBe(true);
    expect(mayModerate(of, moderator, { ...moderator, userId: 'a' })).toBe(false);
  });
});
