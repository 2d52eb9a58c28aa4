import type { Application, Order, OrderState } from '#domain/orders/order.ts';
import { roundedDown } from '#domain/payments/fees.ts';
import type { CardCommand, GivenCommand } from '#durable-objects/order-room/given-command.ts';
import { v7 } from './ids.ts';
import { ADMIN } from './queries.ts';
import { anyCurrency, anyPrice, PAYEES, type Stage } from './stage.ts';

/** Something that a person may do. */
type Deed = { by: string } & ({ give: GivenCommand } | { charge: CardCommand });

const DAY = 24 * 3_600_000;

/** An order, and who applies for it. */
export async function placeOrder(stage: Stage): Promise<void> {
  const { chance, theme, record } = stage;
  const creatorId = chance.pick([...record.customers.keys()]);
  // What payees owe in a currency is taken off their pay in that one.
  const first = record.states[0]?.order.currency;
  const currency = first && chance.happens(0.9) ? first : anyCurrency(chance);
  const orderId = v7();
  const aheadMs = chance.happens(theme.farAhead)
    ? chance.between(3 * DAY, 20 * DAY)
    : chance.happens(0.3)
      ? chance.between(1, 60) * 3_600_000
      : null;
  const room = stage.openRoom(orderId);
  const scheduledFor = aheadMs === null ? null : new Date(stage.nowMs + aheadMs);
  stage.tell(aheadMs === null ? 'order for now' : aheadMs > 3 * DAY ? 'order far ahead' : 'order for soon');
  await room.give(
    {
      name: 'create',
      orderId,
      draft: {
        title: 'Sunset',
        description: null,
        location: { latitude: 38.7139, longitude: -9.1334, address: null, locality: null },
        serviceRadius: 5_000,
        baseAmount: anyPrice(chance, currency),
        currency,
        scheduledFor,
        requirements: [],
        tags: [],
      },
    },
    creatorId,
    v7(),
  );
  const payees = chance.happens(0.4)
    ? PAYEES
    : [chance.happens(theme.inTurn) ? PAYEES[0] : chance.pick(PAYEES)];
  for (const payee of payees) await room.give(application(stage, currency), payee, v7());
}

function application(stage: Stage, currency: string): GivenCommand {
  const { chance, theme } = stage;
  return {
    name: 'apply',
    applicationId: v7(),
    message: null,
    proposedAmount: chance.happens(0.5) ? anyPrice(chance, currency) : null,
    currency,
    estimatedArrival: chance.happens(theme.comesLate)
      ? new Date(stage.nowMs + chance.between(1, 12 * DAY))
      : null,
    distanceMeters: null,
  };
}

/** Whether an order goes on no more by itself. */
export function isOver({ order }: OrderState): boolean {
  return order.status === 'cancelled' || order.releasedAt !== null;
}

/** Somebody does something about an order, mostly what comes next in its life. */
export function someoneActs(stage: Stage): void {
  // Little is done about what is over.
  const first = stage.states.find((one) => !isOver(one));
  const state =
    first && stage.chance.happens(stage.theme.inTurn)
      ? first
      : stage.chance.weighed(stage.states.map((one) => [isOver(one) ? 1 : 4, one]));
  const deed = stage.chance.weighed(deedsOn(stage, state));
  const commandId = v7();
  perform(stage, state.order.id, deed, commandId);
  // An impatient client sends it again.
  if (stage.chance.happens(0.05)) {
    stage.tell('command given twice');
    perform(stage, state.order.id, deed, commandId);
  }
}

function perform(stage: Stage, orderId: string, deed: Deed, commandId: string): void {
  const room = stage.roomOf(orderId);
  const { name } = 'give' in deed ? deed.give : deed.charge;
  const answer =
    'give' in deed ? room.give(deed.give, deed.by, commandId) : room.charge(deed.charge, deed.by, commandId);
  const noted = answer.then((outcome) => {
    stage.met.add(`${name} ${outcome}`);
    return outcome;
  });
  stage.tell(`command ${name}`, () => `${orderId} by ${deed.by}`);
  stage.start(`${name} of ${orderId} by ${deed.by}`, noted);
}

