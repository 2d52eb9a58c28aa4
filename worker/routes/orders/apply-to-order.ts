import { createRoute } from '@hono/zod-openapi';
import { applicationAnswer, applyBody } from '#contract/orders.ts';
import { person } from '#durable-objects/stubs.ts';
import { within } from '#durable-objects/within.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { idempotencyOf } from '../../middleware/idempotency.ts';
import { requirePermission } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { minorUnits } from './amounts.ts';
import { applicantDistance } from './applicant-distance.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';
import { readableOrder } from './readable-order.ts';

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/applications',
  operationId: 'applyToOrder',
  tags: ['orders'],
  summary: 'Apply to carry out an order; by a provider',
  security: signedIn,
  middleware: requirePermission('order:apply'),
  request: { params: orderParams, body: body(applyBody) },
  responses: { 201: answers(applicationAnswer, 'The application'), ...commandFailures },
});

export function registerApplyToOrder(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { message = null, proposedAmount = null, estimatedArrival = null } = c.req.valid('json');
    const user = c.get('user');
    const { order } = await readableOrder(c.get('db'), user, orderId);
    const fix = await within(person(c.env, user.userId).lastFix(user.userId));
    const { newId } = await idempotencyOf(c);
    const applied = await giveCommand(
      c,
      orderId,
      {
        name: 'apply',
        applicationId: await newId(),
        message,
        proposedAmount:
          proposedAmount === null ? null : minorUnits('proposedAmount', proposedAmount, order.currency),
        currency: order.currency,
        estimatedArrival: estimatedArrival === null ? null : new Date(estimatedArrival),
        distanceMeters: fix && applicantDistance(fix, order.place),
      },
      applicationAnswer,
    );
    return answer(c, applied, 201);
  });
}
