import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ending } from '../payments/fact-samples.ts';
import { nextStep } from '../payments/steps.ts';
import type { OrderCommand } from './commands.ts';
import { commandOf, deadlineOf, PATIENCE } from './deadlines.ts';
import { decide } from './decide.ts';
import {
  ADMIN,
  accept,
  accepted,
  active,
  answered,
  application,
  applied,
  arrived,
  completed,
  decision,
  draft,
  later,
  MARA,
  NOW,
  PAUL,
  pending,
  person,
  RITA,
  refusal,
  SYSTEM,
} from './order-samples.ts';
import { TRANSITIONS } from './transitions.ts';

describe('placing an order', () => {
  it('is for creators', () => {
    const create: OrderCommand = { name: 'create', orderId: 'order', draft };
    expect(refusal(null, create, person('paul', 'provider'))?.code).toBe('FORBIDDEN');
    expect(decision(null, create, person('mara', 'creator')).event.name).toBe('order:created');
  });

  it.each([
    ['baseAmount', { baseAmount: 1n }],
    ['currency', { currency: 'XYZ' }],
    ['scheduledFor', { scheduledFor: later(-3_600_000) }],
    ['scheduledFor', { scheduledFor: later(800 * 24 * 3_600_000) }],
  ])('names %s when it will not do', (field, changes) => {
    const create: OrderCommand = { name: 'create', orderId: 'order', draft: { ...draft, ...changes } };
    expect(refusal(null, create, MARA)?.details).toMatchObject([{ field }]);
  });
});

describe('editing', () => {
  it('says what changed and announces the order anew', () => {
    const { event, effects } = decision(
      pending(),
      { name: 'edit', changes: { title: 'Dawn', tags: ['x'] } },
      MARA,
    );
    expect(event.data).toMatchObject({ changed: ['tags', 'title'] });
    expect(effects).toContainEqual({ kind: 'announce' });
  });

  it('leaves a scheduled time alone that has passed meanwhile', () => {
    const create: OrderCommand = {
      name: 'create',
      orderId: 'o',
      draft: { ...draft, scheduledFor: later(60_000) },
    };
    const { state } = decision(null, create, MARA);
    expect(refusal(state, { name: 'edit', changes: { title: 'Dawn' } }, MARA, later(7_200_000))).toBeNull();
  });

  it('cannot change the currency under a bid', () => {
    expect(refusal(applied(), { name: 'edit', changes: { currency: 'EUR' } }, MARA)?.code).toBe('CONFLICT');
  });
});

describe('applying', () => {
  it('is refused to the creator, to creators by role, and a second time', () => {
    expect(refusal(pending(), application('a'), MARA)?.code).toBe('FORBIDDEN');
    expect(refusal(pending(), application('a'), person('x', 'creator'))?.code).toBe('FORBIDDEN');
    expect(refusal(applied(), application('a3'), PAUL)?.code).toBe('CONFLICT');
  });

  it('with a price in a currency that the order no longer has is refused', () => {
    const { state } = decision(
      pending(),
      { name: 'edit', changes: { currency: 'JPY', baseAmount: 3_000n } },
      MARA,
    );
    expect(refusal(state, application('a', 3_000n), PAUL)?.details).toMatchObject({
      reason: 'currency_changed',
    });
    expect(refusal(state, application('a'), PAUL)).toBeNull();
  });

  it('is possible again after withdrawing', () => {
    const { state } = decision(applied(), { name: 'withdraw', applicationId: 'a1' }, PAUL);
    expect(refusal(state, application('a3'), PAUL)).toBeNull();
  });

  it('cannot be withdrawn by another', () => {
    expect(refusal(applied(), { name: 'withdraw', applicationId: 'a1' }, RITA)?.code).toBe('NOT_FOUND');
  });
});

describe('deleting', () => {
  it('is cancelling, but only what nobody was accepted for', () => {
    expect(decision(applied(), { name: 'delete' }, MARA).event.name).toBe('order:cancelled');
    expect(refusal(accepted(), { name: 'delete' }, MARA)?.code).toBe('INVALID_TRANSITION');
    expect(refusal(pending(), { name: 'delete' }, PAUL)?.code).toBe('FORBIDDEN');
  });
});

