import { createRoute } from '@hono/zod-openapi';
import * as z from 'zod';
import { eventList } from '#contract/events.ts';
import { since } from '#contract/primitives.ts';
import { orderEventsSince } from '#db/queries/order-events-list.ts';
import type { RecordedEvent } from '#domain/orders/order-events.ts';
import { seesEvent } from '#domain/orders/order-view.ts';
import { answer } from '../../answer.ts';
import type { Api } from '../../api.ts';
import { requireUser } from '../../middleware/require.ts';
import { answers, failures, signedIn } from '../../openapi.ts';
import { orderParams } from './params.ts';
import { orderOfParty } from './readable-order.ts';

const MOST_EVENTS = 1_000;

const route = createRoute({
  method: 'get',
  path: '/orders/{orderId}/events',
  operationId: 'listOrderEvents',
  tags: ['orders'],
  summary: "The order's log after an event, oldest first",
  description: `At most ${MOST_EVENTS} events; ask again with the last one's seq for those after it.`,
  security: signedIn,
  middleware: requireUser,
  request: { params: orderParams, query: z.object({ since }) },
  responses: {
    200: answers(eventList, 'The events'),
    ...failures('VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'),
  },
});

export function registerListEvents(api: Api): void {
  api.openapi(route, async (c) => {
    const { orderId } = c.req.valid('param');
    const db = c.get('db');
    const { userId } = c.get('user');
    const { relation } = await orderOfParty(db, c.get('user'), orderId);

    const seen: RecordedEvent[] = [];
    let after = c.req.valid('query').since ?? 0;
    // A long stretch of events that are not for this reader must not look like the log's end.
    for (let more = true; more && seen.length < MOST_EVENTS; ) {
      const read = await orderEventsSince(db, orderId, { since: after, limit: MOST_EVENTS });
      seen.push(...read.filter((event) => seesEvent(event, { relation, userId })));
      after = read.at(-1)?.seq ?? after;
      more = read.length === MOST_EVENTS;
    }
    const items = seen
      .slice(0, MOST_EVENTS)
      .map(({ seq, name, data, at }) => ({ seq, event: name, data, at: at.toISOString() }));
    return answer(c, { items });
  });
}
