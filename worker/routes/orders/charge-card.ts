import pTimeout from 'p-timeout';
import type * as z from 'zod';
import { cardAnswer } from '#contract/orders.ts';
import type { CardCommand } from '#durable-objects/order-room/given-command.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import type { ApiContext } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { failures } from '../../openapi.ts';
import { COMMAND_TIMEOUT_MS } from './give-command.ts';

/** How an order's room may refuse to charge a card. */
export const cardFailures = failures(
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'PAYMENT_FAILED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'INVALID_TRANSITION',
  'IDEMPOTENCY_KEY_REUSED',
);

/** Gives a command that charges one of the caller's cards to the order's room. A declined card ends the request with 402. */
export async function chargeCard(
  c: ApiContext,
  orderId: string,
  command: CardCommand,
): Promise<z.output<typeof cardAnswer>> {
  // The answer is known only after the command's own transaction, so the request keeps it.
  const { commandId, keepNoAnswer } = await idempotencyOf(c);
  const by = { userId: c.get('user').userId };
  const charging = orderRoom(c.env, orderId).charge(orderId, command, by, { commandId, idempotency: null });
  const result = await pTimeout(Promise.resolve(charging), { milliseconds: COMMAND_TIMEOUT_MS });
  const answer = cardAnswer.parse(valueOrReject(result));
  // The room knows a command again, and answers with how things stand then.
  if (answer.payment.clientSecret !== undefined) keepNoAnswer();
  return answer;
}