describe('accepting', () => {
  const accepting = () => decision(applied(), accept('a1'), MARA).state;

  it('begins a payment of the asked price, and meanwhile the order says so', () => {
    const { event, state } = decision(applied(), accept('a1'), MARA);
    expect(event.name).toBe('payment:processing');
    expect(state.order).toMatchObject({ status: 'pending', acceptingApplicationId: 'a1', providerId: null });
    expect(state.money?.payment).toMatchObject({ amount: 3_000n, payeeId: 'paul', status: 'processing' });
  });

  it('is done when the money is held: it takes that price, rejects the others and tells everyone', () => {
    const decided = answered(accepting());
    if (!decided) throw new Error('nothing happened');
    const { event, state, effects, changed } = decided;
    expect(event.name).toBe('order:accepted');
    expect(state.order.acceptingApplicationId).toBeNull();
    expect(state.order).toMatchObject({ status: 'accepted', providerId: 'paul', agreedAmount: 3_000n });
    expect(changed.applications.map(({ id, status }) => [id, status])).toEqual([
      ['a1', 'accepted'],
      ['a2', 'rejected'],
    ]);
    expect(effects).toContainEqual({ kind: 'assign', providerId: 'paul' });
    expect(effects).toContainEqual({ kind: 'retract' });
    expect(effects).toContainEqual({ kind: 'notify', personId: 'rita', about: 'application_rejected' });
  });

  it('a declined card leaves the order pending, for another try', () => {
    const declined = answered(accepting(), 'is_refused');
    expect(declined?.event).toMatchObject({ name: 'payment:failed', data: { reason: 'declined' } });
    expect(declined?.state.order).toMatchObject({ status: 'pending', acceptingApplicationId: null });
    expect(declined?.state.money?.attempts.at(-1)?.failure?.declineCode).toBe('insufficient_funds');
    expect(refusal(declined?.state ?? null, accept('a2'), MARA)).toBeNull();
  });

  it('waits for the payer where their bank asks, and is given up when nobody answers', () => {
    const asked = answered(accepting(), 'asks_the_payer');
    if (!asked) throw new Error('nothing happened');
    expect(asked.event).toMatchObject({ name: 'payment:processing', data: { requiresAction: true } });
    const deadline = deadlineOf(asked.state);
    expect(deadline).toEqual({ name: 'attempt_expired', at: later(15 * 60_000) });
    const { state, event } = decision(asked.state, commandOf('attempt_expired'), SYSTEM, later(15 * 60_000));
    expect(event).toMatchObject({ name: 'payment:failed', data: { reason: 'expired' } });
    expect(state.order.acceptingApplicationId).toBeNull();
    expect(state.money && nextStep(state.money)?.params).toMatchObject({ kind: 'void' });
  });

  it('lets nobody else accept or edit meanwhile; cancelling goes before it', () => {
    for (const command of [accept('a2'), { name: 'edit', changes: { title: 'Dawn' } }] as const) {
      expect(refusal(accepting(), command, MARA)?.details).toMatchObject({ reason: 'accepting' });
    }
    expect(refusal(accepting(), { name: 'withdraw', applicationId: 'a1' }, PAUL)?.code).toBe('CONFLICT');
    const { state } = decision(accepting(), { name: 'cancel', reason: null }, MARA);
    expect(answered(state)?.state.order).toMatchObject({ status: 'cancelled', acceptingApplicationId: null });
  });

  it('an authorization that arrives after the cancellation is given back', () => {
    const { state } = decision(accepting(), { name: 'cancel', reason: null }, MARA);
    const late = answered(state)?.state.money;
    expect(late && nextStep(late)?.params).toMatchObject({ kind: 'void' });
  });

  it('far ahead of its time saves the card, and holds no money yet', () => {
    const create: OrderCommand = {
      name: 'create',
      orderId: 'order',
      draft: { ...draft, scheduledFor: later(10 * 24 * 3_600_000) },
    };
    const { state } = decision(decision(null, create, MARA).state, application('a1'), PAUL);
    const saved = answered(decision(state, accept('a1'), MARA).state)?.state;
    expect(saved?.order.status).toBe('accepted');
    expect(saved?.money?.payment).toMatchObject({ status: 'pending', amountAuthorized: 0n });
    expect(refusal(saved ?? null, arrived, PAUL)?.details).toMatchObject({
      reason: 'payment_not_authorized',
    });
  });

  it('happens once', () => {
    expect(refusal(accepted(), accept('a2'), MARA)?.code).toBe('INVALID_TRANSITION');
  });

  it('needs an open application of this order', () => {
    expect(refusal(applied(), accept('zz'), MARA)?.code).toBe('NOT_FOUND');
    const { state } = decision(applied(), { name: 'withdraw', applicationId: 'a1' }, PAUL);
    expect(refusal(state, accept('a1'), MARA)?.code).toBe('CONFLICT');
  });
});

