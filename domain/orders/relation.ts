import { can } from '../people/roles.ts';
import type { Actor } from './commands.ts';
import type { Order } from './order.ts';
import type { Relation } from './transitions.ts';

/** What a person is to this order. An admin who is a party acts as that party. */
export function relationTo(order: Pick<Order, 'creatorId' | 'providerId'>, actor: Actor): Relation {
  if (actor.kind === 'system') return 'system';
  if (actor.userId === order.creatorId) return 'creator';
  if (actor.userId === order.providerId) return 'provider';
  return can(actor.role, 'order:read-any') ? 'admin' : 'stranger';
}
