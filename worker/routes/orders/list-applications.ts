import { createRoute } from '@hono/zod-openapi';
import { rankedApplications } from '#contract/orders.ts';
import { applicationsTo } from '#db/queries/applications.ts';
import { findOrder } from '#db/queries/orders.ts';
import { standingsOf } from '#db/queries/standings.ts';
import { mayReadOrder } from '#domain/orders/order-view.ts';
import { relationTo } from '#domain/orders/relation.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { reject } from '../../errors.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { orderParams } from './params.ts';
import { rankedApplicationViews } from './ranked-applications.ts';

const route = createRoute({
  method: 'get',
  path: '/orders/{orderId}/applications',
  operationId: 'listApplications',
  tags: ['orders'],
  summary:
    'The applications to an order: all of them for its creator, best first; for anyone else only their own',
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams },
  responses: {
    200: answers(rankedApplications, 'The applications'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'NOT_FOUND'),
  },
});

export function registerListApplications(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const { userId, role } = c.get('user');
    const db = c.get('db');
    const order = await findOrder(db, orderId);
    if (!order) return reject('NOT_FOUND', 'There is no such order.');

    const relation = relationTo(order, { kind: 'person', userId, role });
    const seesAll = relation === 'creator' || relation === 'admin';
    const applications = await applicationsTo(db, orderId, seesAll ? null : userId);
    // One who applied keeps reading what became of it, also when the order is no longer open to everyone.
    if (applications.length === 0 && !mayReadOrder(order, relation)) {
      return reject('NOT_FOUND', 'There is no such order.');
    }
    // Distances are for those who know the place; see applicantDistance.
    const known = seesAll
      ? applications
      : applications.map((application) => ({ ...application, distanceMeters: null }));
    const standings = await standingsOf(db, [...new Set(known.map(({ providerId }) => providerId))]);
    return answer(c, { items: rankedApplicationViews(known, order.currency, standings) });
  });
}
