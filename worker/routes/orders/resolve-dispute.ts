import { createRoute } from '@hono/zod-openapi';
import { orderAnswer, resolveBody } from '#contract/orders.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, body, signedIn } from '../../openapi.ts';
import { minorUnits } from './amounts.ts';
import { commandFailures, giveCommand } from './give-command.ts';
import { orderParams } from './params.ts';
import { readableOrder } from './readable-order.ts';

const route = createRoute({
  method: 'post',
  path: '/orders/{orderId}/resolve',
  operationId: 'resolveDispute',
  tags: ['orders'],
  summary: 'Decide a dispute; by an admin',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, body: body(resolveBody) },
  responses: { 200: answers(orderAnswer, 'The order, completed or cancelled'), ...commandFailures },
});

export function registerResolveDispute(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { outcome, providerShare: share, reason = null } = c.req.valid('json');
    const { order } = await readableOrder(c.get('db'), c.get('user'), orderId);
    const providerShare = share === undefined ? null : minorUnits('providerShare', share, order.currency);
    return answer(
      c,
      await giveCommand(c, orderId, { name: 'resolve', outcome, providerShare, reason }, orderAnswer),
    );
  });
}