function deedsOn(stage: Stage, { order, applications, money }: OrderState): [number, Deed][] {
  const { creatorId: creator, status } = order;
  const provider = order.providerId ?? '';
  const pay: [number, Deed] = [
    money?.payment.cardDueAt ? 4 : 0.2,
    { by: creator, charge: { name: 'pay', paymentMethodId: card(stage, creator) } },
  ];
  const reason = 'because';
  switch (status) {
    case 'pending':
      return whilePending(stage, order, applications);
    case 'accepted':
      return [
        [8, { by: provider, give: { name: 'start' } }],
        [0.8, { by: creator, give: { name: 'cancel', reason: null } }],
        [0.3, { by: provider, give: { name: 'cancel', reason } }],
        pay,
      ];
    case 'active':
      return [
        [5, { by: stage.chance.pick([creator, provider]), give: { name: 'complete', reason: null } }],
        [1.5, { by: stage.chance.pick([creator, provider]), give: { name: 'dispute', reason } }],
        pay,
      ];
    case 'completed':
      return [
        [order.releasedAt ? 0.3 : 4, { by: creator, give: { name: 'release' } }],
        [order.releasedAt ? 0.1 : 1.5, { by: creator, give: { name: 'dispute', reason } }],
        [stage.theme.givenBackLate, { by: ADMIN, give: resolution(stage, order) }],
        pay,
      ];
    case 'disputed':
      return [
        [5, { by: ADMIN, give: resolution(stage, order) }],
        [0.2, { by: creator, give: { name: 'release' } }],
        pay,
      ];
    case 'cancelled':
      return [pay, [0.2, { by: creator, give: { name: 'cancel', reason: null } }]];
  }
}

function whilePending(stage: Stage, order: Order, applications: Application[]): [number, Deed][] {
  const { creatorId: creator, currency } = order;
  const open = applications.filter(({ status }) => status === 'pending');
  const deeds: [number, Deed][] = [
    [open.length > 0 ? 0.3 : 0.1, { by: creator, give: { name: 'cancel', reason: null } }],
    [0.4, { by: creator, give: { name: 'edit', changes: newPrice(stage, order) } }],
    [open.length > 0 ? 0.2 : 6, { by: stage.chance.pick(PAYEES), give: application(stage, currency) }],
  ];
  for (const { id: applicationId, providerId } of open) {
    deeds.push(
      [4, { by: creator, charge: { name: 'accept', applicationId, paymentMethodId: card(stage, creator) } }],
      [0.5, { by: providerId, give: { name: 'withdraw', applicationId } }],
    );
  }
  return deeds;
}

/** Another price, perhaps in another currency. */
function newPrice({ chance }: Stage, order: Order): { baseAmount: bigint; currency: string } {
  const currency = chance.happens(0.2) ? anyCurrency(chance) : order.currency;
  return { baseAmount: anyPrice(chance, currency), currency };
}

/** Any of a person's cards. */
function card(stage: Stage, userId: string): string {
  return stage.chance.pick(stage.cards.get(userId) ?? []);
}

/** Any decision of an admin's. */
export function resolution(
  { chance }: Stage,
  { agreedAmount, baseAmount, currency }: Order,
): Extract<GivenCommand, { name: 'resolve' }> {
  const agreed = agreedAmount ?? baseAmount;
  const share = roundedDown((agreed * BigInt(chance.between(1, 99))) / 100n, currency);
  const outcome = chance.pick(['release', 'refund', share > 0n ? 'split' : 'refund'] as const);
  return { name: 'resolve', outcome, providerShare: outcome === 'split' ? share : null, reason: null };
}
