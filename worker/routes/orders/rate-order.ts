import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { ratingBody } from '#contract/orders.ts';
import { rating } from '#contract/users.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';

const ratingAnswer = z.object({ rating });

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/ratings',
  operationId: 'rateOrder',
  tags: ['orders'],
  summary: 'Rate the other party, once, after the end',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: body(ratingBody) },
  responses: { 201: answers(ratingAnswer, 'The rating'), ...commandFailures },
});

export function registerRateOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { rating, comment = null } = c.req.valid('json');
    const { newId } = await idempotencyOf(c);
    const command = { name: 'rate', ratingId: await newId(), rating, comment } as const;
    return answer(c, await giveCommand(c, orderId, command, ratingAnswer), 201);
  });
}