describe('starting', () => {
  const start = (fix: { at: Date; side: 'inside' | 'outside' | 'unknown' } | null): OrderCommand => ({
    name: 'start',
    arrival: { fix: fix && { ...fix, distanceMeters: 400 }, media: 'unverified' },
  });

  it.each([
    ['no_fresh_fix', start(null)],
    ['no_fresh_fix', start({ at: later(-61_000), side: 'inside' })],
    ['outside_geofence', start({ at: NOW, side: 'outside' })],
    ['outside_geofence', start({ at: NOW, side: 'unknown' })],
  ])('is refused with %s', (reason, command) => {
    expect(refusal(accepted(), command, PAUL)?.details).toMatchObject({ reason });
  });

  it('needs media that flows now, where media is known of', () => {
    const command = (flowing: boolean, at: Date): OrderCommand => ({
      name: 'start',
      arrival: { fix: { at: NOW, side: 'inside', distanceMeters: 9 }, media: { flowing, at } },
    });
    expect(refusal(accepted(), command(false, NOW), PAUL)?.details).toMatchObject({
      reason: 'media_not_flowing',
    });
    expect(refusal(accepted(), command(true, later(-11_000)), PAUL)?.details).toMatchObject({
      reason: 'media_not_flowing',
    });
    expect(decision(accepted(), command(true, NOW), PAUL).event.data).toMatchObject({
      verification: 'verified',
    });
  });

  it('says that nobody checked the media where there is none', () => {
    expect(decision(accepted(), arrived, PAUL).event.data).toMatchObject({ verification: 'unverified' });
  });
});

describe('ending', () => {
  it('a provider who cancels an accepted order says why', () => {
    expect(refusal(accepted(), { name: 'cancel', reason: null }, PAUL)?.details).toMatchObject([
      { field: 'reason' },
    ]);
    expect(refusal(accepted(), { name: 'cancel', reason: 'ill' }, PAUL)).toBeNull();
    expect(refusal(accepted(), { name: 'cancel', reason: null }, MARA)).toBeNull();
  });

  it('a stream that runs cannot be cancelled, but disputed', () => {
    expect(refusal(active(), { name: 'cancel', reason: 'x' }, MARA)?.code).toBe('INVALID_TRANSITION');
    expect(refusal(active(), { name: 'dispute', reason: 'wrong place' }, MARA)).toBeNull();
  });

  it('dispute and release exclude each other', () => {
    const released = decision(completed(), { name: 'release' }, MARA).state;
    expect(refusal(released, { name: 'dispute', reason: 'late' }, MARA)?.details).toMatchObject({
      reason: 'already_released',
    });
    const disputed = decision(completed(), { name: 'dispute', reason: 'late' }, MARA).state;
    expect(refusal(disputed, { name: 'release' }, MARA)?.code).toBe('INVALID_TRANSITION');
  });

  it.each([
    ['release', null, 'completed'],
    ['refund', null, 'cancelled'],
    ['split', 1_000n, 'completed'],
  ] as const)('an admin resolves with %s', (outcome, providerShare, status) => {
    const disputed = decision(completed(), { name: 'dispute', reason: 'late' }, MARA).state;
    const resolve: OrderCommand = { name: 'resolve', outcome, providerShare, reason: null };
    expect(refusal(disputed, resolve, MARA)?.code).toBe('FORBIDDEN');
    expect(decision(disputed, resolve, ADMIN).state.order.status).toBe(status);
  });

  it.each([null, 0n, 2_500n, -1n])('a split of %s is no split', (providerShare) => {
    const disputed = decision(completed(), { name: 'dispute', reason: 'late' }, MARA).state;
    const resolve: OrderCommand = { name: 'resolve', outcome: 'split', providerShare, reason: null };
    expect(refusal(disputed, resolve, ADMIN)?.details).toMatchObject([{ field: 'providerShare' }]);
  });

  it('each party rates the other once, and nobody an order that never ran', () => {
    const rate = (ratingId: string): OrderCommand => ({ name: 'rate', ratingId, rating: 5, comment: null });
    const rated = decision(completed(), rate('r1'), MARA).state;
    expect(refusal(rated, rate('r2'), MARA)?.code).toBe('CONFLICT');
    expect(decision(rated, rate('r2'), PAUL).changed.rating).toMatchObject({ rateeId: 'mara' });
    const cancelled = decision(accepted(), { name: 'cancel', reason: 'x' }, MARA).state;
    expect(refusal(cancelled, rate('r1'), MARA)?.code).toBe('INVALID_TRANSITION');
  });
});

