import type { Actor, OrderCommand } from '#domain/orders/commands.ts';
import type { OrderState } from '#domain/orders/order.ts';
import { viewApplication, viewOrder, viewRating } from '#domain/orders/order-view.ts';
import { relationTo } from '#domain/orders/relation.ts';
import type { CommandAnswer } from './given-command.ts';

/** What the giver of a command is answered, from the state after it. */
export function answerTo(
  command: OrderCommand,
  { order, applications, ratings }: OrderState,
  actor: Actor,
): CommandAnswer {
  const seq = order.version;
  switch (command.name) {
    case 'apply':
    case 'withdraw': {
      const application = applications.find(({ id }) => id === command.applicationId);
      if (!application) throw new Error('a decided application is part of the state');
      // How far away the room holds them to be would tell a bidder where the order is.
      const view = { ...viewApplication(application, order.currency), distanceMeters: null };
      return { status: command.name === 'apply' ? 201 : 200, seq, data: { application: view } };
    }
    case 'rate': {
      const rating = ratings.find(({ id }) => id === command.ratingId);
      if (!rating) throw new Error('a decided rating is part of the state');
      return { status: 201, seq, data: { rating: viewRating(rating) } };
    }
    case 'create':
    case 'edit':
    case 'accept':
    case 'pay':
    case 'secure':
    case 'give_up':
    case 'start':
    case 'complete':
    case 'delete':
    case 'cancel':
    case 'dispute':
    case 'resolve':
    case 'release':
    case 'message':
    case 'cross':
      return {
        status: command.name === 'create' ? 201 : 200,
        seq,
        data: { order: viewOrder(order, relationTo(order, actor)) },
      };
  }
}
