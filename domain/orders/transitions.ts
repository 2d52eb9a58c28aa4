import type { OrderStatus } from './order.ts';

/** What a person is to an order. `stranger` is any other signed-in user; `system` is one of the order's own deadlines. */
export type Relation = 'creator' | 'provider' | 'stranger' | 'admin' | 'system';

/**
 * The state machine of an order: who may give a command, in which states, and which states it may lead to.
 * Everything else about a command is a guard in `decide.ts`.
 */
export const TRANSITIONS = {
  create: { by: ['creator'], from: [], to: ['pending'] },
  edit: { by: ['creator'], from: ['pending'], to: ['pending'] },
  apply: { by: ['stranger'], from: ['pending'], to: ['pending'] },
  withdraw: { by: ['stranger'], from: ['pending'], to: ['pending'] },
  /** Begins the payment; the order is accepted when the money is held (`paying.ts`). */
  accept: { by: ['creator'], from: ['pending'], to: ['pending'] },
  start: { by: ['provider'], from: ['accepted'], to: ['active'] },
  pay: {
    by: ['creator'],
    from: ['accepted', 'active', 'completed', 'disputed'],
    to: ['accepted', 'active', 'completed', 'disputed'],
  },
  secure: { by: ['system'], from: ['accepted', 'active'], to: ['accepted', 'active'] },
  give_up: {
    by: ['system'],
    from: ['pending', 'accepted', 'active', 'completed', 'disputed'],
    to: ['pending', 'accepted', 'active', 'completed', 'disputed'],
  },
  complete: { by: ['creator', 'provider', 'system'], from: ['active'], to: ['completed'] },
  delete: { by: ['creator'], from: ['pending'], to: ['cancelled'] },
  cancel: { by: ['creator', 'provider', 'system'], from: ['pending', 'accepted'], to: ['cancelled'] },
  dispute: { by: ['creator', 'provider'], from: ['active', 'completed'], to: ['disputed'] },
  /** Of a completed order too, if it was released: an admin may still give money back. */
  resolve: { by: ['admin'], from: ['disputed', 'completed'], to: ['completed', 'cancelled'] },
  release: { by: ['creator', 'system'], from: ['completed'], to: ['completed'] },
  rate: { by: ['creator', 'provider'], from: ['completed', 'cancelled'], to: ['completed', 'cancelled'] },
  message: {
    by: ['creator', 'provider'],
    from: ['accepted', 'active', 'completed', 'disputed'],
    to: ['accepted', 'active', 'completed', 'disputed'],
  },
  cross: { by: ['provider'], from: ['accepted', 'active'], to: ['accepted', 'active'] },
} as const satisfies Record<
  string,
  { by: readonly Relation[]; from: readonly OrderStatus[]; to: readonly OrderStatus[] }
>;

export type OrderCommandName = keyof typeof TRANSITIONS;

/** States that an order never leaves by itself; a completed one can still be disputed until it is released. */
export const ENDED: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['completed', 'cancelled']);

/** Whether the table lets `relation` give `command` at all, whatever the order's state. */
export function mayCommand(command: OrderCommandName, relation: Relation): boolean {
  const by: readonly Relation[] = TRANSITIONS[command].by;
  return by.includes(relation);
}

/** Whether `command` is possible in `status`. */
export function possibleIn(command: OrderCommandName, status: OrderStatus): boolean {
  const from: readonly OrderStatus[] = TRANSITIONS[command].from;
  return from.includes(status);
}
