import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveShow } from './show.ts';
import { SHOW_STATUSES, SHOW_VISIBILITIES } from './show.ts';
import { decideShow, type ShowActor, type ShowCommand } from './show-commands.ts';

const START = new Date('2026-11-23T12:00:00.000Z');
const NOW = new Date('2026-11-23T13:00:00.000Z');

const SHOW: LiveShow = {
  id: 'show',
  orderId: 'show',
  hostId: 'host',
  ownerId: 'owner',
  title: 'Sunset',
  visibility: 'private',
  status: 'scheduled',
  mediaBackend: 'none',
  place: null,
  scheduledFor: null,
  startedAt: null,
  endedAt: null,
  createdAt: START,
  updatedAt: START,
};
const begun = { now: NOW, orderHasBegun: true };
const as = (userId: string, isAdmin = false): ShowActor => ({ kind: 'person', userId, isAdmin });

const command: fc.Arbitrary<ShowCommand> = fc.oneof(
  fc.constant<ShowCommand>({ name: 'start' }),
  fc.constant<ShowCommand>({ name: 'end', because: 'asked' }),
  fc.constantFrom(...SHOW_VISIBILITIES).map((visibility): ShowCommand => ({ name: 'configure', visibility })),
);
const actor: fc.Arbitrary<ShowActor> = fc.oneof(
  fc.constant<ShowActor>({ kind: 'order' }),
  fc.tuple(fc.constantFrom('host', 'owner', 'other'), fc.boolean()).map(([id, admin]) => as(id, admin)),
);

describe('a show', () => {
  it('only ever goes on from scheduled to live to ended, whoever commands what', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(command, actor), { maxLength: 20 }), (given) => {
        let show = SHOW;
        for (const [what, who] of given) {
          const decided = decideShow(show, what, who, begun);
          if (!decided.ok) continue;
          const next = decided.value.show;
          expect(SHOW_STATUSES.indexOf(next.status)).toBeGreaterThanOrEqual(
            SHOW_STATUSES.indexOf(show.status),
          );
          expect(show.status).not.toBe('ended');
          expect(next.endedAt !== null).toBe(next.status === 'ended');
          expect(next).toMatchObject({ id: 'show', hostId: 'host', ownerId: 'owner' });
          show = next;
        }
      }),
    );
  });

  it('is started by its host or its order, ended by those and its owner and admins, opened by its owner alone', () => {
    const allowed = (what: ShowCommand) =>
      [as('host'), as('owner'), as('other'), as('other', true), { kind: 'order' } as const].map(
        (who) => decideShow(SHOW, what, who, begun).ok,
      );
    expect(allowed({ name: 'start' })).toEqual([true, false, false, false, true]);
    expect(allowed({ name: 'end', because: 'asked' })).toEqual([true, true, false, true, true]);
    expect(allowed({ name: 'configure', visibility: 'public' })).toEqual([false, true, false, false, false]);
  });

  it('of an order is not ended by its parties before that has begun', () => {
    const early = { now: NOW, orderHasBegun: false };
    const end: ShowCommand = { name: 'end', because: 'asked' };
    for (const status of ['scheduled', 'live'] as const) {
      const show = { ...SHOW, status };
      for (const who of [as('host'), as('owner')]) {
        expect(decideShow(show, end, who, early)).toMatchObject({
          ok: false,
          error: { code: 'INVALID_TRANSITION', details: { reason: 'order_not_begun' } },
        });
      }
      expect(decideShow(show, end, { kind: 'order' }, early).ok).toBe(true);
      expect(decideShow(show, end, as('other', true), early).ok).toBe(true);
      expect(decideShow({ ...show, orderId: null }, end, as('host'), early).ok).toBe(true);
    }
  });

  it('tells what has happened, and nothing when nothing has', () => {
    const started = decideShow(SHOW, { name: 'start' }, as('host'), begun);
    expect(started).toMatchObject({
      ok: true,
      value: {
        show: { status: 'live', startedAt: NOW },
        event: { name: 'show:started', data: { by: 'host' } },
      },
    });
    const same = decideShow(SHOW, { name: 'configure', visibility: 'private' }, as('owner'), begun);
    expect(same).toMatchObject({ ok: true, value: { event: null } });
    const late = decideShow({ ...SHOW, status: 'ended' }, { name: 'start' }, as('host'), begun);
    expect(late).toMatchObject({ ok: false, error: { code: 'INVALID_TRANSITION' } });
  });
});
