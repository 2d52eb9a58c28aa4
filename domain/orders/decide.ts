import { NEW_PAYEE, type PayeeFacts } from '../payments/payment.ts';
import { accept } from './accepting.ts';
import { dispute, rate, release, resolve } from './after-the-end.ts';
import { apply, withdraw } from './applying.ts';
import { cancel, complete, start } from './carrying-out.ts';
import type { Actor, OrderCommand } from './commands.ts';
import { happened, refuse, type Turn, type Verdict } from './decision.ts';
import { create, edit } from './drafting.ts';
import type { OrderState } from './order.ts';
import { giveUp, pay, secure } from './paying.ts';
import { relationTo } from './relation.ts';
import { mayCommand, possibleIn } from './transitions.ts';

/**
 * Decides one command: what happens, or why not. Pure; `state` is null only before `create`.
 * A stranger who gives a party's command is told NOT_FOUND once the order is no longer open to everyone. `payee` is what is
 * known of the order's provider as someone to pay.
 */
export function decide(
  state: OrderState | null,
  command: OrderCommand,
  actor: Actor,
  now: Date,
  payee: PayeeFacts = NEW_PAYEE,
): Verdict {
  if (command.name === 'create') {
    return state ? refuse('CONFLICT', 'This order exists already.') : create(command, actor, now);
  }
  if (!state) return refuse('NOT_FOUND', 'There is no such order.');

  const { order } = state;
  const relation = relationTo(order, actor);
  if (!mayCommand(command.name, relation)) {
    // Applying to one's own order is the one command that a party gives as if they were nobody to it.
    if (command.name === 'apply' && relation === 'creator') {
      return refuse('FORBIDDEN', 'You cannot apply to your own order.');
    }
    return relation === 'stranger' && order.status !== 'pending'
      ? refuse('NOT_FOUND', 'There is no such order.')
      : refuse('FORBIDDEN', `Only ${partiesOf(command)} may do this.`);
  }
  if (!possibleIn(command.name, order.status)) {
    if (relation === 'stranger') return refuse('NOT_FOUND', 'There is no such order.');
    return refuse('INVALID_TRANSITION', `An order that is ${order.status} cannot be changed this way.`, {
      reason: 'wrong_status',
      status: order.status,
      command: command.name,
    });
  }

  const by = actor.kind === 'person' ? actor.userId : null;
  const turn: Turn = { state, order, by, now, payee };
  switch (command.name) {
    case 'edit':
      return edit(turn, command.changes);
    case 'apply':
      return apply(turn, command, actor);
    case 'withdraw':
      return withdraw(turn, command.applicationId);
    case 'accept':
      return accept(turn, command);
    case 'pay':
      return pay(turn, command);
    case 'secure':
      return secure(turn);
    case 'give_up':
      return giveUp(turn);
    case 'start':
      return start(turn, command.arrival);
    case 'complete':
      return complete(turn, command.reason);
    case 'delete':
      return cancel(turn, null, relation);
    case 'cancel':
      return cancel(turn, command.reason, relation);
    case 'dispute':
      return dispute(turn, command.reason);
    case 'resolve':
      return resolve(turn, command);
    case 'release':
      return release(turn);
    case 'rate':
      return rate(turn, command);
    case 'message':
      return happened(turn, {}, (caused) => ({
        name: 'message:received',
        data: { ...caused, text: command.text },
      }));
    case 'cross':
      return happened(turn, {}, (caused) => ({
        name: command.side === 'inside' ? 'location:geofence_entered' : 'location:geofence_exited',
        data: { ...caused, distanceMeters: command.distanceMeters },
      }));
  }
}

function partiesOf(command: OrderCommand): string {
  switch (command.name) {
    case 'resolve':
      return 'an admin';
    case 'apply':
    case 'withdraw':
      return 'a provider';
    case 'start':
    case 'cross':
      return "the order's provider";
    case 'create':
    case 'edit':
    case 'delete':
    case 'accept':
    case 'pay':
    case 'release':
      return "the order's creator";
    case 'complete':
    case 'cancel':
    case 'dispute':
    case 'rate':
    case 'message':
      return "the order's creator or provider";
    case 'secure':
    case 'give_up':
      return 'one of its deadlines';
  }
}
