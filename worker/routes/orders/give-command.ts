import pTimeout from 'p-timeout';
import type * as z from 'zod';
import type { GivenCommand } from '#durable-objects/order-room/given-command.ts';
import { orderRoom } from '#durable-objects/stubs.ts';
import type { ApiContext } from '../../api.ts';
import { valueOrReject } from '../../errors.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { failures } from '../../openapi.ts';

/** How an order's room may refuse a command. */
export const commandFailures = failures(
  'VALIDATION_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'INVALID_TRANSITION',
  'IDEMPOTENCY_KEY_REUSED',
);

/** Longer than a statement of the room's may take, shorter than an Idempotency-Key stays locked. */
export const COMMAND_TIMEOUT_MS = 25_000;

/**
 * Gives a command to the order's room in the caller's name. Answers with what the room says, which is of the shape
 * `answered`; a refusal ends the request.
 */
export async function giveCommand<T extends z.ZodType>(
  c: ApiContext,
  orderId: string,
  command: GivenCommand,
  answered: T,
): Promise<z.output<T>> {
  const { commandId, handOver } = await idempotencyOf(c);
  const room = orderRoom(c.env, orderId);
  const by = { userId: c.get('user').userId };
  const answering = room.execute(orderId, command, by, { commandId, idempotency: handOver() });
  const result = await pTimeout(Promise.resolve(answering), { milliseconds: COMMAND_TIMEOUT_MS });
  return answered.parse(valueOrReject(result).data);
}
