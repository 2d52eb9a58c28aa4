import type { OwedEffect } from '#db/queries/order-state.ts';
import { blur } from '#domain/geo/cells.ts';
import type { Order, OrderState } from '#domain/orders/order.ts';
import type { Env } from '../env.ts';
import { liveRoom, person } from '../stubs.ts';
import { within } from '../within.ts';
import type { Announcement } from './announcement.ts';

/** What carrying out an effect needs of its room. */
export type EffectContext = {
  env: Env;
  announcement: Announcement;
  flushTrail: (orderId: string) => Promise<void>;
};

/**
 * Carries out one owed effect. Throws when it could not; it is then tried again later, and everything here is harmless
 * when it happens twice. `state` is the order as it is now, which may be further than when the effect was owed.
 */
export async function carryOut(
  { seq, effect }: OwedEffect,
  state: OrderState,
  context: EffectContext,
): Promise<void> {
  const { env } = context;
  const { order } = state;
  switch (effect.kind) {
    case 'publish':
      // Told already: an event reaches the sockets in the step in which the room takes it over, be it from its own
      // commit or from the record.
      return;
    case 'announce':
      if (order.status === 'pending') await context.announcement.announce(state);
      return;
    case 'retract':
      await context.announcement.retract(order.id, seq);
      return;
    case 'assign':
      // One who has been released from the order meanwhile must not be bound again.
      if (
        order.providerId === effect.providerId &&
        (order.status === 'accepted' || order.status === 'active')
      ) {
        await within(person(env, effect.providerId).assign(effect.providerId, order.id));
      }
      return;
    case 'unassign':
      await within(person(env, effect.providerId).unassign(effect.providerId, order.id));
      return;
    case 'open_show':
      // One that comes late, after the work has ended, opens nothing.
      if (order.status === 'accepted' || order.status === 'active') await openShow(env, order);
      return;
    case 'start_show':
      if (order.status !== 'active') return;
      await openShow(env, order);
      await within(liveRoom(env, order.id).follow({ name: 'start' }));
      return;
    case 'end_show':
      await within(liveRoom(env, order.id).follow({ name: 'end', because: 'order_ended' }));
      return;
    case 'end_tracking':
      await context.flushTrail(order.id);
      return;
    case 'notify':
      await within(
        person(env, effect.personId).notice(effect.personId, {
          about: effect.about,
          orderId: order.id,
          orderSeq: seq,
        }),
      );
      return;
  }
}

/** The order's live show: hosted by its provider, owned by its creator, at the place as anyone may know it. */
async function openShow(env: Env, order: Order): Promise<void> {
  const { id, providerId, creatorId, title, scheduledFor, place } = order;
  if (!providerId) throw new Error('an order that was accepted has a provider');
  const { cell, center } = blur(place);
  await within(
    liveRoom(env, id).open({
      id,
      orderId: id,
      hostId: providerId,
      ownerId: creatorId,
      title,
      place: { ...center, cell, locality: place.locality },
      scheduledFor,
    }),
  );
}