describe('deadlines', () => {
  it.each([
    ['no_applications', pending, 'cancelled', PATIENCE.noApplicationsMs],
    ['not_accepted', applied, 'cancelled', PATIENCE.notAcceptedMs],
    ['no_show', accepted, 'cancelled', PATIENCE.noShowMs],
    ['over_long', active, 'completed', PATIENCE.overLongMs],
    ['unreleased', completed, 'completed', PATIENCE.unreleasedMs],
  ] as const)('%s acts by itself', (name, state, status, patience) => {
    const deadline = deadlineOf(state());
    expect(deadline).toEqual({ name, at: later(patience) });
    const { event, state: after } = decision(state(), commandOf(name), SYSTEM, later(patience));
    expect(event.data.by).toBeNull();
    expect(after.order.status).toBe(status);
  });

  it('nothing is due once an order is over', () => {
    expect(deadlineOf(decision(completed(), { name: 'release' }, MARA).state)).toBeNull();
    expect(deadlineOf(decision(pending(), { name: 'cancel', reason: null }, MARA).state)).toBeNull();
  });
});

describe('strangers', () => {
  it('cannot tell a running order from none', () => {
    for (const state of [accepted(), active(), completed()]) {
      for (const command of [
        { name: 'cancel', reason: null },
        { name: 'release' },
        arrived,
        application('z'),
      ] as const) {
        expect(refusal(state, command, person('zoe'))?.code).toBe('NOT_FOUND');
      }
    }
  });
});

describe('any sequence of commands', () => {
  const anyActor = fc.constantFrom(MARA, PAUL, RITA, ADMIN, SYSTEM, person('zoe'), person('carl', 'creator'));
  const anyCommand = fc.oneof(
    fc.constantFrom('a1', 'a2', 'a3').map((id) => application(id)),
    fc
      .constantFrom('a1', 'a2', 'a3')
      .map((applicationId): OrderCommand => ({ name: 'withdraw', applicationId })),
    fc.constantFrom('a1', 'a2', 'a3').map(accept),
    fc.constant(arrived),
    fc.constantFrom<OrderCommand>(
      { name: 'edit', changes: { title: 'Dawn' } },
      { name: 'complete', reason: null },
      { name: 'cancel', reason: 'because' },
      { name: 'dispute', reason: 'because' },
      { name: 'resolve', outcome: 'refund', providerShare: null, reason: null },
      { name: 'resolve', outcome: 'release', providerShare: null, reason: null },
      { name: 'release' },
      { name: 'message', text: 'hello' },
      { name: 'cross', side: 'inside', distanceMeters: 3 },
    ),
    fc.uuid().map((ratingId): OrderCommand => ({ name: 'rate', ratingId, rating: 4, comment: null })),
  );

  const anyEnding = fc.constantFrom<Ending>('succeeds', 'succeeds', 'asks_the_payer', 'is_refused');
  const anyStep = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(anyCommand, anyActor) },
    { weight: 1, arbitrary: anyEnding },
  );
  /** Where Stripe may take an order by itself. */
  const BY_STRIPE = { from: ['pending'], to: ['accepted'] } as const;

  it('keeps to the table, counts its versions, and never has two accepted applications', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        let state = pending();
        const ids = new Set<string>();
        for (const step of steps) {
          const [command, actor] = typeof step === 'string' ? [null, null] : step;
          // Ids are made once.
          if (command?.name === 'apply' && ids.has(command.applicationId)) continue;
          const verdict = command && decide(state, command, actor, NOW);
          const decided = verdict ? (verdict.ok ? verdict.value : null) : answered(state, step as Ending);
          if (!decided) continue;
          if (command?.name === 'apply') ids.add(command.applicationId);
          const { event, state: next, effects } = decided;
          const rule: { from: readonly string[]; to: readonly string[] } = command
            ? TRANSITIONS[command.name]
            : BY_STRIPE;
          if (command || next.order.status !== state.order.status) {
            expect(rule.from).toContain(state.order.status);
            expect(rule.to).toContain(next.order.status);
          }
          expect(event.data.status).toBe(next.order.status);
          expect(next.order.version).toBe(state.order.version + 1);
          expect(effects[0]).toEqual({ kind: 'publish' });
          const chosen = next.applications.filter(({ status }) => status === 'accepted');
          expect(chosen.length).toBeLessThanOrEqual(1);
          expect(chosen[0]?.providerId ?? null).toBe(next.order.providerId);
          if (next.order.status !== 'pending') {
            expect(next.applications.every(({ status }) => status !== 'pending')).toBe(true);
          }
          state = next;
        }
      }),
    );
  });
});
